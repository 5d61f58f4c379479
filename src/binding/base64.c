/*
** The digits of base64, and short texts of it decoded.
*/
#include "base64.h"

#include <stdint.h>

const unsigned char base64_values[] = {
  63, 0, 63, 0, 64,                                     /* + - / */
  53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0, 0, 0, 0, 0, 0, 0,
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
  21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 64, 0,            /* _ */
  27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
  45, 46, 47, 48, 49, 50, 51, 52
};


long base64_decode (const char *text, size_t length, unsigned char *to)
{
  uint32_t bits = 0;
  int waiting = 0;
  long count = 0;
  size_t i;
  while (length > 0 && text[length - 1] == '=')
    length--;
  for (i = 0; i < length; i++) {
    unsigned value = base64_digit((unsigned char)text[i]);
    if (value == 0)
      return -1;
    bits = bits << 6 | (value - 1);
    waiting += 6;
    if (waiting >= 8) {
      waiting -= 8;
      to[count++] = (unsigned char)(bits >> waiting);
    }
  }
  return waiting < 6 ? count : -1;
}
