/*
** Files by descriptor, as far as systems differ: how one is opened, looked at,
** read by position, and takes another one's place.
*/
#ifndef OAI_FILE_H
#define OAI_FILE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#if defined(_WIN32)

/* A new file that is written at its end, and which nobody inherits. */
#define FILE_NEW (_O_WRONLY | _O_APPEND | _O_CREAT | _O_EXCL | _O_BINARY \
                  | _O_NOINHERIT)

/* What a file is. */
struct file_status {
  unsigned short st_mode;
  long long st_size;
  struct timespec st_mtim;
};

#define FILE_CHANGED(status) ((status).st_mtim)

/* Opens a file to be read, which others may move and replace meanwhile; a
** negative number: see errno. */
int file_open (const char *path);

/* Another descriptor of an open file. */
int file_duplicate (int descriptor);

/* Whether it was opened to be read. */
bool file_is_readable (int descriptor);

/* What it is. 0, or see errno. */
int file_look (int descriptor, struct file_status *status);

/* Copies bytes of it from a position on, wherever others read it. */
ssize_t file_read (int descriptor, void *to, size_t most, long long position);

/* Gives a file the name of another, whose place it takes. 0, or see errno. */
int file_replace (const char *from, const char *to);

/* What has the name, itself if it is a link. 0: it is there. */
static inline int file_find (const char *path, struct stat *status)
{
  return stat(path, status);
}


/* Gives it the owner and mode of another file. */
static inline void file_keep_mode (int descriptor, const struct stat *old)
{
  (void)descriptor;
  (void)old;
}

#else

#define FILE_NEW (O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC)

#define file_status stat

#if defined(__APPLE__)
#define FILE_CHANGED(status) ((status).st_mtimespec)
#else
#define FILE_CHANGED(status) ((status).st_mtim)
#endif


/* O_NONBLOCK: a named pipe must not hang the caller. */
static inline int file_open (const char *path)
{
  return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}


static inline int file_duplicate (int descriptor)
{
  return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}


static inline bool file_is_readable (int descriptor)
{
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_WRONLY;
}


static inline int file_look (int descriptor, struct file_status *status)
{
  return fstat(descriptor, status);
}


static inline ssize_t file_read (int descriptor, void *to, size_t most,
                                 long long position)
{
  return pread(descriptor, to, most, (off_t)position);
}


static inline int file_replace (const char *from, const char *to)
{
  return rename(from, to);
}


static inline int file_find (const char *path, struct stat *status)
{
  return lstat(path, status);
}


/* To a group that is not the old file's it tells no more than to all. */
static inline void file_keep_mode (int descriptor, const struct stat *old)
{
  mode_t mode = old->st_mode & 0777;
  if (fchown(descriptor, old->st_uid, old->st_gid) != 0
      && fchown(descriptor, (uid_t)-1, old->st_gid) != 0)
    mode &= (mode_t)~070 | (mode & 07) << 3;
  (void)fchmod(descriptor, mode);
}

#endif

#endif
