/*
** Characters of ASCII, whatever the locale takes for a letter or a blank.
*/
#ifndef OAI_ASCII_H
#define OAI_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_digit (char c)
{
  return c >= '0' && c <= '9';
}


static inline char ascii_lower (char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}


static inline bool ascii_is_hex (char c)
{
  char letter = ascii_lower(c);
  return ascii_is_digit(c) || (letter >= 'a' && letter <= 'f');
}


/* A blank, a tab, or what ends a line or a page. */
static inline bool ascii_is_space (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

#endif
