/*
** Numbers, as decimal.h says. Most are read and written without the C
** library. One of few digits is a whole number times or over a power of ten,
** which one operation on floats rounds correctly when a float holds both;
** for the others the powers of power.h tell the nearest float, or digit, of
** all numbers but those that are all but halfway between two.
*/
#include "decimal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/ascii.h"
#include "../engine/utf8.h"
#include "power.h"

#define DIGITS_MOST 19      /* of a uint64_t */
#define SHORT_MOST 15       /* that integers and floats hold exactly */
#define EXPONENT_MOST 100000    /* beyond all floats, however many digits */

/* The powers of ten that a float holds, where it is computed with as what it
** is. */
#define EXACT_POWER_MOST (FLT_EVAL_METHOD == 0 ? 22 : -1)

/* digits * 10^exponent */
struct decimal {
  uint64_t digits;
  int exponent;
  bool negative;
  bool whole;               /* without a fraction and an exponent */
  bool cut;                 /* there are more digits than `digits` holds */
};


/*
** {======================================================
** Reading
** =======================================================
*/

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

static bool are_digits (uint64_t word)
{
  uint64_t high = word & EACH_BYTE(0xF0);
  return (high | ((word + EACH_BYTE(6)) & EACH_BYTE(0xF0)) >> 4)
         == EACH_BYTE(0x33);
}


/* The number that eight digits are: by twos, then fours, then all. */
static uint64_t number_of (uint64_t word)
{
  word = (word & EACH_BYTE(0x0F)) * (10 << 8 | 1) >> 8;
  word = (word & UINT64_C(0x00FF00FF00FF00FF)) * (100 << 16 | 1) >> 16;
  return (word & UINT64_C(0x0000FFFF0000FFFF))
       * (UINT64_C(10000) << 32 | 1) >> 32;
}

#else
#define are_digits(word) false
#define number_of(word) (word)
#endif


/* Adds the digits at `at`, and returns what is behind them. */
static const char *scan_digits (struct decimal *d, const char *at)
{
  uint64_t digits = d->digits;
  for (; ascii_is_digit(*at); at++)
    digits = digits * 10 + (uint64_t)(*at - '0');
  d->digits = digits;
  return at;
}


/* Adds the digits of a fraction, of which there are many. */
static const char *scan_fraction (struct decimal *d, const char *at,
                                  const char *end)
{
  while (end - at >= 8) {
    uint64_t word = word_at(at);
    if (!are_digits(word))
      break;
    d->digits = d->digits * 100000000 + number_of(word);
    at += 8;
  }
  return scan_digits(d, at);
}


/* Whether there are too many digits between these for a uint64_t. */
static bool is_long (const char *first, const char *point, const char *end)
{
  if (end - first <= DIGITS_MOST)
    return false;
  while (first < end && (*first == '0' || *first == '.'))
    first++;
  return end - first - (point < end && first < point) > DIGITS_MOST;
}


static const char *scan_exponent (struct decimal *d, const char *at)
{
  bool negative = *at == '-';
  int n = 0;
  if (*at == '-' || *at == '+')
    at++;
  if (!ascii_is_digit(*at))
    return NULL;
  for (; ascii_is_digit(*at); at++) {
    if (n < EXPONENT_MOST)
      n = n * 10 + (*at - '0');
  }
  d->exponent += negative ? -n : n;
  return at;
}


/* Returns what is behind the number, or NULL. */
static const char *scan (struct decimal *d, const char *at, const char *end)
{
  const char *first, *point;
  d->digits = 0;
  d->exponent = 0;
  d->negative = *at == '-';
  first = at + d->negative;
  at = point = scan_digits(d, first);
  d->whole = *at != '.' && *at != 'e' && *at != 'E';
  if (at == first || (*first == '0' && at > first + 1))
    return NULL;
  if (*at == '.') {
    at = scan_fraction(d, at + 1, end);
    d->exponent = (int)(point + 1 - at);
    if (d->exponent == 0)
      return NULL;
  }
  d->cut = is_long(first, point, at);
  if (*at == 'e' || *at == 'E')
    at = scan_exponent(d, at + 1);
  return at;
}


/* What strtod makes of a text, which is for it to have the locale's point. */
static double convert (lua_State *L, const char *text, size_t length)
{
  double n;
  lua_pushlstring(L, text, length);
  luaL_gsub(L, lua_tostring(L, -1), ".", localeconv()->decimal_point);
  n = strtod(lua_tostring(L, -1), NULL);
  lua_settop(L, -3);
  return n;
}


/* Whether one operation on floats gives the nearest one. */
static bool is_short (const struct decimal *d)
{
  return d->digits <= (uint64_t)EXACT_FLOAT
      && d->exponent <= EXACT_POWER_MOST && d->exponent >= -EXACT_POWER_MOST;
}


