/*
** An interpreter for a Lua that comes without one: lua [-e chunk] [script
** [arguments]]. As with Lua's own, the arguments are in `arg`, an uncaught
** error ends it with a traceback and status 1, and Ctrl-C is an error where
** the program happens to be.
*/
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>


static lua_State *running;


static void stop (lua_State *L, lua_Debug *where)
{
  (void)where;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted!");
}


/* A second Ctrl-C, before the first is heard, ends the process. */
static void on_interrupt (int signal_number)
{
  int all = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
  signal(signal_number, SIG_DFL);
  lua_sethook(running, stop, all, 1);
}


static int explain (lua_State *L)
{
  const char *message = lua_tostring(L, 1);
  if (message == NULL)
    message = luaL_tolstring(L, 1, NULL);
  luaL_traceback(L, L, message, 1);
  return 1;
}


/* Calls what lies below `arguments` values; 0, or what to end with. */
static int call (lua_State *L, int arguments)
{
  int base = lua_gettop(L) - arguments;
  int failed;
  lua_pushcfunction(L, explain);
  lua_insert(L, base);
  signal(SIGINT, on_interrupt);
  failed = lua_pcall(L, arguments, 0, base) != LUA_OK;
  signal(SIGINT, SIG_DFL);
  if (failed) {
    fprintf(stderr, "lua: %s\n", lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_remove(L, base);
  return failed;
}


static int load_failed (lua_State *L)
{
  fprintf(stderr, "lua: %s\n", lua_tostring(L, -1));
  return 1;
}


static int run_text (lua_State *L, const char *text)
{
  if (luaL_loadbuffer(L, text, strlen(text), "=(command line)") != LUA_OK)
    return load_failed(L);
  return call(L, 0);
}


/* `script` is where the program's name is among the arguments. */
static int run_script (lua_State *L, int argc, char **argv, int script)
{
  const char *path = strcmp(argv[script], "-") == 0 ? NULL : argv[script];
  int i;
  if (luaL_loadfile(L, path) != LUA_OK)
    return load_failed(L);
  for (i = script + 1; i < argc; i++)
    lua_pushstring(L, argv[i]);
  return call(L, argc - script - 1);
}


static void set_arguments (lua_State *L, int argc, char **argv, int script)
{
  int i;
  lua_createtable(L, argc, 1);
  for (i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}


int main (int argc, char **argv)
{
  int at = 1;
  int failed = 0;
  running = luaL_newstate();
  if (running == NULL)
    return 1;
  luaL_openlibs(running);
  while (at + 1 < argc && strcmp(argv[at], "-e") == 0)
    at += 2;
  set_arguments(running, argc, argv, at);
  for (at = 1; !failed && at + 1 < argc && strcmp(argv[at], "-e") == 0; at += 2)
    failed = run_text(running, argv[at + 1]);
  if (!failed && at < argc)
    failed = run_script(running, argc, argv, at);
  lua_close(running);
  return failed;
}
