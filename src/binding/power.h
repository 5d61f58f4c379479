/*
** Powers of ten to 128 bits, for numbers that are read and written without
** the C library. Where the compiler has no integer of 128 bits there are
** none: POWERS is 0 then.
*/
#ifndef OAI_POWER_H
#define OAI_POWER_H

#include <stdint.h>

#if defined(__SIZEOF_INT128__)

#define POWERS 1

__extension__ typedef unsigned __int128 uint128;

/* The powers that there are. */
#define POWER_LEAST (-54)
#define POWER_MOST 53

/* A product of a power and 64 bits is less than it should be by less than so
** many units of its last place. One of a power that is whole: by less than
** one. */
#define POWER_FAULT 5


/* bits * 2^exponent; the highest of `bits` is set. */
struct power {
  uint128 bits;
  int exponent;
};


/* 10^n, cut off behind its 128th bit or a little lower. */
struct power power_of_ten (int n);


/* The upper 128 bits of the 192 of a product. */
static inline uint128 power_times (uint128 bits, uint64_t factor)
{
  return (uint128)(uint64_t)(bits >> 64) * factor
       + ((uint128)(uint64_t)bits * factor >> 64);
}

#else
#define POWERS 0
#endif

#endif
