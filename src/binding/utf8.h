/*
** UTF-8 (RFC 3629): what is well-formed, and what stands for what is not. No
** half of a UTF-16 pair is, nor a sequence that could be shorter.
*/
#ifndef OAI_UTF8_H
#define OAI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFD

#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))


/* The length of the well-formed sequence of several bytes at `s`, or 0. */
size_t utf8_sequence (const char *s, size_t left);

/* Whether a text is well-formed; its first byte that is not, or NULL. */
const char *utf8_fault (const char *text, size_t length);

/* Writes the sequence of a code point, and returns where it ends: 4 bytes
** behind `to` at the most. */
char *utf8_put (char *to, unsigned long code);

#endif
