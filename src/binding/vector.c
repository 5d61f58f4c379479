/*
** Embedding vectors: base64 (RFC 4648, also its URL alphabet) of
** little-endian 32-bit floats, straight to a table of numbers.
*/
#include <stdint.h>
#include <string.h>

#include "base64.h"
#include "object.h"

/* The float whose four bytes these are, the first of them the highest. */
static float float_of (uint32_t bytes)
{
  float number;
  bytes = bytes >> 24 | (bytes >> 8 & 0xFF00) | (bytes & 0xFF00) << 8
        | bytes << 24;
  memcpy(&number, &bytes, sizeof(number));
  return number;
}


/* core.vector(base64) -> a table of numbers, or nil when it is not
** the base64 of whole 32-bit floats. */
static int function_vector (lua_State *L)
{
  size_t length, i;
  const char *text = luaL_checklstring(L, 1, &length);
  uint64_t bits = 0;
  int waiting = 0, count = 0;
  while (length > 0 && text[length - 1] == '=')
    length--;
  if (length * 3 / 4 % 4 != 0)
    return 0;
  lua_createtable(L, (int)(length * 3 / 16), 0);
  for (i = 0; i < length; i++) {
    unsigned value = base64_digit((unsigned char)text[i]);
    if (value == 0)
      return 0;
    bits = bits << 6 | (value - 1);
    waiting += 6;
    if (waiting >= 32) {
      waiting -= 32;
      lua_pushnumber(L, (lua_Number)float_of((uint32_t)(bits >> waiting)));
      lua_rawseti(L, -2, ++count);
    }
  }
  return 1;
}


static const struct function functions[] = {
  { "vector", function_vector }
};


void open_vector (lua_State *L)
{
  add_functions(L, functions);
}
