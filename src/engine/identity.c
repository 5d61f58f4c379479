/*
** The ids of requests: digits of the process, drawn by lot, and the request's
** number. They are short, since libcurl takes its time for each byte.
*/
#include "identity.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../system/random.h"

#define LOT 8               /* digits of five bits */

static char start[IDENTITY_LINE] = IDENTITY_FIELD ": ";


/* Writes `number` with at least `least` digits, the lowest first. */
static void write_digits (char *to, unsigned long long number, int least)
{
  while (number > 0 || least > 0) {
    int digit = (int)(number & 31);
    *to++ = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    number >>= 5;
    least--;
  }
  *to = '\0';
}


/* Where the system has no random bytes, time and the process's number are
** unlike what others have. */
void identity_begin (void)
{
  unsigned long long lot;
  if (!random_fill(&lot, sizeof(lot))) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    lot = ((unsigned long long)now.tv_nsec << 15) ^ (unsigned)getpid();
  }
  write_digits(start + IDENTITY_OFFSET, lot & ((1ULL << 5 * LOT) - 1), LOT);
}


void identity_write (char line[IDENTITY_LINE], unsigned long long number)
{
  memcpy(line, start, IDENTITY_OFFSET + LOT);
  write_digits(line + IDENTITY_OFFSET + LOT, number, 1);
}
