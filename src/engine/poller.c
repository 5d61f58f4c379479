/*
** Waits until one of many descriptors is ready. Two implementations of the
** same five functions; a turn of the first costs the same whatever the
** number of descriptors.
*/
#include "poller.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "signal_fd.h"

#if defined(__linux__) && !defined(OAI_POLLER_POLL)
#include <sys/epoll.h>

#define BATCH 64

struct poller {
  int epoll;
  struct signal_fd wake;
};


struct poller *poller_create (void)
{
  struct poller *p = calloc(1, sizeof(*p));
  if (p == NULL)
    return NULL;
  p->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (p->epoll >= 0 && signal_fd_open(&p->wake)) {
    if (poller_watch(p, p->wake.reader, POLLER_READ))
      return p;
    signal_fd_close(&p->wake);
  }
  if (p->epoll >= 0)
    close(p->epoll);
  free(p);
  return NULL;
}


void poller_free (struct poller *p)
{
  signal_fd_close(&p->wake);
  close(p->epoll);
  free(p);
}


bool poller_watch (struct poller *p, int descriptor, int wanted)
{
  struct epoll_event event;
  memset(&event, 0, sizeof(event));
  event.data.fd = descriptor;
  if (wanted & POLLER_READ)
    event.events |= EPOLLIN;
  if (wanted & POLLER_WRITE)
    event.events |= EPOLLOUT;
  if (wanted == 0) {        /* a descriptor closed before is gone already */
    epoll_ctl(p->epoll, EPOLL_CTL_DEL, descriptor, &event);
    return true;
  }
  if (epoll_ctl(p->epoll, EPOLL_CTL_MOD, descriptor, &event) == 0)
    return true;
  return epoll_ctl(p->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
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


int poller_wait (struct poller *p, struct poller_event *events, int most,
                 int milliseconds)
{
  struct epoll_event happened[BATCH];
  int i, found, filled = 0;
  found = epoll_wait(p->epoll, happened, most < BATCH ? most : BATCH,
                     milliseconds);
  for (i = 0; i < found; i++) {
    if (happened[i].data.fd == p->wake.reader) {
      signal_fd_clear(&p->wake);
      continue;
    }
    events[filled].descriptor = happened[i].data.fd;
    events[filled].ready = readiness(happened[i].events);
    filled++;
  }
  return filled;
}

#else
#include <poll.h>

struct poller {
  struct pollfd *watched;   /* the first is the wake-up descriptor */
  int count;
  int capacity;
  struct signal_fd wake;
};


struct poller *poller_create (void)
{
  struct poller *p = calloc(1, sizeof(*p));
  if (p == NULL)
    return NULL;
  if (signal_fd_open(&p->wake)) {
    if (poller_watch(p, p->wake.reader, POLLER_READ))
      return p;
    signal_fd_close(&p->wake);
  }
  free(p);
  return NULL;
}


void poller_free (struct poller *p)
{
  signal_fd_close(&p->wake);
  free(p->watched);
  free(p);
}


static struct pollfd *find (struct poller *p, int descriptor)
{
  int i;
  for (i = 0; i < p->count; i++) {
    if (p->watched[i].fd == descriptor)
      return &p->watched[i];
  }
  return NULL;
}


static struct pollfd *add (struct poller *p, int descriptor)
{
  if (p->count == p->capacity) {
    int capacity = p->capacity ? 2 * p->capacity : 16;
    struct pollfd *watched = realloc(p->watched,
                                     (size_t)capacity * sizeof(*watched));
    if (watched == NULL)
      return NULL;
    p->watched = watched;
    p->capacity = capacity;
  }
  p->watched[p->count].fd = descriptor;
  return &p->watched[p->count++];
}


bool poller_watch (struct poller *p, int descriptor, int wanted)
{
  struct pollfd *entry = find(p, descriptor);
  if (wanted == 0) {
    if (entry)
      *entry = p->watched[--p->count];
    return true;
  }
  if (entry == NULL)
    entry = add(p, descriptor);
  if (entry == NULL)
    return false;
  entry->events = 0;
  if (wanted & POLLER_READ)
    entry->events |= POLLIN;
  if (wanted & POLLER_WRITE)
    entry->events |= POLLOUT;
  return true;
}


static int readiness (int happened)
{
  int ready = 0;
  if (happened & (POLLIN | POLLHUP))
    ready |= POLLER_READ;
  if (happened & POLLOUT)
    ready |= POLLER_WRITE;
  if (happened & (POLLERR | POLLNVAL))
    ready |= POLLER_ERROR;
  return ready;
}


int poller_wait (struct poller *p, struct poller_event *events, int most,
                 int milliseconds)
{
  int i, filled = 0;
  if (poll(p->watched, (nfds_t)p->count, milliseconds) <= 0)
    return 0;
  for (i = 0; i < p->count && filled < most; i++) {
    const struct pollfd *entry = &p->watched[i];
    if (entry->revents == 0)
      continue;
    if (entry->fd == p->wake.reader) {
      signal_fd_clear(&p->wake);
      continue;
    }
    events[filled].descriptor = entry->fd;
    events[filled].ready = readiness(entry->revents);
    filled++;
  }
  return filled;
}

#endif


void poller_wake (struct poller *p)
{
  signal_fd_raise(&p->wake);
}
