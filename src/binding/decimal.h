/*
** Numbers as JSON writes them, exact both ways, whatever the locale has for
** a point.
*/
#ifndef OAI_DECIMAL_H
#define OAI_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

#include "compat.h"

#define EXACT_FLOAT 9007199254740992.0  /* 2^53 */

#define DECIMAL_MOST 40     /* bytes that a number is written with */

/* Pushes the number at `at`, in a text that has a NUL at `end`: the nearest
** that there is. A whole one is an integer where Lua has them, if it fits; one
** beyond all floats is infinite. Returns what is behind it; NULL, and pushes
** nothing, where there is no number. */
const char *decimal_read (lua_State *L, const char *at, const char *end);

/* Writes a finite number to `to`: the fewest digits that are read as the same
** one, and all of them, without an exponent, for a whole one that is less than
** 2^64. Returns how long it is. */
size_t decimal_write (char *to, double n);

/* Writes an integer, and returns how long it is. */
size_t decimal_write_integer (char *to, int64_t n);

#endif
