/*
** What libcurl gives back while a secret may be in it is wiped. To wipe all
** that it frees would cost a request a tenth more, for its large buffers.
*/
#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wipe.h"

#define STACK_DEPTH ((size_t)48 * 1024)     /* deeper than libcurl's calls */


__attribute__((noinline)) void memory_wipe_stack (void)
{
  char dead[STACK_DEPTH];
  wipe(dead, sizeof(dead));
}


#if MEMORY_IS_OURS
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


__attribute__((noinline)) void *memory_make (size_t size)
{
  if (size >= CONNECTION_LEAST && size <= CONNECTION_MOST)
    return make_block(&connection, size);
  if (size >= BUFFER_LEAST && size <= BUFFER_MOST)
    return make_block(&buffer, size);
  return malloc(size > 0 ? size : 1);
}


/* calloc's own way passes by what was given back of late. */
void *memory_make_clear (size_t count, size_t size)
{
  void *memory;
  if (size > 0 && count > SIZE_MAX / size)
    return NULL;
  memory = memory_make(count * size);
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


/* Wipes a block. Apart from memory_free, which is called for all that libcurl
** gives back. */
static __attribute__((noinline)) void wipe_block (void *memory)
{
  size_t size = malloc_usable_size(memory);
  wipe(memory, size < HEADER_MOST ? size : HEADER_MOST);
}


void memory_free (void *memory)
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


/* realloc leaves what it has moved as it was: this wipes it. */
void *memory_move (void *memory, size_t size)
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
  memory_free(memory);
  return moved;
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

void memory_begin_wiping (void)
{
}


void memory_end_wiping (void)
{
}

#endif
