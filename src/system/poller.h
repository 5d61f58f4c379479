/*
** Waits until one of many descriptors is ready: by poller_epoll.c where the
** system has that, by poller_poll.c elsewhere. Knows descriptors only; what
** they carry is the caller's business. Any thread may call poller_wake, one
** thread the rest.
*/
#ifndef OAI_POLLER_H
#define OAI_POLLER_H

#include <stdbool.h>

#if defined(__linux__) && !defined(OAI_POLLER_POLL)
#define POLLER_IS_EPOLL 1
#else
#define POLLER_IS_EPOLL 0
#endif

#define POLLER_READ 1
#define POLLER_WRITE 2
#define POLLER_ERROR 4      /* only ever reported, as is: */
#define POLLER_IDLE 8       /* something came that nobody waits for */

struct poller;

struct poller_event {
  int descriptor;
  int ready;                /* a sum of the above */
};

/* NULL when the system refuses (errno says why). */
struct poller *poller_create (void);
void poller_free (struct poller *p);

/* Watches `descriptor` for `wanted`, in place of what it was watched for
** before; 0 stops watching. Idempotent. False when the system refuses. */
bool poller_watch (struct poller *p, int descriptor, int wanted);

/* `descriptor` was opened just now, and poller_forget will be called before it
** is closed. While it is not watched, the first thing that comes to it is
** reported as POLLER_IDLE, once. False when the system refuses. */
bool poller_adopt (struct poller *p, int descriptor);

/* Before a descriptor is closed. */
void poller_forget (struct poller *p, int descriptor);

/*
** Waits at most `milliseconds` (-1: for ever) and fills up to `most` events.
** Returns their number; 0 also when a signal or poller_wake ended the wait.
*/
int poller_wait (struct poller *p, struct poller_event *events, int most,
                 int milliseconds);

/* Ends the wait that goes on, or else the next one, early. */
void poller_wake (struct poller *p);

#endif
