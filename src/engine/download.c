/*
** A file that appears under its name only when it is complete.
** O_TMPFILE leaves nothing even when the process is killed; the fallback
** cleans up in download_free.
*/
#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0666           /* less the caller's umask */
#define ATTEMPTS 100        /* at a free temporary name */
#define SUFFIX_MOST 32

struct download {
  char *target;
  char *temporary;          /* where it goes just before the rename */
  int descriptor;
  bool named;               /* the temporary name exists */
};


static bool is_folder (const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}


static void name_temporary (struct download *d, int attempt)
{
  snprintf(d->temporary, strlen(d->target) + SUFFIX_MOST, "%s.%ld-%d.part",
           d->target, (long)getpid(), attempt);
}


#if defined(O_TMPFILE)

/* Without /proc there would be no way to name the file later. */
static int open_nameless (const char *target)
{
  int descriptor;
  char *folder = strdup(target), *slash;
  if (folder == NULL || access("/proc/self/fd", X_OK) != 0) {
    free(folder);
    return -1;
  }
  slash = strrchr(folder, '/');
  if (slash)
    slash[1] = '\0';
  descriptor = open(slash ? folder : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC,
                    MODE);
  free(folder);
  return descriptor;
}


static bool give_name (struct download *d)
{
  char link[SUFFIX_MOST];
  int attempt;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", d->descriptor);
  for (attempt = 0; attempt < ATTEMPTS; attempt++) {
    name_temporary(d, attempt);
    if (linkat(AT_FDCWD, link, AT_FDCWD, d->temporary,
               AT_SYMLINK_FOLLOW) == 0)
      return d->named = true;
    if (errno != EEXIST)
      return false;
  }
  return false;
}

#else

static int open_nameless (const char *target)
{
  (void)target;
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
    name_temporary(d, attempt);
    d->descriptor = open(d->temporary,
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
    if (d->descriptor >= 0)
      return d->named = true;
    if (errno != EEXIST)
      return false;
  }
  return false;
}


static bool open_file (struct download *d)
{
  if (is_folder(d->target)) {
    errno = EISDIR;
    return false;
  }
  d->descriptor = open_nameless(d->target);
  return d->descriptor >= 0 || open_named(d);
}


struct download *download_create (const char *target)
{
  int error;
  struct download *d = calloc(1, sizeof(*d));
  if (d == NULL)
    return NULL;
  d->descriptor = -1;
  d->target = strdup(target);
  d->temporary = malloc(strlen(target) + SUFFIX_MOST);
  if (d->target && d->temporary && open_file(d))
    return d;
  error = errno;
  download_free(d);
  errno = error;
  return NULL;
}


bool download_write (struct download *d, const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t written = write(d->descriptor, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    bytes += written;
    length -= (size_t)written;
  }
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
  if (!d->named && !give_name(d))
    return false;
  if (!close_file(d) || rename(d->temporary, d->target) != 0)
    return false;
  d->named = false;         /* it is the target now */
  return true;
}


void download_free (struct download *d)
{
  if (d->descriptor >= 0)
    close(d->descriptor);
  if (d->named)
    unlink(d->temporary);
  free(d->target);
  free(d->temporary);
  free(d);
}
