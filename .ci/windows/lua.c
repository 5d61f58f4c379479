/*
** A small interpreter, since crates bring Lua without its own: runs a script
** with its arguments, and tells where what it raises comes from.
*/
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>


/* Adds to an error where it comes from, by the library debug. */
static int trace (lua_State *L)
{
  lua_getglobal(L, "debug");
  lua_getfield(L, -1, "traceback");
  lua_getglobal(L, "tostring");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  lua_pushinteger(L, 2);
  lua_call(L, 2, 1);
  return 1;
}


static void set_arguments (lua_State *L, int count, char **arguments)
{
  int i;
  lua_newtable(L);
  for (i = 0; i < count; i++) {
    lua_pushstring(L, arguments[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
}


int main (int count, char **arguments)
{
  int i, failed;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, trace);
  set_arguments(L, count, arguments);
  failed = luaL_loadfile(L, count > 1 ? arguments[1] : NULL) != 0;
  for (i = 2; i < count && !failed; i++)
    lua_pushstring(L, arguments[i]);
  failed = failed || lua_pcall(L, count > 2 ? count - 2 : 0, 0, 1) != 0;
  if (failed)
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  return failed;
}
