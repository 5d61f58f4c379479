/*
** What lua-cjson leaves to do on decoded values, the same for both of its
** lineages: nulls, whole numbers, empty arrays.
**
** An empty array is lost in lua-cjson, so before decoding `value_mark` puts
** a marker string in each, and `value_clean` takes it out again. That is
** all this file knows of JSON's syntax.
*/
#include <math.h>
#include <string.h>

#include "object.h"
#include "value.h"

/* In a decoded array. Not UTF-8, so no string of JSON can be equal to it,
** however it is escaped. */
#define MARK "\xFF[]"
#define MARK_JSON "[\"" MARK "\"]"


/* Whether the quote at `at` is the text's: after an odd number of
** backslashes. */
static bool is_escaped (const char *at)
{
  const char *back = at;
  while (back[-1] == '\\')
    back--;                 /* stops at the opening quote at the latest */
  return (at - back) % 2 == 1;
}


/* The byte after the string that begins at `quote`. */
static const char *string_end (const char *quote, const char *end)
{
  const char *at = quote + 1;
  while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
    if (!is_escaped(at))
      return at + 1;
    at++;
  }
  return end;
}


static void add_marked (luaL_Buffer *b, const char *at, const char *end)
{
  const char *from = at;
  while (at < end) {
    const char *array_end;
    if (*at == '"') {
      at = string_end(at, end);
      continue;
    }
    array_end = *at == '[' ? empty_array_end(at, end) : NULL;
    if (array_end == NULL) {
      at++;
      continue;
    }
    luaL_addlstring(b, from, (size_t)(at - from));
    luaL_addstring(b, MARK_JSON);
    from = at = array_end;
  }
  luaL_addlstring(b, from, (size_t)(end - from));
}


/* core.value_mark(json) -> the same with a marker in each empty array. */
static int function_mark (lua_State *L)
{
  size_t length;
  const char *json = luaL_checklstring(L, 1, &length);
  luaL_Buffer b;
  lua_settop(L, 1);
  if (!may_have_empty_array(json, json + length))
    return 1;
  luaL_buffinit(L, &b);
  add_marked(&b, json, json + length);
  luaL_pushresult(&b);
  return 1;
}


/* A traversal stands on a pair: table at -3, key at -2, value at -1. It may
** set the field it stands on, to nil as well. These do, and leave the table
** and the key, as lua_next wants them. */

static void set_nil (lua_State *L)
{
  lua_settop(L, -2);
  lua_pushvalue(L, -1);
  lua_pushnil(L);
  lua_rawset(L, -4);
}


#if COMPAT_INTEGERS

/* Whether the float at `i` is a whole number that a float holds exactly. */
static bool is_whole (lua_State *L, int i, lua_Integer *whole)
{
  lua_Number n = lua_tonumber(L, i);
  if (!(n >= -EXACT_FLOAT && n <= EXACT_FLOAT))
    return false;
  *whole = (lua_Integer)n;
  return (lua_Number)*whole == n && (n != 0 || !signbit(n));
}


static void clean_number (lua_State *L)
{
  lua_Integer whole;
  if (lua_isinteger(L, -1) || !is_whole(L, -1, &whole)) {
    lua_settop(L, -2);
    return;
  }
  lua_settop(L, -2);
  lua_pushvalue(L, -1);
  lua_pushinteger(L, whole);
  lua_rawset(L, -4);
}


static void clean_top_number (lua_State *L)
{
  lua_Integer whole;
  if (!lua_isinteger(L, -1) && is_whole(L, -1, &whole))
    lua_pushinteger(L, whole);
}

#else

static void clean_number (lua_State *L)
{
  lua_settop(L, -2);
}


static void clean_top_number (lua_State *L)
{
  (void)L;
}

#endif


static bool is_mark (lua_State *L)
{
  size_t length;
  const char *text;
  if (lua_type(L, -2) != LUA_TNUMBER)
    return false;
  text = lua_tolstring(L, -1, &length);
  return length == sizeof(MARK) - 1 && memcmp(text, MARK, length) == 0;
}


/* The marked array becomes an empty one. */
static void unmark (lua_State *L)
{
  set_nil(L);
  luaL_getmetatable(L, ARRAY_TYPE);
  lua_setmetatable(L, -3);
}


static void clean_table (lua_State *L);


/* Leaves the table and the key. */
static void clean_pair (lua_State *L)
{
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
      clean_number(L);
      break;
    case LUA_TTABLE:
      clean_table(L);
      lua_settop(L, -2);
      break;
    case LUA_TLIGHTUSERDATA:    /* null: kept in an array, for its length */
      if (lua_type(L, -2) == LUA_TSTRING)
        set_nil(L);
      else
        lua_settop(L, -2);
      break;
    case LUA_TSTRING:
      if (is_mark(L))
        unmark(L);
      else
        lua_settop(L, -2);
      break;
    default:
      lua_settop(L, -2);
      break;
  }
}


/* The table on the top; the depth is bounded by lua-cjson's own limit. */
static void clean_table (lua_State *L)
{
  luaL_checkstack(L, 6, "JSON nested too deeply");
  lua_pushnil(L);
  while (lua_next(L, -2))
    clean_pair(L);
}


/* core.value_clean(decoded) -> the same value: nulls of objects are gone,
** whole numbers are integers, empty arrays are marked as arrays. */
static int function_clean (lua_State *L)
{
  lua_settop(L, 1);
  if (lua_istable(L, 1))
    clean_table(L);
  else if (is_null(L, 1))
    return 0;
  else if (lua_type(L, 1) == LUA_TNUMBER)
    clean_top_number(L);
  return 1;
}


static const luaL_Reg functions[] = {
  { "value_mark", function_mark },
  { "value_clean", function_clean },
  { NULL, NULL }
};


/* Also core.array_mt and core.object_mt: what marks an (empty) table as
** one or the other. */
void open_value_clean (lua_State *L)
{
  compat_setfuncs(L, functions);
  compat_newmetatable(L, ARRAY_TYPE);
  lua_setfield(L, -2, "array_mt");
  compat_newmetatable(L, OBJECT_TYPE);
  lua_setfield(L, -2, "object_mt");
}
