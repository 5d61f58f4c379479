/*
** The digits of base64 (RFC 4648), of both alphabets.
*/
#ifndef OAI_BASE64_H
#define OAI_BASE64_H

#include <stddef.h>

/* The values of the characters from '+' to 'z', and one more: 0 is none. */
extern const unsigned char base64_values[];

/* The value of a digit, and one more; 0 for what is none. */
static inline unsigned base64_digit (unsigned char c)
{
  return c >= '+' && c <= 'z' ? base64_values[c - '+'] : 0;
}

/* Decodes a text, with padding or without, to fewer bytes than it has. Returns
** how many, or -1: it is not base64. */
long base64_decode (const char *text, size_t length, unsigned char *to);

#endif
