/*
** Several threads, each with a state of its own, ask at the same time. States
** share nothing: each has its own clients, and so its own connections.
**
** Compiled as ask.c is.
*/
#include <pthread.h>
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "oai.h"

#define THREADS 4

static const char program[] =
  "local number = ...\n"
  "local client = require('oai').client {}\n"
  "local reply = assert(client.chat.completions:create {\n"
  "  model = 'gpt-4o-mini',\n"
  "  messages = { { role = 'user', content = 'Question ' .. number } },\n"
  "})\n"
  "client:close()\n"
  "return reply.choices[1].message.content\n";


/* What a thread does, from its state's beginning to its end. */
static void *ask (void *number)
{
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  oai_preload(L);
  if (luaL_loadbuffer(L, program, sizeof(program) - 1, "=thread") == 0) {
    lua_pushinteger(L, *(int *)number);
    lua_pcall(L, 1, 1, 0);
  }
  printf("%d: %s\n", *(int *)number, luaL_tolstring(L, -1, NULL));
  lua_close(L);
  return NULL;
}


int main (void)
{
  pthread_t threads[THREADS];
  int numbers[THREADS], i;
  for (i = 0; i < THREADS; i++) {
    numbers[i] = i + 1;
    pthread_create(&threads[i], NULL, ask, &numbers[i]);
  }
  for (i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
