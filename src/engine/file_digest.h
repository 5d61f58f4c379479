/*
** A file that is added to a digest by a thread of its own, since gigabytes
** take seconds. Both are the thread's until file_digest_end.
*/
#ifndef OAI_FILE_DIGEST_H
#define OAI_FILE_DIGEST_H

#include <pthread.h>
#include <stdbool.h>

struct digest;

struct file_digest {
  bool running;             /* the thread was started, and not joined */
  struct digest *digest;
  int file;
  long long added;          /* bytes */
  int error;                /* an errno, or 0 */
  bool stop, ended;         /* atomic: the thread is to end, and has */
  unsigned generation;
  pthread_t thread;
};

/* Begins; false when the system refuses (errno says why). */
bool file_digest_start (struct file_digest *f, struct digest *d,
                        const char *path);

/* Whether there is nothing to wait for. In a process forked since there is
** nothing, and that is an error. */
bool file_digest_is_ended (const struct file_digest *f);

/* Ends it, at once, and says how many bytes were added; -1: they cannot be
** read, see errno. */
long long file_digest_end (struct file_digest *f);

#endif
