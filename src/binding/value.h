/*
** The values that lua-cjson cannot tell apart, and what stands for them:
** null is its light userdata NULL, an (empty) array or object has one of
** these metatables.
*/
#ifndef OAI_VALUE_H
#define OAI_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "compat.h"

#define ARRAY_TYPE "oai.array"
#define OBJECT_TYPE "oai.object"

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


/* While a text is decoded, the light userdata n stands for its slice n that
** is lua-cjson's, from 1 on. */
static inline void push_slice_mark (lua_State *L, size_t n)
{
  lua_pushlightuserdata(L, (void *)(uintptr_t)n);
}


/* The number of the slice that the value at `i` stands for, or 0. */
static inline size_t slice_at (lua_State *L, int i)
{
  if (lua_type(L, i) != LUA_TLIGHTUSERDATA)
    return 0;
  return (size_t)(uintptr_t)lua_touserdata(L, i);
}

#endif
