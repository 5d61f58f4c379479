/*
** Has a poller wait for descriptors of which it is known what they are, and
** says "good", or the line at which it was otherwise. Both of them are tried:
**   cc -D_GNU_SOURCE -Isrc/system [-DOAI_POLLER_POLL] -o poller_program \
**     spec/engine/poller_program.c src/system/{poller_epoll,poller_poll,signal_fd}.c
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "poller.h"

#define MANY 100
#define MOST 64
#define UNTOUCHED (-7)

static struct poller *poller;
static struct poller_event events[MANY + 1];


#define check(condition) \
  do { if (!(condition)) fail(__LINE__, #condition); } while (0)

static void fail (int line, const char *condition)
{
  printf("line %d: not %s\n", line, condition);
  exit(1);
}


/* How many descriptors are ready, of which as many are told as may be, and no
** more. */
static int ready (int most)
{
  int i, count;
  for (i = 0; i <= MANY; i++)
    events[i].descriptor = events[i].ready = UNTOUCHED;
  count = poller_wait(poller, events, most, 0);
  check(count >= 0 && count <= most);
  for (i = 0; i <= MANY; i++)
    check((events[i].descriptor == UNTOUCHED) == (i >= count));
  return count;
}


/* What a descriptor is ready for, which nothing else is; 0: nothing is. */
static int what (int descriptor)
{
  int count = ready(MOST);
  check(count <= 1);
  check(count == 0 || events[0].descriptor == descriptor);
  return count == 0 ? 0 : events[0].ready;
}


static void open_pair (int ends[2])
{
  check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
}


static void say (int end)
{
  check(write(end, "x", 1) == 1);
}


static void hear (int end)
{
  char byte;
  check(read(end, &byte, 1) == 1);
}


static void close_pair (int ends[2])
{
  poller_forget(poller, ends[0]);
  close(ends[0]);
  close(ends[1]);
}


static void try_one (void)
{
  int ends[2];
  open_pair(ends);
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(what(ends[0]) == 0);
  say(ends[1]);
  check(what(ends[0]) == POLLER_READ);
  check(what(ends[0]) == POLLER_READ);
  check(poller_watch(poller, ends[0], POLLER_READ | POLLER_WRITE));
  check(what(ends[0]) == (POLLER_READ | POLLER_WRITE));
  check(poller_watch(poller, ends[0], POLLER_WRITE));
  check(what(ends[0]) == POLLER_WRITE);
  check(poller_watch(poller, ends[0], 0));
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], 0));
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(what(ends[0]) == POLLER_READ);
  poller_forget(poller, ends[0]);
  check(what(ends[0]) == 0);
  close_pair(ends);
}


/* The last interest of several counts, whichever of two changes between. */
static void try_changes (void)
{
  int one[2], other[2];
  open_pair(one);
  open_pair(other);
  check(poller_watch(poller, one[0], POLLER_READ));
  check(poller_watch(poller, other[0], POLLER_READ));
  check(poller_watch(poller, one[0], POLLER_WRITE));
  check(poller_watch(poller, other[0], POLLER_WRITE));
  check(ready(MOST) == 2);
  check(events[0].ready == POLLER_WRITE && events[1].ready == POLLER_WRITE);
  check(poller_watch(poller, one[0], POLLER_READ));
  check(what(other[0]) == POLLER_WRITE);
  close_pair(other);
  check(poller_watch(poller, one[0], POLLER_WRITE));
  check(poller_watch(poller, one[0], POLLER_READ));
  check(what(one[0]) == 0);
  close_pair(one);
}


static void try_ends (void)
{
  int ends[2], gone[2];
  open_pair(ends);
  check(poller_watch(poller, ends[0], POLLER_READ));
  close(ends[1]);
  check(what(ends[0]) & POLLER_READ);
  poller_forget(poller, ends[0]);
  close(ends[0]);
  check(pipe(gone) == 0);
  close(gone[0]);
  check(poller_watch(poller, gone[1], POLLER_WRITE));
  check(what(gone[1]) == (POLLER_WRITE | POLLER_ERROR));
  poller_forget(poller, gone[1]);
  close(gone[1]);
}


