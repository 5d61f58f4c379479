/*
** What lets objects that begin alike be decoded by their differences (see
** codec/repeated.lua): where two texts stop being equal, and what is left
** of a text without a known beginning.
*/
#include <stdbool.h>
#include <string.h>

#include "object.h"
#include "value.h"

#define SHORTEST_HEAD 32    /* less is not worth the trouble */


static size_t common_length (const char *a, size_t a_length, const char *b,
                             size_t b_length)
{
  size_t i, most = a_length < b_length ? a_length : b_length;
  for (i = 0; i < most && a[i] == b[i]; i++)
    ;
  return i;
}


/*
** The length of the longest run of members that are plain values, with the
** comma behind them, within `length` bytes of an object's text; 0 when there
** is none.
*/
static size_t members_length (const char *text, size_t length)
{
  size_t i, found = 0;
  bool in_string = false;
  for (i = 1; i < length; i++) {
    if (in_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && text[i] == ',')
      found = i + 1;
    else if (!in_string && strchr("{}[]", text[i]))
      break;
  }
  return found;
}


/* core.value_head(a, b) -> the plain members both objects begin with, as in
** '{"id":"x","created":1,', or nil. */
static int function_head (lua_State *L)
{
  size_t a_length, b_length, length;
  const char *a = luaL_checklstring(L, 1, &a_length);
  const char *b = luaL_checklstring(L, 2, &b_length);
  if (a_length == 0 || a[0] != '{')
    return 0;
  length = members_length(a, common_length(a, a_length, b, b_length));
  if (length < SHORTEST_HEAD)
    return 0;
  lua_pushlstring(L, a, length);
  return 1;
}


/* A comma must have a member behind it, or the text is no JSON. */
static bool begins_member (const char *at, const char *end)
{
  at = skip_space(at, end);
  return at < end && *at == '"';
}


bool push_tail (lua_State *L, const char *text, size_t length,
                const char *head, size_t head_length)
{
  const char *end = text + length;
  if (length <= head_length || memcmp(text, head, head_length) != 0
      || !begins_member(text + head_length, end))
    return false;
  push_members(L, text + head_length, end);
  return true;
}


/* core.value_tail(text, head) -> the object without the members of its
** head, ready to be decoded, or nil when it does not begin with it. */
static int function_tail (lua_State *L)
{
  size_t length, head_length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *head = luaL_checklstring(L, 2, &head_length);
  return push_tail(L, text, length, head, head_length) ? 1 : 0;
}


/* core.value_join(fields, count, object) -> a new table with the `fields`
** { name, value, ... } of a head and those of the object, which win and
** are cleaned (value_clean). It is made for `count` fields: to grow a table
** field by field costs more than all else here. */
static int function_join (lua_State *L)
{
  int i, listed;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  clean_table(L, 0);
  lua_createtable(L, 0, (int)luaL_checkinteger(L, 2));
  listed = (int)lua_rawlen(L, 1);
  for (i = 1; i < listed; i += 2) {
    lua_rawgeti(L, 1, i);
    lua_rawgeti(L, 1, i + 1);
    lua_rawset(L, 4);
  }
  lua_pushnil(L);
  while (lua_next(L, 3)) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 4);
    lua_settop(L, -2);
  }
  return 1;
}


static const luaL_Reg functions[] = {
  { "value_head", function_head },
  { "value_tail", function_tail },
  { "value_join", function_join },
  { NULL, NULL }
};


void open_value_head (lua_State *L)
{
  compat_setfuncs(L, functions);
}
