/*
** Looking for bytes among bytes.
*/
#ifndef OAI_SEARCH_H
#define OAI_SEARCH_H

#include <string.h>

#if defined(_WIN32)

/* As GNU's: where the first `length` bytes of `what` are; NULL: nowhere. */
static inline void *memmem (const void *in, size_t size, const void *what,
                            size_t length)
{
  const char *at = in;
  for (; size >= length; at++, size--) {
    if (memcmp(at, what, length) == 0)
      return (void *)(size_t)at;
  }
  return NULL;
}

#endif

#endif
