/*
** Waits until one of many descriptors is ready, by epoll: a wait costs the
** same whatever the number of descriptors.
*/
#include "poller.h"

#if POLLER_IS_EPOLL
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "signal_fd.h"

#define BATCH 64

/* What is known of a descriptor. */
struct watch {
  unsigned char wanted;     /* by the caller */
  unsigned char watched;    /* by the system; 0: it does not know it */
  bool adopted;
  bool reported;            /* as POLLER_IDLE, since it was wanted last */
};

struct poller {
  int epoll;
  struct signal_fd wake;
  struct watch *watches;    /* by descriptor */
  int room;
  int late;                 /* of whose new interest the system is told before
                               the next wait, as it may change back; or -1 */
};


struct poller *poller_create (void)
{
  struct poller *p = calloc(1, sizeof(*p));
  if (p == NULL)
    return NULL;
  p->late = -1;
  p->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (p->epoll >= 0 && signal_fd_open(&p->wake)) {
    if (poller_watch(p, p->wake.reader, POLLER_READ))
      return p;
    signal_fd_close(&p->wake);
  }
  if (p->epoll >= 0)
    close(p->epoll);
  free(p->watches);
  free(p);
  return NULL;
}


void poller_free (struct poller *p)
{
  signal_fd_close(&p->wake);
  close(p->epoll);
  free(p->watches);
  free(p);
}


/* NULL when there is no memory. */
static struct watch *watch_of (struct poller *p, int descriptor)
{
  if (descriptor >= p->room) {
    int room = descriptor + 64;
    struct watch *watches = realloc(p->watches,
                                    (size_t)room * sizeof(*watches));
    if (watches == NULL)
      return NULL;
    memset(watches + p->room, 0, (size_t)(room - p->room) * sizeof(*watches));
    p->watches = watches;
    p->room = room;
  }
  return &p->watches[descriptor];
}


/* What the system is to watch it for. */
static unsigned char interest (const struct watch *w)
{
  if (w->wanted == 0 && w->adopted && !w->reported)
    return POLLER_READ;
  return w->wanted;
}


/* Has the system watch it for that, and for nothing else. */
static bool tell_system (struct poller *p, int descriptor, struct watch *w)
{
  struct epoll_event event;
  unsigned char wanted = interest(w);
  int command = wanted == 0 ? EPOLL_CTL_DEL
              : w->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (wanted == w->watched)
    return true;
  memset(&event, 0, sizeof(event));
  event.data.fd = descriptor;
  if (wanted & POLLER_READ)
    event.events |= EPOLLIN;
  if (wanted & POLLER_WRITE)
    event.events |= EPOLLOUT;
  w->watched = wanted;
  if (epoll_ctl(p->epoll, command, descriptor, &event) == 0)
    return true;
  if (command == EPOLL_CTL_MOD)         /* it is another one by now */
    return epoll_ctl(p->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
  return command == EPOLL_CTL_DEL;      /* it was closed before */
}


/* Tells the system what was put off. */
static bool settle (struct poller *p)
{
  int late = p->late;
  p->late = -1;
  return late < 0 || tell_system(p, late, &p->watches[late]);
}


bool poller_watch (struct poller *p, int descriptor, int wanted)
{
  struct watch *w = watch_of(p, descriptor);
  if (w == NULL)
    return false;
  w->wanted = (unsigned char)wanted;
  if (wanted != 0)
    w->reported = false;
  if (wanted == 0 || w->watched == 0)
    return tell_system(p, descriptor, w);
  if (p->late != descriptor && !settle(p))
    return false;
  p->late = descriptor;
  return true;
}


bool poller_adopt (struct poller *p, int descriptor)
{
  struct watch *w = watch_of(p, descriptor);
  if (w == NULL)
    return false;
  memset(w, 0, sizeof(*w));
  w->adopted = w->reported = true;      /* it is not connected yet */
  return true;
}


/* Ends the watching, which closing alone does not when a forked process has
** the descriptor too. */
void poller_forget (struct poller *p, int descriptor)
{
  struct watch *w = watch_of(p, descriptor);
  if (w == NULL)
    return;
  w->wanted = 0;
  w->adopted = false;
  tell_system(p, descriptor, w);
}


static int readiness (unsigned happened)
{
  int ready = 0;
  if (happened & (EPOLLIN | EPOLLHUP))
    ready |= POLLER_READ;
  if (happened & EPOLLOUT)
    ready |= POLLER_WRITE;
  if (happened & EPOLLERR)
    ready |= POLLER_ERROR;
  return ready;
}


/* Reports a descriptor once, or it would be ready again and again. */
static int report_idle (struct poller *p, int descriptor, struct watch *w)
{
  w->reported = true;
  tell_system(p, descriptor, w);
  return POLLER_IDLE;
}


int poller_wait (struct poller *p, struct poller_event *events, int most,
                 int milliseconds)
{
  struct epoll_event happened[BATCH];
  int i, found, filled = 0;
  int late = p->late;
  if (!settle(p)) {
    events[0].descriptor = late;
    events[0].ready = POLLER_ERROR;
    return 1;
  }
  found = epoll_wait(p->epoll, happened, most < BATCH ? most : BATCH,
                     milliseconds);
  for (i = 0; i < found; i++) {
    int descriptor = happened[i].data.fd;
    struct watch *w = &p->watches[descriptor];
    if (descriptor == p->wake.reader)
      signal_fd_clear(&p->wake);
    else {
      events[filled].descriptor = descriptor;
      events[filled].ready = w->wanted ? readiness(happened[i].events)
                                       : report_idle(p, descriptor, w);
      filled++;
    }
  }
  return filled;
}


void poller_wake (struct poller *p)
{
  signal_fd_raise(&p->wake);
}

#endif
