/*
** Numbers, as decimal.h says. Most are read without the C library: one of few
** digits is a whole number times or over a power of ten, which one operation
** on floats rounds correctly when a float holds both.
*/
#include "decimal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MOST 19      /* of a uint64_t */
#define SHORT_MOST (sizeof(long) > 4 ? 15 : 9)  /* digits of a long */
#define EXPONENT_MOST 100000    /* beyond all floats, however many digits */

/* The powers of ten that a float holds, where it is computed with as what it
** is. */
#define POWER_MOST (FLT_EVAL_METHOD == 0 ? 22 : -1)

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

static bool is_digit (char c)
{
  return c >= '0' && c <= '9';
}


/* Adds the digits at `at`, and returns what is behind them. */
static const char *scan_digits (struct decimal *d, const char *at)
{
  uint64_t digits = d->digits;
  for (; is_digit(*at); at++)
    digits = digits * 10 + (uint64_t)(*at - '0');
  d->digits = digits;
  return at;
}


/* Whether there are too many digits between these for a uint64_t. */
static bool is_long (const char *at, const char *end)
{
  int count = 0;
  if (end - at <= DIGITS_MOST)
    return false;
  while (at < end && (*at == '0' || *at == '.'))
    at++;
  for (; at < end; at++)
    count += *at != '.';
  return count > DIGITS_MOST;
}


static const char *scan_exponent (struct decimal *d, const char *at)
{
  bool negative = *at == '-';
  int n = 0;
  if (*at == '-' || *at == '+')
    at++;
  if (!is_digit(*at))
    return NULL;
  for (; is_digit(*at); at++) {
    if (n < EXPONENT_MOST)
      n = n * 10 + (*at - '0');
  }
  d->exponent += negative ? -n : n;
  return at;
}


/* Returns what is behind the number, or NULL. */
static const char *scan (struct decimal *d, const char *at)
{
  const char *first;
  d->digits = 0;
  d->exponent = 0;
  d->negative = *at == '-';
  first = at + d->negative;
  at = scan_digits(d, first);
  d->whole = *at != '.' && *at != 'e' && *at != 'E';
  if (at == first || (*first == '0' && at > first + 1))
    return NULL;
  if (*at == '.') {
    const char *point = at;
    at = scan_digits(d, at + 1);
    d->exponent = (int)(point + 1 - at);
    if (d->exponent == 0)
      return NULL;
  }
  d->cut = is_long(first, at);
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


#if defined(__SIZEOF_INT128__)

__extension__ typedef unsigned __int128 uint128;

/* digits / 10^power, for 1 to 19: both become 64 bits long, so that their
** quotient has 63 or 64, more than a float, and its last bit stands for the
** remainder too. */
static double quotient (uint64_t digits, int power)
{
  uint64_t divisor = 1, bits;
  uint128 dividend;
  int shift, i;
  for (i = 0; i < power; i++)
    divisor *= 10;
  shift = __builtin_clzll(digits);
  dividend = (uint128)(digits << shift) << 63;
  i = __builtin_clzll(divisor);
  divisor <<= i;
  bits = (uint64_t)(dividend / divisor);
  bits |= (uint128)bits * divisor != dividend;
  return ldexp((double)bits, i - shift - 63);
}

#define QUOTIENTS 1
#else
#define quotient(digits, power) ((double)(digits))
#define QUOTIENTS 0
#endif


/* Whether one operation on floats gives the nearest one. */
static bool is_short (const struct decimal *d)
{
  return !d->cut && d->digits <= (uint64_t)EXACT_FLOAT
      && d->exponent <= POWER_MOST && d->exponent >= -POWER_MOST;
}


static double nearest (lua_State *L, const struct decimal *d,
                       const char *text, size_t length)
{
  static const double powers[] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  if (is_short(d)) {
    double n = (double)d->digits;
    n = d->exponent < 0 ? n / powers[-d->exponent] : n * powers[d->exponent];
    return d->negative ? -n : n;
  }
  if (QUOTIENTS && !d->cut && d->digits > 0
      && d->exponent < 0 && d->exponent >= -DIGITS_MOST) {
    double n = quotient(d->digits, -d->exponent);
    return d->negative ? -n : n;
  }
  return convert(L, text, length);
}


/* A whole number is an integer, but for the zero that has a sign. */
static void push_float (lua_State *L, double n)
{
#if COMPAT_INTEGERS
  if (n >= -EXACT_FLOAT && n <= EXACT_FLOAT && n == floor(n)
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
#if COMPAT_INTEGERS
  lua_Unsigned n = (lua_Unsigned)d->digits;
  if (!d->whole || d->cut || (n == 0 && d->negative)
      || d->digits > (uint64_t)LUA_MAXINTEGER + d->negative)
    return false;
  lua_pushinteger(L, (lua_Integer)(d->negative ? 0 - n : n));
  return true;
#else
  (void)L;
  (void)d;
  return false;
#endif
}


/* The number at `at` if it is a whole one of few digits, as most are: pushes
** it, and returns what is behind it. */
static const char *read_short (lua_State *L, const char *at)
{
  bool negative = *at == '-';
  const char *first = at + negative;
  long n = 0;
  for (at = first; is_digit(*at) && at - first < SHORT_MOST; at++)
    n = n * 10 + (*at - '0');
  if (*at == '.' || *at == 'e' || *at == 'E' || is_digit(*at)
      || (*first == '0' ? negative || at > first + 1 : n == 0))
    return NULL;
#if COMPAT_INTEGERS
  lua_pushinteger(L, negative ? -n : n);
#else
  lua_pushnumber(L, negative ? -n : n);
#endif
  return at;
}


const char *decimal_read (lua_State *L, const char *at)
{
  struct decimal d;
  const char *behind = read_short(L, at);
  if (behind)
    return behind;
  behind = scan(&d, at);
  if (behind && !push_integer(L, &d))
    push_float(L, nearest(L, &d, at, (size_t)(behind - at)));
  return behind;
}

/* }====================================================== */


/*
** {======================================================
** Writing
** =======================================================
*/

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


size_t decimal_write (char *to, double n)
{
  int digits;
  if (n == floor(n) && fabs(n) < 2048 * EXACT_FLOAT)
    return (size_t)snprintf(to, DECIMAL_MOST, "%.0f", n);
  for (digits = 15; digits <= 17; digits++) {
    snprintf(to, DECIMAL_MOST, "%.*g", digits, n);
    if (strtod(to, NULL) == n)
      break;
  }
  return put_point(to);
}

/* }====================================================== */
