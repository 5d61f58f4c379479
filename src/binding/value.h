/*
** What stands for the values of JSON that Lua does not have: null is the
** light userdata NULL, as lua-cjson's; an (empty) array or object has one of
** these metatables. Their fields are dkjson's: __jsontype is "array" or
** "object", __jsonorder lists keys in the order in which they are written.
*/
#ifndef OAI_VALUE_H
#define OAI_VALUE_H

#include <stdbool.h>

#include "compat.h"

#define ARRAY_TYPE "oai.array"
#define OBJECT_TYPE "oai.object"

#define MARK_FIELD "__jsontype"
#define ORDER_FIELD "__jsonorder"


static inline bool is_null (lua_State *L, int i)
{
  return lua_type(L, i) == LUA_TLIGHTUSERDATA
      && lua_touserdata(L, i) == NULL;
}


static inline bool is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#endif
