/*
** A descriptor that one thread makes readable to wake another. Never
** blocks: raising what is raised already does nothing.
*/
#include "signal_fd.h"

#if defined(__linux__)
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>


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

#elif defined(_WIN32)
#include <errno.h>
#include <string.h>


/* Gives a socket a port that only this machine reaches, and says which. */
static bool bind_here (int descriptor, struct sockaddr_in *address)
{
  int length = sizeof(*address);
  memset(address, 0, sizeof(*address));
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return bind(descriptor, (struct sockaddr *)address, length) == 0
      && getsockname(descriptor, (struct sockaddr *)address, &length) == 0;
}


/* Has two sockets hear each other alone. */
static bool join (struct signal_fd *s)
{
  struct sockaddr_in reader, writer;
  u_long on = 1;
  return bind_here(s->reader, &reader) && bind_here(s->writer, &writer)
      && connect(s->reader, (struct sockaddr *)&writer, sizeof(writer)) == 0
      && connect(s->writer, (struct sockaddr *)&reader, sizeof(reader)) == 0
      && ioctlsocket(s->reader, (long)FIONBIO, &on) == 0
      && ioctlsocket(s->writer, (long)FIONBIO, &on) == 0;
}


bool signal_fd_open (struct signal_fd *s)
{
  s->reader = net_open(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  s->writer = net_open(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  if (s->reader >= 0 && s->writer >= 0 && join(s))
    return true;
  signal_fd_close(s);
  errno = EMFILE;
  return false;
}


void signal_fd_close (struct signal_fd *s)
{
  if (s->reader >= 0)
    net_close(s->reader);
  if (s->writer >= 0)
    net_close(s->writer);
}


void signal_fd_raise (struct signal_fd *s)
{
  send(s->writer, "", 1, 0);
}


void signal_fd_clear (struct signal_fd *s)
{
  char byte;
  while (recv(s->reader, &byte, 1, 0) >= 0)
    ;
}

#else
#include <fcntl.h>
#include <unistd.h>


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


#if !defined(_WIN32)

void signal_fd_clear (struct signal_fd *s)
{
  char bytes[64];
  while (read(s->reader, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
    ;
}

#endif
