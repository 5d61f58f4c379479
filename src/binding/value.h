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

#define EXACT_FLOAT 9007199254740992.0  /* 2^53 */


static inline bool is_null (lua_State *L, int i)
{
  return lua_type(L, i) == LUA_TLIGHTUSERDATA
      && lua_touserdata(L, i) == NULL;
}


static inline const char *skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r'
                      || *at == '\t'))
    at++;
  return at;
}


/* The end of the empty array that begins at `open`, or NULL. */
static inline const char *empty_array_end (const char *open, const char *end)
{
  const char *at = skip_space(open + 1, end);
  return at < end && *at == ']' ? at + 1 : NULL;
}


/* True also for one that stands inside a string. */
static inline bool may_have_empty_array (const char *at, const char *end)
{
  while ((at = memchr(at, '[', (size_t)(end - at))) != NULL) {
    if (empty_array_end(at, end))
      return true;
    at++;
  }
  return false;
}

#endif
