/*
** SIGPIPE blocked for a while on this thread.
*/
#include "sigpipe.h"

#if !defined(_WIN32)
#include <stddef.h>


void sigpipe_block (struct sigpipe_guard *guard, bool needed)
{
  sigset_t pipe;
  guard->active = needed;
  if (!needed)
    return;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
}


static void take_pending (void)
{
  sigset_t pending, pipe;
  int number;
  sigpending(&pending);
  if (!sigismember(&pending, SIGPIPE))
    return;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigwait(&pipe, &number);
}


void sigpipe_restore (const struct sigpipe_guard *guard)
{
  if (!guard->active || sigismember(&guard->before, SIGPIPE))
    return;
  take_pending();
  pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

#endif
