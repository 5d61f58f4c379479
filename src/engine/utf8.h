/*
** UTF-8 (RFC 3629): what is well-formed, and what stands for what is not. No
** half of a UTF-16 pair is, nor a sequence that could be shorter.
*/
#ifndef OAI_UTF8_H
#define OAI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define UTF8_REPLACEMENT 0xFFFD

#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))

static inline uint64_t word_at (const char *at)
{
  uint64_t word;
  memcpy(&word, at, sizeof(word));
  return word;
}


/* Marks the bytes of a word that are ASCII and less than `n` (<= 128), by
** their highest bits. */
static inline uint64_t bytes_below (uint64_t word, unsigned n)
{
  uint64_t sums = (word & EACH_BYTE(0x7F)) + EACH_BYTE(0x80 - n);
  return ~(sums | word) & EACH_BYTE(0x80);
}


static inline uint64_t bytes_equal (uint64_t word, unsigned char c)
{
  return bytes_below(word ^ EACH_BYTE(c), 1);
}


/* How many bytes of a word come before the first one that is marked. */
static inline int first_byte (uint64_t marks)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return __builtin_ctzll(marks) >> 3;
#else
  return __builtin_clzll(marks) >> 3;
#endif
}


/* The length of the well-formed sequence of several bytes at `s`, or 0. */
size_t utf8_sequence (const char *s, size_t left);

/* Whether a text is well-formed; its first byte that is not, or NULL. */
const char *utf8_fault (const char *text, size_t length);

/* Writes the sequence of a code point, and returns where it ends: 4 bytes
** behind `to` at the most. */
char *utf8_put (char *to, unsigned long code);

#endif
