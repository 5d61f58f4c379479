/*
** Powers of ten, as power.h says. A few of them are kept, 27 apart; the
** powers of five between take 64 bits.
*/
#include "power.h"

#if POWERS

#define STEP 27

struct power power_of_ten (int n)
{
  static const uint64_t steps[][2] = {
    { UINT64_C(0xC428D05AA4751E4C), UINT64_C(0xAA97E14C3C26B886) },
    { UINT64_C(0x9E74D1B791E07E48), UINT64_C(0x775EA264CF55347D) },
    { UINT64_C(0x8000000000000000), 0 },
    { UINT64_C(0xCECB8F27F4200F3A), 0 }
  };
  static const uint64_t fives[STEP] = {
    UINT64_C(1), UINT64_C(5), UINT64_C(25),
    UINT64_C(125), UINT64_C(625), UINT64_C(3125),
    UINT64_C(15625), UINT64_C(78125), UINT64_C(390625),
    UINT64_C(1953125), UINT64_C(9765625), UINT64_C(48828125),
    UINT64_C(244140625), UINT64_C(1220703125), UINT64_C(6103515625),
    UINT64_C(30517578125), UINT64_C(152587890625), UINT64_C(762939453125),
    UINT64_C(3814697265625), UINT64_C(19073486328125),
    UINT64_C(95367431640625), UINT64_C(476837158203125),
    UINT64_C(2384185791015625), UINT64_C(11920928955078125),
    UINT64_C(59604644775390625), UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625)
  };
  unsigned place = (unsigned)(n - POWER_LEAST);
  const uint64_t *step = steps[place / STEP];
  uint64_t five = fives[place % STEP];
  struct power p;
  p.bits = power_times((uint128)step[0] << 64 | step[1],
                       five << __builtin_clzll(five));
  if (!(p.bits >> 127))
    p.bits <<= 1;
  /* log2(10) * 2^16 is 217706 and less than one more: near enough for the
  ** whole part of the logarithm. */
  p.exponent = ((n * 217706) >> 16) - 127;
  return p;
}

#else
typedef int power_is_empty;
#endif
