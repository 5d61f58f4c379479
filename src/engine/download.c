/*
** The bytes of one reply on their way to a target.
** O_TMPFILE leaves nothing even when the process is killed; the fallback
** cleans up in download_free.
*/
#include "download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../system/file.h"
#include "target.h"

#define NEW_MODE 0666       /* less the caller's umask */
#define PRIVATE_MODE 0600   /* until the old file's mode is given */
#define ATTEMPTS 100        /* at a free temporary name */
#define NAME_SIZE 64        /* of a temporary name */

struct download {
  struct target *target;
  char *temporary;          /* where it goes just before the rename */
  int descriptor;
  bool named;               /* the temporary name exists */
  size_t ahead;             /* written of bytes that were to come again */
};


static bool writes_through (const struct download *d)
{
  return d->target->place.path == NULL;
}


static mode_t first_mode (const struct download *d)
{
  return d->target->place.exists ? PRIVATE_MODE : NEW_MODE;
}


/* Makes up a temporary name, which is short whatever the target's is: that may
** have all the bytes that a name can. */
static void name_temporary (struct download *d)
{
  static unsigned last;
  snprintf(d->temporary + d->target->place.folder, NAME_SIZE,
           ".oai-%ld-%u.part", (long)getpid(),
           __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED));
}


#if defined(O_TMPFILE)

/* Opens a file without a name; -1 where there is none. Without /proc there
** would be no way to name it later. */
static int open_nameless (struct download *d)
{
  if (faccessat(AT_FDCWD, "/proc/self/fd", X_OK, 0) != 0)
    return -1;
  d->temporary[d->target->place.folder] = '\0';
  return open(d->temporary, O_TMPFILE | O_WRONLY | O_APPEND | O_CLOEXEC,
              first_mode(d));
}


static bool give_name (struct download *d)
{
  char link[32];
  int attempt;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", d->descriptor);
  for (attempt = 0; attempt < ATTEMPTS; attempt++) {
    name_temporary(d);
    if (linkat(AT_FDCWD, link, AT_FDCWD, d->temporary,
               AT_SYMLINK_FOLLOW) == 0)
      return d->named = true;
    if (errno != EEXIST)
      return false;
  }
  return false;
}

#else

static int open_nameless (struct download *d)
{
  (void)d;
  return -1;
}


static bool give_name (struct download *d)
{
  (void)d;
  return false;
}

#endif


static bool open_named (struct download *d)
{
  int attempt;
  for (attempt = 0; attempt < ATTEMPTS; attempt++) {
    name_temporary(d);
    d->descriptor = open(d->temporary, FILE_NEW, first_mode(d));
    if (d->descriptor >= 0)
      return d->named = true;
    if (errno != EEXIST)
      return false;
  }
  return false;
}


static bool open_file (struct download *d)
{
  const struct place *p = &d->target->place;
  if (writes_through(d)) {
    d->descriptor = p->descriptor;
    return true;
  }
  d->temporary = malloc((size_t)p->folder + NAME_SIZE);
  if (d->temporary == NULL)
    return false;
  memcpy(d->temporary, p->path, (size_t)p->folder);
  d->descriptor = open_nameless(d);
  return d->descriptor >= 0 || open_named(d);
}


struct download *download_create (struct target *target)
{
  int error;
  struct download *d = calloc(1, sizeof(*d));
  if (d == NULL)
    return NULL;
  target_retain(target);
  d->target = target;
  d->descriptor = -1;
  if (open_file(d))
    return d;
  error = errno;
  download_free(d);
  errno = error;
  return NULL;
}


bool download_restart (struct download *d)
{
  return ftruncate(d->descriptor, 0) == 0;
}


/* Notes what was written, which cannot be taken back from a pipe. */
static void note_written (struct download *d, size_t written)
{
  d->ahead += written;
  if (written > 0 && writes_through(d))
    __atomic_store_n(&d->target->touched, true, __ATOMIC_RELAXED);
}


enum download_result download_write (struct download *d, const char *bytes,
                                     size_t length)
{
  while (d->ahead < length) {
    ssize_t written = write(d->descriptor, bytes + d->ahead,
                            length - d->ahead);
    if (written >= 0)
      note_written(d, (size_t)written);
    else if (errno == EAGAIN)
      return DOWNLOAD_LATER;
    else if (errno != EINTR)
      return DOWNLOAD_FAILED;
  }
  d->ahead -= length;
  return DOWNLOAD_WRITTEN;
}


int download_pipe (const struct download *d)
{
  return writes_through(d) ? d->descriptor : -1;
}


const char *download_name (const struct download *d)
{
  return d->target->given;
}


/* Prepares to take the place of what has the name by now, which may be another
** file, but must be one. */
static bool take_over (struct download *d)
{
  const struct place *p = &d->target->place;
  struct stat now;
  if (file_find(p->path, &now) == 0) {
    errno = S_ISDIR(now.st_mode) ? EISDIR : EEXIST;
    if (!S_ISREG(now.st_mode))
      return false;
    file_keep_mode(d->descriptor, &now);
  }
  else if (p->exists)
    file_keep_mode(d->descriptor, &p->status);
  return true;
}


static bool close_file (struct download *d)
{
  int descriptor = d->descriptor;
  d->descriptor = -1;
  return close(descriptor) == 0;
}


bool download_commit (struct download *d)
{
  if (d->descriptor < 0 || writes_through(d))
    return true;
  if (!take_over(d) || (!d->named && !give_name(d)))
    return false;
  if (!close_file(d) || file_replace(d->temporary, d->target->place.path) != 0)
    return false;
  d->named = false;         /* it is the target now */
  return true;
}


void download_free (struct download *d)
{
  if (d->descriptor >= 0 && !writes_through(d))
    close(d->descriptor);
  if (d->named)
    unlink(d->temporary);
  free(d->temporary);
  target_release(d->target);
  free(d);
}
