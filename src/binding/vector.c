/*
** Embedding vectors: base64 (RFC 4648, also its URL alphabet) of
** little-endian 32-bit floats, straight to a table of numbers.
*/
#include <stdint.h>
#include <string.h>

#include "object.h"

/* The values of the characters from '+' to 'z', and one more: 0 is none. */
static const unsigned char values[] = {
  63, 0, 63, 0, 64,                                     /* + - / */
  53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0, 0, 0, 0, 0, 0, 0,
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
  21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 64, 0,            /* _ */
  27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
  45, 46, 47, 48, 49, 50, 51, 52
};


/* The value of a digit, and one more; 0 for what is none. */
static unsigned digit (unsigned char c)
{
  return c >= '+' && c <= 'z' ? values[c - '+'] : 0;
}


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
    unsigned value = digit((unsigned char)text[i]);
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


static const luaL_Reg functions[] = {
  { "vector", function_vector },
  { NULL, NULL }
};


void open_vector (lua_State *L)
{
  compat_setfuncs(L, functions);
}
