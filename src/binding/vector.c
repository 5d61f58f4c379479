/*
** Embedding vectors: base64 (RFC 4648, also its URL alphabet) of
** little-endian 32-bit floats, straight to a table of numbers.
*/
#include <string.h>

#include "object.h"

/* The value of a digit, or 64 and more. */
static unsigned digit (unsigned char c)
{
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26u;
  if (c >= '0' && c <= '9') return c - '0' + 52u;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return 255;
}


struct digits {
  unsigned char table[256];
  const unsigned char *at, *end;
  unsigned long bits;
  int count;                /* of bits */
};


static bool next_byte (struct digits *d, unsigned char *byte)
{
  while (d->count < 8) {
    unsigned value;
    if (d->at == d->end)
      return false;
    value = d->table[*d->at++];
    if (value > 63)
      return false;
    d->bits = (d->bits << 6 | value) & 0xFFFFFF;
    d->count += 6;
  }
  d->count -= 8;
  *byte = (unsigned char)(d->bits >> d->count);
  return true;
}


static bool next_float (struct digits *d, float *number)
{
  unsigned char bytes[4];
  unsigned long bits;
  unsigned int word;
  int i;
  for (i = 0; i < 4; i++) {
    if (!next_byte(d, &bytes[i]))
      return false;
  }
  bits = bytes[0] | (unsigned long)bytes[1] << 8
       | (unsigned long)bytes[2] << 16 | (unsigned long)bytes[3] << 24;
  word = (unsigned int)bits;
  memcpy(number, &word, sizeof(*number));
  return true;
}


/* core.vector(base64) -> a table of numbers, or nil when it is not
** the base64 of whole 32-bit floats. */
static int function_vector (lua_State *L)
{
  struct digits d;
  size_t length, count;
  const char *text = luaL_checklstring(L, 1, &length);
  int i, n;
  memset(&d, 0, sizeof(d));
  for (i = 0; i < 256; i++)
    d.table[i] = (unsigned char)digit((unsigned char)i);
  while (length > 0 && text[length - 1] == '=')
    length--;
  count = length * 3 / 4;
  if (count % 4 != 0)
    return 0;
  d.at = (const unsigned char *)text;
  d.end = d.at + length;
  n = (int)(count / 4);
  lua_createtable(L, n, 0);
  for (i = 1; i <= n; i++) {
    float number;
    if (!next_float(&d, &number))
      return 0;
    lua_pushnumber(L, (lua_Number)number);
    lua_rawseti(L, -2, i);
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
