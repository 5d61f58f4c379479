/*
** The memory that libcurl gets (src/engine/memory.c), by itself, for
** memory_spec.lua. Says "right", or at which line something is wrong:
**   memory_program blocks    more than there is room for on the shelf, of many
**     sizes, given back in another order, and once more: none is in another,
**     and what is in one stays
**   memory_program move      a block that grows keeps what is in it
**   memory_program clear     what was dirty when it was given back is zeros
**   memory_program wipe      what is given back while that is asked for
**   memory_program threads   blocks that go from one thread to another
*/
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/engine/memory.h"

#define MANY 700
#define ROUNDS 20000
#define THREADS 4

#define must(condition) \
  do { if (!(condition)) { printf("line %d\n", __LINE__); exit(1); } } while (0)


static size_t size_of (int i)
{
  return (size_t)(i * 37 % 300);
}


static void fill (char *block, size_t size, int with)
{
  memset(block, with & 0x7F, size);
}


static int is_full (const char *block, size_t size, int with)
{
  size_t i;
  for (i = 0; i < size; i++)
    if (block[i] != (with & 0x7F))
      return 0;
  return 1;
}


static void try_blocks (void)
{
  static char *blocks[MANY];
  int round, i;
  for (round = 0; round < 3; round++) {
    for (i = 0; i < MANY; i++) {
      must((blocks[i] = memory_make(size_of(i))) != NULL);
      must((uintptr_t)blocks[i] % 16 == 0);
      fill(blocks[i], size_of(i), i + round);
    }
    for (i = 0; i < MANY; i++)
      must(is_full(blocks[i], size_of(i), i + round));
    for (i = 0; i < MANY; i++)          /* 701 is a prime */
      memory_free(blocks[(i + 1) * 13 % 701 - 1]);
  }
  memory_free(NULL);
}


static void try_move (void)
{
  char *block = memory_move(NULL, 1), *copy;
  size_t size = 1;
  must(block != NULL);
  *block = 'a';
  for (; size < 200000; size = size * 3 / 2 + 1) {
    fill(block, size, 'a');
    must((block = memory_move(block, size * 3 / 2 + 1)) != NULL);
    must(is_full(block, size, 'a'));
  }
  must((block = memory_move(block, 10)) != NULL && is_full(block, 10, 'a'));
  memory_free(block);
  must((copy = memory_copy("text")) != NULL && strcmp(copy, "text") == 0);
  memory_free(copy);
}


static void try_clear (void)
{
  static const size_t sizes[] = { 1, 100, 128, 129, 1000, 2000, 16385 };
  size_t i, at;
  for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
    char *block = memory_make(sizes[i]);
    must(block != NULL);
    fill(block, sizes[i], 'x');
    memory_free(block);
    must((block = memory_make_clear(1, sizes[i])) != NULL);
    for (at = 0; at < sizes[i]; at++)
      must(block[at] == 0);
    memory_free(block);
  }
  must(memory_make_clear(SIZE_MAX / 2, 3) == NULL);
}


/* A small block stays where it can be looked at. */
static void try_wipe (void)
{
  char *block, *volatile seen;
  int wiping;
  for (wiping = 0; wiping <= 1; wiping++) {
    must((block = memory_make(100)) != NULL);
    seen = block;
    fill(block, 100, 's');
    if (wiping)
      memory_begin_wiping();
    memory_free(block);
    if (wiping)
      memory_end_wiping();
    must(is_full(seen, 100, wiping ? 0 : 's'));
  }
}


static char *shared[64];


static void *exchange_blocks (void *arg)
{
  unsigned seed = (unsigned)(uintptr_t)arg;
  int i;
  for (i = 0; i < ROUNDS; i++) {
    char *block = memory_make(100), *other;
    int mark = (int)(seed >> 8 & 0x7F);
    must(block != NULL);
    fill(block, 100, mark);
    must(is_full(block, 100, mark));
    seed = seed * 1103515245u + 12345u;
    other = __atomic_exchange_n(&shared[seed >> 16 & 63], block,
                                __ATOMIC_ACQ_REL);
    if (other)
      must(is_full(other, 100, *other));
    memory_free(other);
  }
  return NULL;
}


static void try_threads (void)
{
  pthread_t threads[THREADS];
  uintptr_t i;
  for (i = 0; i < THREADS; i++)
    must(pthread_create(&threads[i], NULL, exchange_blocks, (void *)(i + 1)) == 0);
  for (i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
}


int main (int count, char **args)
{
  const char *what = count > 1 ? args[1] : "";
  if (strcmp(what, "blocks") == 0)
    try_blocks();
  else if (strcmp(what, "move") == 0)
    try_move();
  else if (strcmp(what, "clear") == 0)
    try_clear();
  else if (strcmp(what, "wipe") == 0)
    try_wipe();
  else if (strcmp(what, "threads") == 0)
    try_threads();
  else
    must(0);
  puts("right");
  return 0;
}
