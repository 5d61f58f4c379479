/*
** With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and a TLS library may
** write to a connection that the server has reset. While libcurl runs the
** signal is blocked on its thread, and one that came is taken away. Guards
** may be within one another.
*/
#ifndef OAI_SIGPIPE_H
#define OAI_SIGPIPE_H

#include <stdbool.h>

#if defined(_WIN32)

/* A system without that signal. */
struct sigpipe_guard {
  bool active;
};


static inline void sigpipe_block (struct sigpipe_guard *guard, bool needed)
{
  guard->active = needed;
}


static inline void sigpipe_restore (const struct sigpipe_guard *guard)
{
  (void)guard;
}

#else
#include <signal.h>

struct sigpipe_guard {
  bool active;
  sigset_t before;
};

/* Does nothing when it is not needed. */
void sigpipe_block (struct sigpipe_guard *guard, bool needed);
void sigpipe_restore (const struct sigpipe_guard *guard);

#endif

#endif
