/*
** What is once in a process. The generation is counted where a fork has made
** a child, which must leave its parent's connections and locks alone.
*/
#include "process.h"

#include <time.h>

#include "../system/thread.h"
#include "authority.h"
#include "digest.h"
#include "identity.h"
#include "libcurl.h"

static unsigned generation;
static bool prepared;


/* The name of this object, which atexit and pthread_atfork hand to the system.
** A compiler's own files have one, too, which is taken where they are linked;
** `make build` leaves them out. NULL: for as long as the process lives. */
#if defined(__ELF__)
__attribute__((weak, visibility("hidden"))) void *__dso_handle;
#endif


static void count_fork (void)
{
  generation++;
  identity_begin();
}


static void prepare (void)
{
  prepared = libcurl_init();
  authority_find();
  identity_begin();
  digest_prepare();
  thread_at_fork(count_fork);
}


bool process_prepare (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare);
  return prepared;
}


double process_clock (void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}


unsigned process_generation (void)
{
  return generation;
}
