/*
** Reads a file and digests it. The thread touches what it was given, and
** allocates nothing, so that a process may end or be forked meanwhile.
*/
#include "file_digest.h"

#include <errno.h>
#include <unistd.h>

#include "../system/file.h"
#include "../system/thread.h"

#include "digest.h"
#include "process.h"

#define PIECE 16384


static void *run (void *arg)
{
  struct file_digest *f = arg;
  unsigned char piece[PIECE];
  ssize_t got;
  while (!__atomic_load_n(&f->stop, __ATOMIC_RELAXED)
         && (got = file_read(f->file, piece, PIECE, f->added)) != 0) {
    if (got < 0) {
      f->error = errno;
      break;
    }
    digest_add(f->digest, piece, (size_t)got);
    f->added += got;
  }
  close(f->file);
  __atomic_store_n(&f->ended, true, __ATOMIC_RELEASE);
  return NULL;
}


bool file_digest_start (struct file_digest *f, struct digest *d,
                        const char *path)
{
  f->file = file_open(path);
  if (f->file < 0)
    return false;
  f->digest = d;
  f->added = f->error = 0;
  f->stop = f->ended = false;
  f->generation = process_generation();
  errno = thread_start(&f->thread, run, f);
  if (errno != 0)
    close(f->file);
  return f->running = errno == 0;
}


static bool is_foreign (const struct file_digest *f)
{
  return f->generation != process_generation();
}


bool file_digest_is_ended (const struct file_digest *f)
{
  return is_foreign(f) || __atomic_load_n(&f->ended, __ATOMIC_ACQUIRE);
}


long long file_digest_end (struct file_digest *f)
{
  f->running = false;
  if (is_foreign(f))
    f->error = ECHILD;
  else {
    __atomic_store_n(&f->stop, true, __ATOMIC_RELAXED);
    pthread_join(f->thread, NULL);
  }
  errno = f->error;
  return f->error ? -1 : f->added;
}
