/*
** What libcurl gives back while a secret may be in it is wiped. To wipe all
** that it frees would cost a request a tenth more, for its large buffers.
*/
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "wipe.h"

#define STACK_DEPTH ((size_t)48 * 1024)     /* deeper than libcurl's calls */


__attribute__((noinline)) void memory_wipe_stack (void)
{
  char dead[STACK_DEPTH];
  wipe(dead, sizeof(dead));
}


#if defined(__linux__)
#include <malloc.h>

#define HEADER_MOST ((size_t)16 * 1024)     /* what is sent begins with it */

static int wiping;          /* atomic; how many want it */


/* Apart from the next, which is called for all that libcurl gives back. */
static __attribute__((noinline)) void wipe_and_free (void *memory)
{
  size_t size = malloc_usable_size(memory);
  wipe(memory, size < HEADER_MOST ? size : HEADER_MOST);
  free(memory);
}


static void free_memory (void *memory)
{
  if (__atomic_load_n(&wiping, __ATOMIC_RELAXED))
    wipe_and_free(memory);
  else
    free(memory);
}


/* The C library's own leaves what it has moved as it was. */
static void *move_memory (void *memory, size_t size)
{
  size_t old;
  void *moved;
  if (memory == NULL || !__atomic_load_n(&wiping, __ATOMIC_RELAXED))
    return realloc(memory, size);
  old = malloc_usable_size(memory);
  if (size <= old)
    return memory;
  moved = malloc(size);
  if (moved == NULL)
    return NULL;
  memcpy(moved, memory, old);
  free_memory(memory);
  return moved;
}


bool memory_init (void)
{
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free_memory,
                              move_memory, strdup, calloc) == CURLE_OK;
}


void memory_begin_wiping (void)
{
  __atomic_add_fetch(&wiping, 1, __ATOMIC_RELAXED);
}


void memory_end_wiping (void)
{
  __atomic_sub_fetch(&wiping, 1, __ATOMIC_RELAXED);
}

#else

bool memory_init (void)
{
  return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}


void memory_begin_wiping (void)
{
}


void memory_end_wiping (void)
{
}

#endif