/* One that was closed before its new interest was told the system. */
static void try_closed (void)
{
  int ends[2];
  open_pair(ends);
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(poller_watch(poller, ends[0], POLLER_WRITE));
  close(ends[0]);
  check(what(ends[0]) == POLLER_ERROR);
  poller_forget(poller, ends[0]);
  check(what(ends[0]) == 0);
  close(ends[1]);
}


/* One that was closed, and opened as another. */
static void try_another (void)
{
  int ends[2], again[2];
  open_pair(ends);
  check(poller_watch(poller, ends[0], POLLER_READ));
  close(ends[0]);
  check(dup(ends[1]) == ends[0]);
  check(poller_watch(poller, ends[0], POLLER_WRITE));
  check(what(ends[0]) & POLLER_WRITE);
  poller_forget(poller, ends[0]);
  close(ends[0]);
#if POLLER_IS_EPOLL
  check(!poller_watch(poller, ends[0], POLLER_READ));
#endif
  close(ends[1]);
  open_pair(again);
  check(again[0] == ends[0] && poller_watch(poller, again[0], POLLER_READ));
  close(again[0]);
  check(poller_watch(poller, again[0], 0));
  check(what(again[0]) == 0);
  close(again[1]);
}


/* What comes to one for which nobody waits is told once. */
static void try_idle (void)
{
  int ends[2];
  open_pair(ends);
  check(poller_adopt(poller, ends[0]));
  say(ends[1]);
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(what(ends[0]) == POLLER_READ);
  hear(ends[0]);
  check(poller_watch(poller, ends[0], 0));
  check(what(ends[0]) == 0);
  say(ends[1]);
  check(what(ends[0]) == POLLER_IDLE);
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], 0));
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(what(ends[0]) == POLLER_READ);
  check(poller_watch(poller, ends[0], 0));
  check(what(ends[0]) == POLLER_IDLE);
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], POLLER_WRITE));
  check(poller_watch(poller, ends[0], 0));
  poller_forget(poller, ends[0]);
  check(what(ends[0]) == 0);
  check(poller_watch(poller, ends[0], POLLER_READ));
  check(poller_watch(poller, ends[0], 0));
  check(what(ends[0]) == 0);
  close_pair(ends);
}


/* More than are told of at once, and more than there was room for at first. */
static void try_many (void)
{
  int all[MANY][2], i;
  for (i = 0; i < MANY; i++) {
    open_pair(all[i]);
    check(poller_adopt(poller, all[i][0]));
    check(poller_watch(poller, all[i][0], POLLER_READ));
    check(poller_watch(poller, all[i][0], 0));
    say(all[i][1]);
  }
  check(ready(8) == 8);
  check(events[7].ready == POLLER_IDLE);
  check(ready(MOST) == MOST);
  check(events[MOST - 1].ready == POLLER_IDLE);
  check(ready(MOST) == MANY - MOST - 8);
  for (i = 0; i < MANY; i++)
    check(poller_watch(poller, all[i][0], POLLER_READ));
  check(ready(MOST) == MOST);
  check(ready(8) == 8);
  for (i = 0; i < MANY; i++)
    close_pair(all[i]);
  check(ready(MOST) == 0);
}


static double seconds (void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}


/* A wait is ended once, also by several who ended it before. */
static void try_wake (void)
{
  double began;
  poller_wake(poller);
  poller_wake(poller);
  check(poller_wait(poller, events, MOST, -1) == 0);
  began = seconds();
  check(poller_wait(poller, events, MOST, 30) == 0);
  check(seconds() - began > 0.02);
}


int main (void)
{
  int descriptor = dup(0);
  close(descriptor);
  poller = poller_create();
  check(poller != NULL);
  check(ready(MOST) == 0);
  try_one();
  try_changes();
  try_ends();
  try_closed();
  try_another();
  try_idle();
  try_one();                /* others were told of when idle */
  try_many();
  try_wake();
  poller_free(poller);
  check(dup(0) == descriptor);          /* nothing is left open */
  puts("good");
  return 0;
}
