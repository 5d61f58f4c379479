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
** The length of the longest run of whole members, with the comma behind
** them, within `length` bytes of an object's text; 0 when there is none.
*/
static size_t members_length (const char *text, size_t length)
{
  size_t i, found = 0;
  int depth = 0;
  bool in_string = false;
  for (i = 0; i < length; i++) {
    if (in_string) {
      if (text[i] == '\\')
        i++;
      else if (text[i] == '"')
        in_string = false;
      continue;
    }
    switch (text[i]) {
      case '"': in_string = true; break;
      case '{': case '[': depth++; break;
      case '}': case ']': depth--; break;
      case ',': if (depth == 1) found = i + 1; break;
      default: break;
    }
  }
  return found;
}


/* core.value_head(a, b) -> the members both objects begin with, such as
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


/* core.value_tail(text, head) -> the object without the members of its
** head, or nil when it does not begin with it, or may hold an empty array
** (see value_mark). */
static int function_tail (lua_State *L)
{
  size_t length, head_length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *head = luaL_checklstring(L, 2, &head_length);
  luaL_Buffer b;
  if (length <= head_length || memcmp(text, head, head_length) != 0
      || !begins_member(text + head_length, text + length)
      || may_have_empty_array(text + head_length, text + length))
    return 0;
  luaL_buffinit(L, &b);
  luaL_addchar(&b, '{');
  luaL_addlstring(&b, text + head_length, length - head_length);
  luaL_pushresult(&b);
  return 1;
}


static int count_fields (lua_State *L, int i)
{
  int count = 0;
  for (lua_pushnil(L); lua_next(L, i); lua_settop(L, -2))
    count++;
  return count;
}


/* Copies the fields of the table at `from` to the one at `to`. */
static void copy_fields (lua_State *L, int from, int to)
{
  for (lua_pushnil(L); lua_next(L, from);) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, to);
  }
}


/* core.value_join(fields, count, object) -> a new table with the `count`
** fields of a head and those of the object, which win. Made at its full
** size: to grow a table field by field costs more than all else here. */
static int function_join (lua_State *L)
{
  int count = (int)luaL_checkinteger(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  lua_createtable(L, 0, count + count_fields(L, 3));
  copy_fields(L, 1, 4);
  copy_fields(L, 3, 4);
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
