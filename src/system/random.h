/*
** Random bytes, which nobody can know before: the system's.
*/
#ifndef OAI_RANDOM_H
#define OAI_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>         /* which says what C library it is */

#if defined(_WIN32)
#define RANDOM_IS_OURS 1
#elif defined(__GLIBC__)
#define RANDOM_IS_OURS (!__GLIBC_PREREQ(2, 25))
#else
#define RANDOM_IS_OURS 0
#endif

#if RANDOM_IS_OURS

/* Fills at most 256 bytes. False when the system has none. */
bool random_fill (void *bytes, size_t length);

#else
#include <sys/random.h>
#include <unistd.h>

static inline bool random_fill (void *bytes, size_t length)
{
  return getentropy(bytes, length) == 0;
}

#endif

#endif
