/*
** A descriptor that one thread makes readable to wake another: an eventfd
** where the system has it, a pipe elsewhere, but on Windows two sockets, since
** those alone can be waited for. Carries no data.
*/
#ifndef OAI_SIGNAL_FD_H
#define OAI_SIGNAL_FD_H

#include <stdbool.h>

#include "net.h"

struct signal_fd {
  int reader;               /* readable while raised */
  int writer;
};

/* False when the system refuses (errno says why). */
bool signal_fd_open (struct signal_fd *s);
void signal_fd_close (struct signal_fd *s);

void signal_fd_raise (struct signal_fd *s);
void signal_fd_clear (struct signal_fd *s);

/* Waits until it is raised, at most so long (-1: for ever). A signal ends the
** wait. */
static inline void signal_fd_wait (const struct signal_fd *s,
                                   int milliseconds)
{
  struct pollfd entry;
  entry.fd = s->reader;
  entry.events = NET_READ;
  net_poll(&entry, 1, milliseconds);
}

#endif
