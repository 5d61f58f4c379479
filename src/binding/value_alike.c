/*
** The events of a stream are alike but for a piece of text. Whether a text of
** JSON is another one with other strings in some places is told here without
** decoding it.
*/
#include <string.h>

#include "object.h"

/* Where the string literal that `at` is in ends: at its closing quote. NULL
** where there is none. */
static const char *literal_end (const char *at, const char *end)
{
  const char *quote = at;
  while ((quote = memchr(quote, '"', (size_t)(end - quote))) != NULL) {
    const char *before = quote;
    while (before > at && before[-1] == '\\')
      before--;
    if ((quote - before) % 2 == 0)
      return quote;
    quote++;
  }
  return NULL;
}


/* alike(text, like [, from, to]...): whether `text` is `like`, but for what is
** between quotes where `like` has its bytes `from` up to but not including
** `to`, counted from 1. These places are in order. */
static int function_alike (lua_State *L)
{
  size_t length, like_length, from, passed = 0;
  const char *at = luaL_checklstring(L, 1, &length);
  const char *like = luaL_checklstring(L, 2, &like_length);
  const char *end = at + length;
  int i;
  for (i = 3; at != NULL && !lua_isnoneornil(L, i); i += 2) {
    from = (size_t)lua_tointeger(L, i) - 1;
    if (from < passed || from > like_length
        || (size_t)(end - at) < from - passed
        || memcmp(at, like + passed, from - passed) != 0)
      break;
    at = literal_end(at + (from - passed), end);
    passed = (size_t)lua_tointeger(L, i + 1) - 1;
  }
  lua_pushboolean(L, at != NULL && lua_isnoneornil(L, i)
                     && passed <= like_length
                     && (size_t)(end - at) == like_length - passed
                     && memcmp(at, like + passed, like_length - passed) == 0);
  return 1;
}


void open_value_alike (lua_State *L)
{
  lua_pushcfunction(L, function_alike);
  lua_setfield(L, -2, "value_alike");
}
