/*
** Where a text holds a secret. It is looked for in what servers say when
** they refuse something, which is seldom and short.
*/
#include "mask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"

#define PIECE ((size_t)16)  /* of a longer secret: too much to be shown */
#define DIGITS_MOST 8       /* of an escape */
#define SHIFTS 3            /* in which base64 may write it */
#define BYTES 256

struct text {
  const unsigned char *bytes;
  size_t length;
};


static bool is_same (unsigned long long a, unsigned char b)
{
  return a < BYTES && ascii_lower((char)a) == ascii_lower((char)b);
}


/* Whether there are `count` digits (0: as many as come, and then ';') of
** that base which say `wanted`. Returns how many bytes they take. */
static size_t match_digits (struct text t, size_t count, int base,
                            unsigned char wanted)
{
  char digits[DIGITS_MOST + 1];
  size_t used = 0, most = count ? count : DIGITS_MOST;
  while (used < most && used < t.length && ascii_is_hex((char)t.bytes[used])) {
    digits[used] = (char)t.bytes[used];
    used++;
  }
  digits[used] = '\0';
  if (used == 0 || (count && used < count)
      || !is_same((unsigned long long)strtoll(digits, NULL, base), wanted))
    return 0;
  if (count)
    return used;
  return used < t.length && t.bytes[used] == ';' ? used + 1 : 0;
}


static struct text behind (struct text t, size_t used)
{
  t.bytes += used;
  t.length -= used;
  return t;
}


/* "\u0041", "\x41" or "\A", with any number of backslashes. */
static size_t match_backslashes (struct text t, unsigned char wanted)
{
  size_t used = 0, more = 0;
  while (used < t.length && t.bytes[used] == '\\')
    used++;
  if (used == t.length)
    return 0;
  if (t.bytes[used] == 'u')
    more = match_digits(behind(t, used + 1), 4, 16, wanted);
  else if (t.bytes[used] == 'x')
    more = match_digits(behind(t, used + 1), 2, 16, wanted);
  if (more)
    return used + 1 + more;
  return is_same(t.bytes[used], wanted) ? used + 1 : 0;
}


/* "&#65;" or "&#x41;". */
static size_t match_entity (struct text t, unsigned char wanted)
{
  size_t used = 2, more;
  bool hex;
  if (t.length < 4 || t.bytes[1] != '#')
    return 0;
  hex = t.bytes[2] == 'x' || t.bytes[2] == 'X';
  used += hex;
  more = match_digits(behind(t, used), 0, hex ? 16 : 10, wanted);
  return more ? used + more : 0;
}


/* How many bytes of the text stand for one of the secret; 0: other ones. */
static size_t match_byte (struct text t, unsigned char wanted)
{
  size_t used = 0;
  if (t.length == 0)
    return 0;
  if (t.bytes[0] == '\\')
    used = match_backslashes(t, wanted);
  else if (t.bytes[0] == '%')
    used = match_digits(behind(t, 1), 2, 16, wanted) ? 3 : 0;
  else if (t.bytes[0] == '&')
    used = match_entity(t, wanted);
  return used ? used : is_same(t.bytes[0], wanted);
}


static size_t match_escaped (struct text secret, struct text t)
{
  size_t i = 0, used = 0, step;
  while (i < secret.length
         && (step = match_byte(behind(t, used), secret.bytes[i])) > 0) {
    used += step;
    i++;
  }
  return i == secret.length || i >= PIECE ? used : 0;
}


static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789+/";


/* Whether four characters of base64, of either kind, are these three. */
static bool is_group (const unsigned char *three, const unsigned char *four)
{
  unsigned value = (unsigned)three[0] << 16 | (unsigned)three[1] << 8
                 | three[2];
  int i;
  for (i = 0; i < 4; i++) {
    unsigned char c = four[i] == '-' ? '+' : four[i] == '_' ? '/' : four[i];
    if (c != (unsigned char)digits[value >> (18 - 6 * i) & 63])
      return false;
  }
  return true;
}


/* How many bytes of the text are the secret in base64, which what stands
** before it shifts by up to two bytes; 0: other ones. */
static size_t match_base64 (struct text secret, struct text t)
{
  size_t skipped, i, used;
  for (skipped = 0; skipped < SHIFTS && secret.length >= PIECE; skipped++) {
    used = 0;
    for (i = skipped; i + 3 <= secret.length && used + 4 <= t.length
                      && is_group(secret.bytes + i, t.bytes + used); i += 3)
      used += 4;
    if (i + 3 > secret.length || i >= PIECE)
      return used;
  }
  return 0;
}


/* What begins within a run of backslashes begins with the run as well, which
** is looked at once: a server may send a megabyte of them. */
static bool is_looked_at (struct text t, size_t at)
{
  return at > 0 && t.bytes[at] == '\\' && t.bytes[at - 1] == '\\';
}


/* With which bytes a secret may begin, however it is written: all others of
** a text are passed over. */
static void find_beginnings (struct text secret, bool begins[BYTES])
{
  size_t i;
  for (i = 0; i < BYTES; i++)
    begins[i] = is_same(i, secret.bytes[0]);
  begins['\\'] = begins['%'] = begins['&'] = true;
  for (i = 0; i < SHIFTS; i++) {
    char first = digits[secret.bytes[i] >> 2];
    begins[(unsigned char)first] = true;
    begins['-'] = begins['-'] || first == '+';
    begins['_'] = begins['_'] || first == '/';
  }
}


size_t mask_find (const char *secret, size_t secret_length,
                  const char *text, size_t length, size_t *span)
{
  struct text wanted = { (const unsigned char *)secret, secret_length };
  struct text t = { (const unsigned char *)text, length };
  bool begins[BYTES];
  size_t at;
  if (secret_length < MASK_SHORTEST)
    return length;
  find_beginnings(wanted, begins);
  for (at = 0; at < length; at++) {
    if (!begins[t.bytes[at]] || is_looked_at(t, at))
      continue;
    *span = match_escaped(wanted, behind(t, at));
    if (*span == 0)
      *span = match_base64(wanted, behind(t, at));
    if (*span > 0)
      break;
  }
  return at;
}
