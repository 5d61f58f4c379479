/*
** What a name stands for that is to be written, where names are POSIX's.
**
** A pipe or a device is opened without waiting: a pipe that nobody reads is an
** error, and one whose reader is slow never keeps the engine. /dev/stdout and
** its like, where they are a regular file, are the open file itself, written
** at its place: under its name the process would write beside us.
*/
#include "place.h"

#if !defined(_WIN32)
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MOST 40       /* the kernel's own */

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif


/* What is before the last component of a name; NULL when there is no
** memory. */
static char *folder_of (const char *name)
{
  const char *slash = strrchr(name, '/');
  if (slash == NULL)
    return strdup(".");
  return strndup(name, slash == name ? 1 : (size_t)(slash - name));
}


static const char *last_of (const char *name)
{
  const char *slash = strrchr(name, '/');
  return slash ? slash + 1 : name;
}


/* A new string `a` [/] `b`; NULL when there is no memory. */
static char *join (const char *a, const char *b)
{
  size_t before = strlen(a), size = before + strlen(b) + 2;
  char *joined = malloc(size);
  if (joined)
    snprintf(joined, size, "%s%s%s", a,
             before > 0 && a[before - 1] == '/' ? "" : "/", b);
  return joined;
}


/* The folder of a name, absolute; NULL: see errno. */
static char *real_folder (const char *name)
{
  char *folder = folder_of(name), *real = NULL;
  if (folder)
    real = realpath(folder, NULL);
  free(folder);
  return real;
}


/* The name that the link `name` holds, as seen from here; NULL: see errno,
** which is EINVAL when it is no link. */
static char *read_link (const char *name)
{
  char held[PATH_MAX + 1], *folder, *joined;
  ssize_t length = readlink(name, held, sizeof(held) - 1);
  if (length < 0)
    return NULL;
  held[length] = '\0';
  if (held[0] == '/')
    return strdup(held);
  folder = folder_of(name);
  joined = folder ? join(folder, held) : NULL;
  free(folder);
  return joined;
}


/* The number of the process's own descriptor that a link in /proc stands
** for, or -1. */
static int own_descriptor (const char *link)
{
  char own[32];
  char *folder = real_folder(link);
  int number = -1;
  snprintf(own, sizeof(own), "/proc/%ld/fd", (long)getpid());
  if (folder && strcmp(folder, own) == 0)
    number = (int)strtoll(last_of(link), NULL, 10);
  free(folder);
  return number;
}


/* Follows the links that `name` ends in. Returns the name of what is no
** link, or is not there; NULL: see errno. *number: see own_descriptor. */
static char *follow (const char *name, int *number)
{
  int links;
  char *at = strdup(name);
  *number = -1;
  for (links = 0; at && links <= LINKS_MOST; links++) {
    char *next = read_link(at);
    if (next == NULL && (errno == EINVAL || errno == ENOENT))
      return at;
    if (next && *number < 0)
      *number = own_descriptor(at);
    free(at);
    at = next;
  }
  if (at)
    errno = ELOOP;
  free(at);
  return NULL;
}


static bool may (const char *path, int what)
{
  return faccessat(AT_FDCWD, path, what, AT_EACCESS) == 0;
}


/* Makes `name`, which is no link, the place's path. */
static bool set_path (struct place *p, const char *name)
{
  char *folder = real_folder(name);
  if (folder == NULL)
    return false;
  if (may(folder, W_OK | X_OK) && (!p->exists || may(name, W_OK)))
    p->path = join(folder, last_of(name));
  free(folder);
  if (p->path == NULL)
    return false;
  p->folder = (int)(last_of(p->path) - p->path);
  return true;
}


/* Makes it one of the process's own open files. */
static bool share_open_file (struct place *p, int number)
{
  int flags = fcntl(number, F_GETFL);
  if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY)
    errno = EACCES;
  else if (flags >= 0)
    p->descriptor = fcntl(number, F_DUPFD_CLOEXEC, 0);
  return p->descriptor >= 0;
}


static bool set_file (struct place *p, const char *given)
{
  int number;
  bool done;
  char *name = follow(given, &number);
  if (name == NULL)
    return false;
  done = number >= 0 && p->exists ? share_open_file(p, number)
                                  : set_path(p, name);
  free(name);
  return done;
}


/* Opens a pipe or a device, which may have become something else meanwhile. */
static bool open_through (struct place *p, const char *name)
{
  struct stat now;
  p->descriptor = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (p->descriptor < 0)
    return false;
  errno = EAGAIN;
  return fstat(p->descriptor, &now) == 0
      && (S_ISFIFO(now.st_mode) || S_ISCHR(now.st_mode));
}


bool place_find (struct place *p, const char *name, const char **why)
{
  struct stat *status = &p->status;
  if (stat(name, status) != 0)
    return errno == ENOENT && *name && set_file(p, name);
  p->exists = S_ISREG(status->st_mode);
  if (p->exists)
    return set_file(p, name);
  if (S_ISFIFO(status->st_mode) || S_ISCHR(status->st_mode)) {
    if (open_through(p, name))
      return true;
    if (S_ISFIFO(status->st_mode) && errno == ENXIO)
      *why = "nobody reads from this pipe";
  }
  else if (S_ISDIR(status->st_mode))
    errno = EISDIR;
  else
    *why = S_ISBLK(status->st_mode) ? "it is a block device"
                                    : "it is a socket";
  return false;
}

#endif
