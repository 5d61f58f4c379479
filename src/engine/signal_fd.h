/*
** A descriptor that one thread makes readable to wake another: an eventfd
** where the system has it, a pipe elsewhere. Carries no data.
*/
#ifndef OAI_SIGNAL_FD_H
#define OAI_SIGNAL_FD_H

#include <stdbool.h>

struct signal_fd {
  int reader;               /* readable while raised */
  int writer;
};

/* False when the system refuses (errno says why). */
bool signal_fd_open (struct signal_fd *s);
void signal_fd_close (struct signal_fd *s);

void signal_fd_raise (struct signal_fd *s);
void signal_fd_clear (struct signal_fd *s);

#endif
