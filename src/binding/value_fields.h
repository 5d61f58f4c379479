/*
** The fields of a table, in the order in which they are written: that of the
** table's own order, then by the bytes of their names. So equal tables are
** equal bytes in every process, however Lua has hashed them.
*/
#ifndef OAI_VALUE_FIELDS_H
#define OAI_VALUE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "compat.h"

#define FIRST_FIELDS 40     /* in C's stack */
#define FIELDS_SLOTS 32     /* of Lua's stack that must be free to collect */

struct field {
  const char *name;         /* NULL: it is `digits` */
  size_t length;
  int rank;                 /* in the table's own order; NO_RANK: none */
  int pair;                 /* stack index of the key, before that of the
                               value; 0: they are to be looked up */
  char digits[24];          /* of a key that is a number */
};

/* Those of the tables that are being written, the innermost ones last. */
struct fields {
  lua_State *L;
  struct field *all;        /* `first`, or the userdata at `block` */
  size_t count, room;
  int block;                /* stack index */
  struct field first[FIRST_FIELDS];
};

void fields_init (struct fields *s, lua_State *L, int block);

/* Adds those of the table at `table` (its first key and value are on the top)
** behind the others; keys may be whole numbers if `numbers` may. Their names
** are valid while the table is not changed.
** NULL, or what is wrong with the table. Memory and the stack grow by Lua's,
** which may raise. */
const char *fields_collect (struct fields *s, int table, bool numbers);

/* Puts those from `from` on in their order. `order` is the stack index of a
** table that lists names, or 0. NULL, or what is wrong. */
const char *fields_sort (struct fields *s, size_t from, int order);

/* Pushes the key and the value of field `i`, which is one of the table at
** `table`; returns the stack index of the key. */
int fields_push (const struct fields *s, size_t i, int table);

static inline const char *field_name (const struct field *f)
{
  return f->name ? f->name : f->digits;
}

#endif
