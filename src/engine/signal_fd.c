/*
** A descriptor that one thread makes readable to wake another. Never
** blocks: raising what is raised already does nothing.
*/
#include "signal_fd.h"

#include <fcntl.h>
#include <unistd.h>

#if defined(__linux__)
#include <stdint.h>
#include <sys/eventfd.h>


bool signal_fd_open (struct signal_fd *s)
{
  s->reader = s->writer = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return s->reader >= 0;
}


void signal_fd_close (struct signal_fd *s)
{
  close(s->reader);
}


void signal_fd_raise (struct signal_fd *s)
{
  uint64_t one = 1;
  ssize_t written = write(s->writer, &one, sizeof(one));
  (void)written;            /* full means raised already */
}

#else


static bool prepare (int descriptor)
{
  return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
      && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0;
}


bool signal_fd_open (struct signal_fd *s)
{
  int ends[2];
  if (pipe(ends) != 0)
    return false;
  s->reader = ends[0];
  s->writer = ends[1];
  if (prepare(s->reader) && prepare(s->writer))
    return true;
  signal_fd_close(s);
  return false;
}


void signal_fd_close (struct signal_fd *s)
{
  close(s->reader);
  close(s->writer);
}


void signal_fd_raise (struct signal_fd *s)
{
  ssize_t written = write(s->writer, "", 1);
  (void)written;            /* full means raised already */
}

#endif


void signal_fd_clear (struct signal_fd *s)
{
  char bytes[64];
  while (read(s->reader, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
    ;
}