static double of_short (const struct decimal *d)
{
  static const double powers[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  double n = (double)d->digits;
  return d->exponent < 0 ? n / powers[-d->exponent] : n * powers[d->exponent];
}


/* Without a jump: of vectors no sign tells the next one. */
static double with_sign (double n, bool negative)
{
  uint64_t bits;
  memcpy(&bits, &n, sizeof(bits));
  bits |= (uint64_t)negative << 63;
  memcpy(&n, &bits, sizeof(n));
  return n;
}


#if POWERS

#define HALF (UINT64_C(1) << 63)

/* mantissa * 2^exponent, for a normal float and a mantissa of 53 bits; 2^53
** is one too. */
static double make_float (uint64_t mantissa, int exponent)
{
  double n;
  mantissa += (uint64_t)(exponent + 1074) << 52;
  memcpy(&n, &mantissa, sizeof(n));
  return n;
}


/* Whether the powers tell which float is the nearest one: puts it into `n`.
** They do unless the product may be halfway between two. (W. Clinger, "How to
** read floating point numbers accurately"; D. Lemire, "Number parsing at a
** gigabyte per second".) */
static bool of_powers (const struct decimal *d, double *n)
{
  struct power p;
  uint128 product;
  uint64_t high, low, rest;
  int zeros, shift;
  if (d->digits == 0 || d->exponent < POWER_LEAST || d->exponent > POWER_MOST)
    return false;
  p = power_of_ten(d->exponent);
  zeros = __builtin_clzll(d->digits);
  product = power_times(p.bits, d->digits << zeros);
  high = (uint64_t)(product >> 64);
  low = (uint64_t)product;
  shift = 10 + (int)(high >> 63);
  rest = high << (64 - shift);
  if (rest == HALF ? low == 0
                   : rest + (HALF >> (shift - 1)) == HALF
                     && low >= 0 - (uint64_t)POWER_FAULT)
    return false;
  *n = make_float((high >> shift) + (rest >= HALF),
                  shift + 128 - zeros + p.exponent);
  return true;
}

#else
#define of_powers(d, n) false
#endif


static double nearest (lua_State *L, const struct decimal *d,
                       const char *text, size_t length)
{
  double n = 0;
  if (!d->cut && is_short(d))
    n = of_short(d);
  else if (d->cut || !of_powers(d, &n))
    return convert(L, text, length);
  return with_sign(n, d->negative);
}


/* A whole number is an integer, but for the zero that has a sign. */
static void push_float (lua_State *L, double n)
{
#if COMPAT_INTEGERS
  if (n >= -EXACT_FLOAT && n <= EXACT_FLOAT && n == (double)(int64_t)n
      && (n != 0 || !signbit(n))) {
    lua_pushinteger(L, (lua_Integer)n);
    return;
  }
#endif
  lua_pushnumber(L, (lua_Number)n);
}


/* Pushes a whole number that an integer of Lua holds; false: there is none. */
static bool push_integer (lua_State *L, const struct decimal *d)
{
  uint64_t most = COMPAT_INTEGERS ? (uint64_t)INT64_MAX + d->negative
                                  : (uint64_t)EXACT_FLOAT;
  if (d->cut || d->digits > most || (d->digits == 0 && d->negative))
    return false;
#if COMPAT_INTEGERS
  lua_pushinteger(L, (lua_Integer)(d->negative ? 0 - d->digits : d->digits));
#else
  lua_pushnumber(L, (lua_Number)(d->negative ? -(int64_t)d->digits
                                             : (int64_t)d->digits));
#endif
  return true;
}


/* Reads a number of any form, as decimal_read does. */
static __attribute__((noinline)) const char *read_any (lua_State *L,
                                                        const char *at,
                                                        const char *end)
{
  struct decimal d;
  const char *behind = scan(&d, at, end);
  if (behind && !(d.whole && push_integer(L, &d)))
    push_float(L, nearest(L, &d, at, (size_t)(behind - at)));
  return behind;
}


/* Whole numbers of a few digits, as most in replies are, are read at once;
** whatever may be another is left to read_any. */
const char *decimal_read (lua_State *L, const char *at, const char *end)
{
  const char *behind = at;
  uint64_t n = 0;
  for (; ascii_is_digit(*behind); behind++)
    n = n * 10 + (uint64_t)(*behind - '0');
  if ((size_t)(behind - at - 1) >= SHORT_MOST || *behind == '.'
      || (*behind | 0x20) == 'e' || (*at == '0' && behind > at + 1))
    return read_any(L, at, end);
#if COMPAT_INTEGERS
  lua_pushinteger(L, (lua_Integer)n);
#else
  lua_pushnumber(L, (lua_Number)n);
#endif
  return behind;
}

/* }====================================================== */


/*
** {======================================================
** Writing
** =======================================================
*/

/* Writes a whole number, and returns where it ends. */
static char *put_whole (char *to, uint64_t n)
{
  char digits[DIGITS_MOST + 1], *at = digits + sizeof(digits);
  size_t length;
  do {
    *--at = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  length = (size_t)(digits + sizeof(digits) - at);
  memcpy(to, at, length);
  return to + length;
}


size_t decimal_write_integer (char *to, int64_t n)
{
  char *at = to;
  if (n < 0)
    *at++ = '-';
  return (size_t)(put_whole(at, n < 0 ? 0 - (uint64_t)n : (uint64_t)n) - to);
}


/* Puts a point for what the locale has, and returns how long the text is. */
static size_t put_point (char *text)
{
  size_t whole = strspn(text, "-0123456789");
  size_t point = strcspn(text + whole, "0123456789e");
  size_t rest = strlen(text + whole + point);
  if (point > 0) {
    text[whole] = '.';
    memmove(text + whole + 1, text + whole + point, rest + 1);
    whole++;
  }
  return whole + rest;
}


/* Writes a number as the C library does it. */
static size_t write_slowly (char *to, double n)
{
  int digits;
  for (digits = 15; digits <= 17; digits++) {
    snprintf(to, DECIMAL_MOST, "%.*g", digits, n);
    if (strtod(to, NULL) == n)
      break;
  }
  return put_point(to);
}


#if POWERS

#define MANTISSA ((UINT64_C(1) << 52) - 1)

#define ONE (UINT64_C(1) << 56)

/* A positive float between two powers of two. All but the digits is in parts,
** of which one has ONE. */
struct scaled {
  uint64_t digits;          /* 17 */
  uint64_t rest;            /* of the float, behind these */
  uint64_t half;            /* of the way to the next float */
  int exponent;             /* of the ten that it is to be times */
};


/* False for a float that is too large or small, or a power of two: on its two
** sides the next one is not equally far. */
static bool scale (struct scaled *s, double n)
{
  uint64_t bits, mantissa;
  struct power p;
  uint128 value;
  int binary, shift, exponent;
  memcpy(&bits, &n, sizeof(bits));
  binary = (int)(bits >> 52) - 1023;
  mantissa = (bits & MANTISSA) | (MANTISSA + 1);
  exponent = ((binary * 78913) >> 18) - 16;     /* log10(2) */
  if ((bits & MANTISSA) == 0)
    return false;
  do {
    if (exponent > 0 || exponent < -POWER_MOST)
      return false;
    p = power_of_ten(-exponent);
    shift = -(binary + 65 + p.exponent);
    value = power_times(p.bits, mantissa << 11) >> shift;
    exponent++;
  } while (value >> 64 >= UINT64_C(100000000000000000));
  s->digits = (uint64_t)(value >> 64);
  s->rest = (uint64_t)value >> 8;
  s->half = (uint64_t)(p.bits >> (shift + 62));
  s->exponent = exponent - 1;
  return true;
}


/* Whether two numbers are no further apart than they may be wrong. */
static bool are_near (uint64_t a, uint64_t b)
{
  return a - b + 4 < 8;
}


/* The digits as a multiple of 10^n = `unit`, if that is read as the same
** float; 0 if it is not. `doubt` is set where this cannot be told. */
static uint64_t rounded (const struct scaled *s, unsigned unit, bool *doubt)
{
  unsigned low = (unsigned)(s->digits % 100) % unit;
  uint64_t whole = unit * ONE, rest = low * ONE + s->rest;
  bool up = rest > whole / 2;
  uint64_t distance = up ? whole - rest : rest;
  *doubt = are_near(2 * rest, whole) || are_near(distance, s->half);
  return distance < s->half ? (s->digits - low) / unit + up : 0;
}


/* Writes digits * 10^exponent, which is no whole number, like "%.17g". */
static char *put_scaled (char *to, uint64_t digits, int exponent)
{
  char text[DIGITS_MOST + 5], *at = text + 4;
  int length, point, small = 0;
  for (; digits % 10 == 0; digits /= 10)
    exponent++;
  length = (int)(put_whole(at, digits) - at);
  point = length + exponent;
  if (point <= -4) {
    small = 1 - point;
    point = 1;
  }
  for (; point < 1; point++, length++)
    *--at = '0';
  memcpy(to, at, (size_t)point);
  to += point;
  if (length > point) {
    *to++ = '.';
    memcpy(to, at + point, (size_t)(length - point));
    to += length - point;
  }
  if (small > 0) {
    *to++ = 'e';
    *to++ = '-';
    *to++ = (char)('0' + small / 10);
    *to++ = (char)('0' + small % 10);
  }
  return to;
}


/* Writes a positive number that is not whole, and returns where it ends; NULL
** where that takes the C library. */
static char *put_fraction (char *to, double n)
{
  static const unsigned units[] = { 1, 10, 100 };
  struct scaled s = { 0, 0, 0, 0 };
  uint64_t digits = 0;
  bool doubt = !scale(&s, n);
  int zeros;
  for (zeros = 2; digits == 0 && !doubt && zeros >= 0; zeros--)
    digits = rounded(&s, units[zeros], &doubt);
  return doubt ? NULL : put_scaled(to, digits, s.exponent + zeros + 1);
}

#else
#define put_fraction(to, n) NULL
#endif


size_t decimal_write (char *to, double n)
{
  double positive = fabs(n);
  char *at = to;
  if (signbit(n))
    *at++ = '-';
  at = positive < 2048 * EXACT_FLOAT && positive == (double)(uint64_t)positive
       ? put_whole(at, (uint64_t)positive) : put_fraction(at, positive);
  return at ? (size_t)(at - to) : write_slowly(to, n);
}

/* }====================================================== */
