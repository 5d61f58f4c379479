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


static inline const char *skip_space (const char *at, const char *end)
{
  while (at < end && is_space(*at))
    at++;
  return at;
}


/* Pushes the members between `at` and `end`, the end of their object, as a
** text of their own, ready to be decoded (see value_text.c). */
void push_members (lua_State *L, const char *at, const char *end);

/* Cleans the decoded table on the top of the stack (see value_clean.c). */
void clean_table (lua_State *L);

/* Pushes what follows the members `head` in the text of an object, as
** push_members. False when the text does not begin with them. */
bool push_tail (lua_State *L, const char *text, size_t length,
                const char *head, size_t head_length);

#endif
