/*
** How long a turn waits, and what is done about each descriptor.
*/
#include "turn.h"

#include "multi.h"
#include "process.h"


static int to_milliseconds (double seconds)
{
  if (seconds <= 0)
    return 0;
  if (seconds > 1e6)
    return 1000000000;
  return (int)(seconds * 1000) + 1;     /* never wake a little too early */
}


static bool timer_is_due (const struct multi *m)
{
  return m->timer >= 0 && m->now >= m->timer;
}


/* How long a turn may wait, in milliseconds; -1 is for ever. What failed
** between two turns is told in the second. */
static int patience (const struct multi *m, double seconds)
{
  double left = m->timer - m->now;
  if (m->failure)
    return 0;
  if (m->timer >= 0 && (seconds < 0 || left < seconds))
    seconds = left > 0 ? left : 0;
  return seconds < 0 ? -1 : to_milliseconds(seconds);
}


int turn_wait (struct multi *m, struct poller_event *ready, double seconds)
{
  int count;
  m->now = process_clock();
  m->hurried = seconds != 0 && !m->hurried && timer_is_due(m);
  if (m->hurried)
    return 0;
  count = poller_wait(m->poller, ready, TURN_MOST, patience(m, seconds));
  if (seconds != 0)         /* it may have waited */
    m->now = process_clock();
  return count;
}


void turn_look_at_idle (struct multi *m, const struct poller_event *ready,
                        int count)
{
  int i;
  for (i = 0; i < count; i++) {
    if (ready[i].ready == POLLER_IDLE)
      connections_disturbed(&m->connections, ready[i].descriptor, m->now);
  }
}


void turn_act (struct multi *m, const struct poller_event *event)
{
  struct connection *c = connections_find(&m->connections,
                                          event->descriptor);
  int ready = event->ready;
  if (c && (event->ready & POLLER_READ)) {
    c->heard = m->now;
    if (!(event->ready & POLLER_ERROR))
      c->has_answered = true;   /* so it was connected */
  }
  if (c && c->is_socket && (ready & POLLER_WRITE))
    m->connections.socket_is_due = true;
  if (c && c->is_held) {    /* it may send */
    ready &= POLLER_WRITE;
    poller_watch(m->poller, event->descriptor, c->wanted & POLLER_WRITE);
  }
  if (ready & ~POLLER_IDLE)
    multi_act(m, event->descriptor, ready);
}


bool turn_act_in_time (struct multi *m)
{
  if (!timer_is_due(m) || m->failure)
    return false;
  multi_act_in_time(m);
  return true;
}
