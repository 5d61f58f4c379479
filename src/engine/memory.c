/*
** The memory of libcurl: blocks that it needs for each request are kept at
** hand, and what it gives back while a secret may be in it is wiped. To wipe
** all that it frees would cost a request a tenth more, for its large buffers.
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


/*
** {======================================================
** Small blocks, such as a field of a reply's header or a part of a URL. A
** request makes fifty, most of one size, and the C library has but a few of a
** size at hand: the next takes it several times as long. So there is a shelf
** of them, with a bit for each. With the address sanitizer there is none: it
** would not see what is done with them.
** =======================================================
*/

#define SMALL_MOST ((size_t)128)            /* bytes */
#define WORDS 4             /* of 64 bits */
#define SMALL_COUNT ((size_t)64 * WORDS)

#if defined(__SANITIZE_ADDRESS__)
#define IS_SMALL(size) false
#else
#define IS_SMALL(size) ((size) <= SMALL_MOST)
#endif

static struct {
  uint64_t taken[WORDS];    /* atomic */
  char blocks[SMALL_COUNT][SMALL_MOST] __attribute__((aligned(64)));
} shelf;


static void *make_small (size_t size)
{
  int word;
  for (word = 0; word < WORDS; word++) {
    uint64_t *at = &shelf.taken[word];
    uint64_t taken = __atomic_load_n(at, __ATOMIC_RELAXED);
    while (taken != UINT64_MAX)
      if (__atomic_compare_exchange_n(at, &taken, taken | (taken + 1), true,
                                      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return shelf.blocks[64 * word + __builtin_ctzll(~taken)];
  }
  return malloc(size);
}


static void free_small (size_t place)
{
  __atomic_fetch_and(&shelf.taken[place / 64],
                     ~(UINT64_C(1) << place % 64), __ATOMIC_RELEASE);
}


/* Where on the shelf a block is; from SMALL_COUNT on it is not there. */
static size_t place_of (const void *memory)
{
  return ((uintptr_t)memory - (uintptr_t)shelf.blocks) / SMALL_MOST;
}


static size_t size_of (void *memory)
{
  return place_of(memory) < SMALL_COUNT ? SMALL_MOST
                                        : malloc_usable_size(memory);
}

/* }====================================================== */


/*
** {======================================================
** Large blocks: a transfer makes two, a connection although it uses one that
** there is, and what it reads into. For each the C library would put together
** all that is free. So one of either size that is given back is kept for the
** next.
** =======================================================
*/

#define LARGE_LEAST ((size_t)1024)          /* bytes */
#define LARGE_MOST ((size_t)32768)
#define BUFFER_LEAST ((size_t)8192)

static void *kept[2];       /* atomic; NULL: none */


/* Where a block of a size is kept; NULL: nowhere. */
static void **keeper (size_t size)
{
  return size >= LARGE_LEAST && size <= LARGE_MOST
         ? &kept[size >= BUFFER_LEAST] : NULL;
}


static void *make_large (size_t size)
{
  void **place = keeper(size);
  void *block = place ? __atomic_exchange_n(place, NULL, __ATOMIC_ACQUIRE)
                      : NULL;
  if (block && malloc_usable_size(block) >= size)
    return block;
  free(block);
  return malloc(size);
}


static void free_large (void *memory, size_t size)
{
  void **place = keeper(size), *none = NULL;
  if (place == NULL
      || !__atomic_compare_exchange_n(place, &none, memory, false,
                                      __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    free(memory);
}

/* }====================================================== */


void *memory_make (size_t size)
{
  return IS_SMALL(size) ? make_small(size) : make_large(size);
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


char *memory_copy (const char *text)
{
  size_t size = strlen(text) + 1;
  char *copy = memory_make(size);
  return copy ? memcpy(copy, text, size) : NULL;
}


void memory_free (void *memory)
{
  size_t place = place_of(memory), size;
  if (memory == NULL)
    return;
  size = size_of(memory);
  if (__atomic_load_n(&wiping, __ATOMIC_RELAXED))
    wipe(memory, size < HEADER_MOST ? size : HEADER_MOST);
  if (place < SMALL_COUNT)
    free_small(place);
  else
    free_large(memory, size);
}


/* realloc knows no shelf, and leaves what it has moved as it was. */
void *memory_move (void *memory, size_t size)
{
  size_t old = memory ? size_of(memory) : 0;
  void *moved;
  if (size <= old)
    return memory;
  moved = memory_make(size);
  if (moved && old > 0)
    memcpy(moved, memory, old);
  if (moved)
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
