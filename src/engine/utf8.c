/*
** UTF-8, as utf8.h says. ASCII is passed over eight bytes at a time: most of
** what is looked at has nothing else.
*/
#include "utf8.h"


size_t utf8_sequence (const char *s, size_t left)
{
  static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  unsigned char lead = (unsigned char)*s;
  size_t i, length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3
                                     : lead < 0xF5 ? 4 : 0;
  unsigned long code;
  if (length == 0 || length > left)
    return 0;
  code = lead & (0xFFu >> (length + 1));
  for (i = 1; i < length; i++) {
    unsigned char c = (unsigned char)s[i];
    if ((c & 0xC0) != 0x80)
      return 0;
    code = code << 6 | (c & 0x3Fu);
  }
  if (code < least[length] || code > 0x10FFFF
      || (code >= 0xD800 && code <= 0xDFFF))
    return 0;
  return length;
}


/* How many bytes at the start are ASCII, whole words at a time. */
static size_t ascii_words (const char *at, size_t length)
{
  size_t i = 0;
  while (i + 32 <= length
         && !((word_at(at + i) | word_at(at + i + 8) | word_at(at + i + 16)
               | word_at(at + i + 24)) & EACH_BYTE(0x80)))
    i += 32;
  while (i + 8 <= length && !(word_at(at + i) & EACH_BYTE(0x80)))
    i += 8;
  return i;
}


const char *utf8_fault (const char *text, size_t length)
{
  const char *at = text, *end = text + length;
  for (;;) {
    size_t sequence = 1;
    at += ascii_words(at, (size_t)(end - at));
    if (at == end)
      return NULL;
    if (*at & 0x80)
      sequence = utf8_sequence(at, (size_t)(end - at));
    if (sequence == 0)
      return at;
    at += sequence;
  }
}


static char trail (unsigned long bits)
{
  return (char)(0x80 | (bits & 0x3F));
}


char *utf8_put (char *to, unsigned long code)
{
  if (code < 0x80)
    *to++ = (char)code;
  else if (code < 0x800) {
    *to++ = (char)(0xC0 | code >> 6);
    *to++ = trail(code);
  }
  else if (code < 0x10000) {
    *to++ = (char)(0xE0 | code >> 12);
    *to++ = trail(code >> 6);
    *to++ = trail(code);
  }
  else {
    *to++ = (char)(0xF0 | code >> 18);
    *to++ = trail(code >> 12);
    *to++ = trail(code >> 6);
    *to++ = trail(code);
  }
  return to;
}
