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

/* What luaL_checkstack adds to "stack overflow". How deep a value may be is
** limited elsewhere: the stack cannot grow only where memory is missing. */
#define NO_MEMORY "not enough memory"


/* Pushes the string of the literal at `at`, behind its first quote. Returns
** where its last one is; NULL, and may leave something on the stack, where
** there is none before `end`, or what is between them is no string. */
const char *value_read_literal (lua_State *L, const char *at,
                                const char *end);

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
