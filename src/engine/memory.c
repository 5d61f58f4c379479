/*
** What libcurl gives back while a secret may be in it is wiped. To wipe all
** that it frees would cost a request a tenth more, for its large buffers.
*/
#include "memory.h"

#include <stdint.h>
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

/* A transfer makes two large blocks, a connection although it uses one that
** there is, and what it reads into. For each the C library would put together
** all that is free. So the last of either that is given back is kept for the
** next. */
struct block {
  void *last;               /* atomic; it may be gone, and is compared with */
  void *spare;              /* atomic; NULL: none */
};

static struct block connection, buffer;

#define CONNECTION_LEAST ((size_t)1024)     /* bytes */
#define CONNECTION_MOST ((size_t)4096)
#define BUFFER_LEAST ((size_t)8192)
#define BUFFER_MOST ((size_t)32768)


static void *make_block (struct block *b, size_t size)
{
  void *block = __atomic_exchange_n(&b->spare, NULL, __ATOMIC_ACQUIRE);
  if (block && malloc_usable_size(block) < size) {
    free(block);
    block = NULL;
  }
  if (block == NULL)
    block = malloc(size);
  __atomic_store_n(&b->last, block, __ATOMIC_RELAXED);
  return block;
}


static __attribute__((noinline)) void *make_memory (size_t size)
{
  if (size >= CONNECTION_LEAST && size <= CONNECTION_MOST)
    return make_block(&connection, size);
  if (size >= BUFFER_LEAST && size <= BUFFER_MOST)
    return make_block(&buffer, size);
  return malloc(size > 0 ? size : 1);
}


/* As calloc, whose own way passes by what was given back of late. */
static void *make_clear (size_t count, size_t size)
{
  void *memory;
  if (size > 0 && count > SIZE_MAX / size)
    return NULL;
  memory = make_memory(count * size);
  if (memory)
    memset(memory, 0, count * size);
  return memory;
}


static bool is_last (const struct block *b, const void *memory)
{
  return memory == __atomic_load_n(&b->last, __ATOMIC_RELAXED);
}


static void keep (struct block *b, void *memory)
{
  void *none = NULL;
  if (!__atomic_compare_exchange_n(&b->spare, &none, memory, false,
                                   __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    free(memory);
}


/* Wipes a block. Apart from free_memory, which is called for all that libcurl
** gives back. */
static __attribute__((noinline)) void wipe_block (void *memory)
{
  size_t size = malloc_usable_size(memory);
  wipe(memory, size < HEADER_MOST ? size : HEADER_MOST);
}


static void free_memory (void *memory)
{
  if (memory == NULL)
    return;
  if (__atomic_load_n(&wiping, __ATOMIC_RELAXED))
    wipe_block(memory);
  if (is_last(&connection, memory))
    keep(&connection, memory);
  else if (is_last(&buffer, memory))
    keep(&buffer, memory);
  else
    free(memory);
}


/* As realloc, which leaves what it has moved as it was: this wipes it. */
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
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, make_memory, free_memory,
                              move_memory, strdup, make_clear) == CURLE_OK;
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
