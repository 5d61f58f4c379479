/*
** The values that lua-cjson cannot tell apart, and what stands for them:
** null is its light userdata NULL, an (empty) array or object has one of
** these metatables.
*/
#ifndef OAI_VALUE_H
#define OAI_VALUE_H

#include <stdbool.h>
#include <string.h>

#include "compat.h"

#define ARRAY_TYPE "oai.array"
#define OBJECT_TYPE "oai.object"

/* Stands in a decoded array for its being empty. Not UTF-8, so no string of
** JSON can be equal to it, however it is escaped. */
#define MARK "\xFF[]"

/* What stands for a long string: this byte (for the same reason), then where
** its bytes begin in the text of JSON, then how many they are. */
#define REFERENCE_BYTE '\xFF'
#define NUMBER_SIZE 7               /* of 6 bits each */
#define REFERENCE_SIZE (1 + 2 * NUMBER_SIZE)

#define EXACT_FLOAT 9007199254740992.0  /* 2^53 */


static inline bool is_null (lua_State *L, int i)
{
  return lua_type(L, i) == LUA_TLIGHTUSERDATA
      && lua_touserdata(L, i) == NULL;
}


static inline bool is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}


/* No byte below 0xC0: none that means something in JSON. */
static inline void write_reference (char *at, size_t from, size_t length)
{
  int i;
  at[0] = REFERENCE_BYTE;
  for (i = 1; i <= NUMBER_SIZE; i++) {
    at[i] = (char)(0xC0 | (from & 0x3F));
    at[NUMBER_SIZE + i] = (char)(0xC0 | (length & 0x3F));
    from >>= 6;
    length >>= 6;
  }
}


static inline void read_reference (const char *at, size_t *from,
                                   size_t *length)
{
  int i;
  *from = *length = 0;
  for (i = NUMBER_SIZE; i >= 1; i--) {
    *from = *from << 6 | (at[i] & 0x3F);
    *length = *length << 6 | (at[NUMBER_SIZE + i] & 0x3F);
  }
}


static inline const char *skip_space (const char *at, const char *end)
{
  while (at < end && is_space(*at))
    at++;
  return at;
}


/* Pushes the members between `at` and `end`, the end of their object, as a
** text of their own, ready to be decoded (see value_text.c). */
void push_members (lua_State *L, const char *at, const char *end);

/* Cleans the decoded table on the top of the stack (see value_clean.c).
** `text` is the stack index of the JSON that references point into; 0: there
** are none. */
void clean_table (lua_State *L, int text);

/* Pushes what follows the members `head` in the text of an object, as
** push_members. False when the text does not begin with them. */
bool push_tail (lua_State *L, const char *text, size_t length,
                const char *head, size_t head_length);

#endif
