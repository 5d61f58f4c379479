/*
** Puts what lua-cjson decoded into the places that value_read.c left for it.
** Whole numbers become integers, whichever lineage read them.
*/
#include <math.h>

#include "object.h"
#include "value.h"

/* Stack indices of function_fill. */
enum { VALUE = 1, DECODED, PLACES };


#if COMPAT_INTEGERS

/* Whether the float at `i` is a whole number that a float holds exactly. */
static bool is_whole (lua_State *L, int i, lua_Integer *whole)
{
  lua_Number n;
  if (lua_type(L, i) != LUA_TNUMBER || lua_isinteger(L, i))
    return false;
  n = lua_tonumber(L, i);
  if (!(n >= -EXACT_FLOAT && n <= EXACT_FLOAT))
    return false;
  *whole = (lua_Integer)n;
  return (lua_Number)*whole == n && (n != 0 || !signbit(n));
}


static void clean_items (lua_State *L)
{
  int i, count = (int)lua_rawlen(L, -1);
  lua_Integer whole;
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    if (is_whole(L, -1, &whole)) {
      lua_pushinteger(L, whole);
      lua_rawseti(L, -3, i);
    }
    lua_settop(L, -2);
  }
}


/* Whole numbers become integers: the value on the top, or its items. */
static void clean (lua_State *L)
{
  lua_Integer whole;
  if (lua_type(L, -1) == LUA_TTABLE)
    clean_items(L);
  else if (is_whole(L, -1, &whole)) {
    lua_pushinteger(L, whole);
    lua_replace(L, -2);
  }
}

#else
#define clean(L) ((void)(L))
#endif


/* Pushes the table that item n belongs into, and its key there. */
static void push_place (lua_State *L, int n)
{
  int at = 2 * n;
  lua_rawgeti(L, PLACES, at - 1);
  lua_rawgeti(L, PLACES, at);
}


/* Puts item n of what was decoded where slice n still stands: an equal name
** behind it may have taken its field. */
static void fill (lua_State *L, int n)
{
  push_place(L, n);
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  if (slice_at(L, -1) == (size_t)n) {
    lua_settop(L, -2);
    lua_rawgeti(L, DECODED, n);
    clean(L);
    lua_rawset(L, -3);
  }
}


/* The key with an escape that is item n, with the value that was held. */
static void fill_key (lua_State *L, int n)
{
  push_place(L, n);
  lua_rawgeti(L, DECODED, n);
  lua_rawgeti(L, -2, 1);
  if (is_null(L, -1)) {
    lua_settop(L, -2);
    lua_pushnil(L);
  }
  lua_rawset(L, -4);
}


static bool is_key (lua_State *L, int n)
{
  bool key;
  push_place(L, n);
  key = lua_type(L, -1) == LUA_TTABLE;
  lua_settop(L, PLACES);
  return key;
}


static void fill_all (lua_State *L)
{
  int n, keys = 0, count = (int)lua_rawlen(L, DECODED);
  for (n = 1; n <= count; n++) {
    if (is_key(L, n))
      keys++;
    else
      fill(L, n);
    lua_settop(L, PLACES);
  }
  for (n = 1; keys > 0 && n <= count; n++) {
    if (is_key(L, n))
      fill_key(L, n);
    lua_settop(L, PLACES);
  }
}


/* core.value_fill(value, decoded, places) -> the value: see value_read. */
static int function_fill (lua_State *L)
{
  luaL_checktype(L, DECODED, LUA_TTABLE);
  lua_settop(L, PLACES);
  if (slice_at(L, VALUE)) {
    lua_rawgeti(L, DECODED, 1);
    clean(L);
    return 1;
  }
  luaL_checktype(L, PLACES, LUA_TTABLE);
  fill_all(L);
  lua_settop(L, VALUE);
  return 1;
}


static const luaL_Reg functions[] = {
  { "value_fill", function_fill },
  { NULL, NULL }
};


void open_value_fill (lua_State *L)
{
  compat_setfuncs(L, functions);
}
