/*
** Waits until one of many descriptors is ready, by poll(2), or what Windows
** has in its place.
*/
#include "poller.h"

#if !POLLER_IS_EPOLL
#include <stdlib.h>
#include <string.h>

#include "net.h"
#include "signal_fd.h"

struct poller {
  struct pollfd *watched;   /* the first is the wake-up descriptor */
  int count;
  int capacity;
  bool *adopted;            /* by descriptor */
  int room;
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
  free(p->adopted);
  free(p);
}


static struct pollfd *find (struct poller *p, int descriptor)
{
  int i;
  for (i = 0; i < p->count; i++) {
    if ((int)p->watched[i].fd == descriptor)
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


static void drop (struct poller *p, struct pollfd *entry)
{
  *entry = p->watched[--p->count];
}


static bool is_adopted (const struct poller *p, int descriptor)
{
  return descriptor < p->room && p->adopted[descriptor];
}


/* Has a descriptor for which nobody waits, but of which is told when something
** comes, asked for what no other is: see report_idle. */
bool poller_watch (struct poller *p, int descriptor, int wanted)
{
  struct pollfd *entry = find(p, descriptor);
  if (wanted == 0 && entry && !is_adopted(p, descriptor))
    drop(p, entry);
  if (wanted == 0 && (entry == NULL || !is_adopted(p, descriptor)))
    return true;
  if (entry == NULL)
    entry = add(p, descriptor);
  if (entry == NULL)
    return false;
  entry->events = wanted == 0 ? NET_IDLE | NET_READ : 0;
  if (wanted & POLLER_READ)
    entry->events |= NET_READ;
  if (wanted & POLLER_WRITE)
    entry->events |= POLLOUT;
  return true;
}


bool poller_adopt (struct poller *p, int descriptor)
{
  if (descriptor >= p->room) {
    int room = descriptor + 64;
    bool *adopted = realloc(p->adopted, (size_t)room * sizeof(*adopted));
    if (adopted == NULL)
      return false;
    memset(adopted + p->room, 0, (size_t)(room - p->room) * sizeof(*adopted));
    p->adopted = adopted;
    p->room = room;
  }
  p->adopted[descriptor] = true;
  return true;
}


void poller_forget (struct poller *p, int descriptor)
{
  if (is_adopted(p, descriptor))
    p->adopted[descriptor] = false;
  poller_watch(p, descriptor, 0);
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


/* Reports a descriptor for which nobody waits, known by its asking for what no
** other does. Once: *entry is another one afterwards. */
static bool report_idle (struct poller *p, struct pollfd *entry,
                         struct poller_event *event)
{
  if (!(entry->events & NET_IDLE))
    return false;
  event->descriptor = (int)entry->fd;
  event->ready = POLLER_IDLE;
  drop(p, entry);
  return true;
}


int poller_wait (struct poller *p, struct poller_event *events, int most,
                 int milliseconds)
{
  int i, filled = 0;
  if (net_poll(p->watched, p->count, milliseconds) <= 0)
    return 0;
  for (i = p->count - 1; i >= 0 && filled < most; i--) {
    struct pollfd *entry = &p->watched[i];
    if (entry->revents == 0)
      continue;
    if ((int)entry->fd == p->wake.reader) {
      signal_fd_clear(&p->wake);
      continue;
    }
    if (!report_idle(p, entry, &events[filled])) {
      events[filled].descriptor = (int)entry->fd;
      events[filled].ready = readiness(entry->revents);
    }
    filled++;
  }
  return filled;
}


void poller_wake (struct poller *p)
{
  signal_fd_raise(&p->wake);
}

#endif
