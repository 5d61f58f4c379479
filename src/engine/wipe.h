/*
** Overwrites memory that held a secret. A compiler may leave out a plain
** memset before free; it must think that this one's result is looked at.
*/
#ifndef OAI_WIPE_H
#define OAI_WIPE_H

#include <stddef.h>
#include <string.h>

static inline void wipe (void *memory, size_t length)
{
  memset(memory, 0, length);
  __asm__ __volatile__ ("" : : "r" (memory) : "memory");
}

#endif
