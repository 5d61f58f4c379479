/*
** What lua-cjson leaves to do on decoded values, the same for both of its
** lineages: nulls, whole numbers, empty arrays and long strings (for which
** value_text.c put something else).
*/
#include <math.h>
#include <string.h>

#include "object.h"
#include "value.h"


#if COMPAT_INTEGERS

/* Whether the float at `i` is a whole number that a float holds exactly. */
static bool is_whole (lua_State *L, int i, lua_Integer *whole)
{
  lua_Number n;
  if (lua_isinteger(L, i))
    return false;
  n = lua_tonumber(L, i);
  if (!(n >= -EXACT_FLOAT && n <= EXACT_FLOAT))
    return false;
  *whole = (lua_Integer)n;
  return (lua_Number)*whole == n && (n != 0 || !signbit(n));
}

#else

static bool is_whole (lua_State *L, int i, lua_Integer *whole)
{
  (void)L;
  (void)i;
  (void)whole;
  return false;
}

#endif


/*
** {======================================================
** Tables. lua-cjson makes arrays of 1 to n and objects with string keys.
** =======================================================
*/

/* The array at -1 holds the marker alone: it becomes an empty one. */
static void unmark (lua_State *L)
{
  lua_pushnil(L);
  lua_rawseti(L, -2, 1);
  luaL_getmetatable(L, ARRAY_TYPE);
  lua_setmetatable(L, -2);
}


static bool is_mark (lua_State *L, int i)
{
  size_t length;
  const char *text = lua_tolstring(L, i, &length);
  return length == sizeof(MARK) - 1 && memcmp(text, MARK, length) == 0;
}


/* Puts the string that the one on the top refers to in its place. False when
** it is no reference. */
static bool resolve (lua_State *L, int text)
{
  size_t length, from, size;
  const char *string, *json;
  if (text == 0)
    return false;
  string = lua_tolstring(L, -1, &length);
  if (length != REFERENCE_SIZE || *string != REFERENCE_BYTE)
    return false;
  json = lua_tolstring(L, text, &size);
  read_reference(string, &from, &length);
  if (from > size || length > size - from)
    return false;           /* a string of bytes that are no UTF-8 */
  lua_pushlstring(L, json + from, length);
  lua_replace(L, -2);
  return true;
}


/* The array on the top. Nulls are kept, for its length. */
static void clean_array (lua_State *L, int text)
{
  int i, count = (int)lua_rawlen(L, -1);
  lua_Integer whole;
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    switch (lua_type(L, -1)) {
      case LUA_TNUMBER:
        if (is_whole(L, -1, &whole)) {
          lua_pushinteger(L, whole);
          lua_rawseti(L, -3, i);
        }
        break;
      case LUA_TTABLE:
        clean_table(L, text);
        break;
      case LUA_TSTRING:
        if (count == 1 && is_mark(L, -1)) {
          lua_settop(L, -2);
          unmark(L);
          return;
        }
        if (resolve(L, text)) {
          lua_rawseti(L, -2, i);
          continue;
        }
        break;
      default:
        break;
    }
    lua_settop(L, -2);
  }
}


/* A field of an object, on which a traversal stands. Leaves the key. */
static void clean_field (lua_State *L, int text)
{
  lua_Integer whole;
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
      if (is_whole(L, -1, &whole)) {
        lua_settop(L, -2);
        lua_pushvalue(L, -1);
        lua_pushinteger(L, whole);
        lua_rawset(L, -4);
        return;
      }
      break;
    case LUA_TLIGHTUSERDATA:    /* null */
      lua_settop(L, -2);
      lua_pushvalue(L, -1);
      lua_pushnil(L);
      lua_rawset(L, -4);
      return;
    case LUA_TTABLE:
      clean_table(L, text);
      break;
    case LUA_TSTRING:
      if (resolve(L, text)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
        return;
      }
      break;
    default:
      break;
  }
  lua_settop(L, -2);
}


/* The depth is bounded by lua-cjson's own limit. */
void clean_table (lua_State *L, int text)
{
  luaL_checkstack(L, 6, "JSON nested too deeply");
  lua_pushnil(L);
  if (!lua_next(L, -2))
    return;
  if (lua_type(L, -2) == LUA_TNUMBER) {
    lua_settop(L, -3);
    clean_array(L, text);
    return;
  }
  do
    clean_field(L, text);
  while (lua_next(L, -2));
}

/* }====================================================== */


/* core.value_clean(decoded[, json]) -> the same value: nulls of objects are
** gone, whole numbers are integers, empty arrays are marked as arrays, long
** strings are back. */
static int function_clean (lua_State *L)
{
  int text = lua_isstring(L, 2) ? 2 : 0;
  lua_Integer whole;
  lua_settop(L, 2);
  lua_pushvalue(L, 1);
  switch (lua_type(L, 1)) {
    case LUA_TTABLE:
      clean_table(L, text);
      break;
    case LUA_TSTRING:
      resolve(L, text);
      break;
    case LUA_TNUMBER:
      if (is_whole(L, 1, &whole))
        lua_pushinteger(L, whole);
      break;
    default:
      return !is_null(L, 1);
  }
  return 1;
}


static const luaL_Reg functions[] = {
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
