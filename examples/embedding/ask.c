/*
** A program in C that has Lua and the library inside: asks a question and
** prints the answer while it arrives. ask "Why is Lua embedded so often?"
**
**   make static
**   cc -Isrc $(pkg-config --cflags lua5.4) examples/embedding/ask.c -o ask \
**      build/lua5.4/liboai_core.a $(pkg-config --libs lua5.4) -lcurl -lpthread
*/
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "oai.h"

/* The part in Lua: it takes the question, and returns how long the answer is,
   or nil and what went wrong. */
static const char program[] =
  "local question = ...\n"
  "local client = require('oai').client {}\n"
  "local stream, err = client.responses:stream { model = 'gpt-4o-mini', input = question }\n"
  "if not stream then\n"
  "  return nil, tostring(err)\n"
  "end\n"
  "local length = 0\n"
  "for text in stream:text() do\n"
  "  show(text)\n"
  "  length = length + #text\n"
  "end\n"
  "client:close()\n"
  "return length\n";


/* A function of the program's that Lua calls. */
static int show (lua_State *L)
{
  fputs(luaL_checkstring(L, 1), stdout);
  fflush(stdout);
  return 0;
}


static int ask (lua_State *L, const char *question)
{
  if (luaL_loadbuffer(L, program, sizeof(program) - 1, "=ask") != 0)
    return 0;
  lua_pushstring(L, question);
  return lua_pcall(L, 1, 2, 0) == 0 && !lua_isnil(L, -2);
}


int main (int argc, char **argv)
{
  int done;
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  oai_preload(L);
  lua_register(L, "show", show);
  done = ask(L, argc > 1 ? argv[1] : "Why is Lua embedded so often?");
  if (done)
    printf("\n%d bytes\n", (int)lua_tointeger(L, -2));
  else
    fprintf(stderr, "ask: %s\n", lua_tostring(L, -1));
  lua_close(L);
  return done ? 0 : 1;
}
