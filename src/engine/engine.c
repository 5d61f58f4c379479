/*
** The exchanges that are under way in an engine: in which order they begin, go
** on and end, and what each turn does for them.
*/
#include "engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../system/poller.h"
#include "../system/sigpipe.h"
#include "../system/thread.h"
#include "connection.h"
#include "ending.h"
#include "exchange.h"
#include "handle.h"
#include "memory.h"
#include "multi.h"
#include "news.h"
#include "process.h"
#include "transfer.h"
#include "turn.h"

#define DRAIN_SECONDS 1.0

#define CROWD 64            /* exchanges under way; see gather */
#define GATHER_NANOSECONDS 1000000

struct engine {
  struct multi multi;       /* with the transfers of those under way */
  struct option_set options;
  struct exchange *first;   /* under way, each referenced */
  int count;                /* of those */
  int found;                /* by the last turn: descriptors */
  int draining;
  int piping;               /* how many under way write to a pipe */
  struct handle_pool idle;
  struct news news;
  bool may_signal;          /* SIGPIPE: TLS was used, or a pipe written to */
  unsigned generation;      /* of the process that made it */
};


/*
** {======================================================
** Birth and death
** =======================================================
*/

struct engine *engine_create (struct option_set *options)
{
  int error;
  struct engine *e = calloc(1, sizeof(*e));
  if (e == NULL)
    return NULL;
  news_open(&e->news);
  e->generation = process_generation();
  if (multi_open(&e->multi)) {
    e->options = *options;
    memset(options, 0, sizeof(*options));
    return e;
  }
  error = errno;
  news_close(&e->news);
  free(e);
  errno = error;
  return NULL;
}


/* Ends all that may have a secret in libcurl's memory, which is wiped. */
static void end_transfers (struct engine *e)
{
  struct sigpipe_guard guard;
  sigpipe_block(&guard, e->may_signal);
  memory_begin_wiping();
  while (e->first)
    engine_stop(e, e->first);
  handle_pool_clear(&e->idle);
  multi_close(&e->multi);
  memory_end_wiping();
  sigpipe_restore(&guard);
}


bool engine_is_foreign (const struct engine *e)
{
  return e->generation != process_generation();
}


void engine_free (struct engine *e)
{
  if (engine_is_foreign(e))
    return;
  end_transfers(e);
  option_set_clear(&e->options);
  news_close(&e->news);
  free(e);
  memory_wipe_stack();
}

/* }====================================================== */


/*
** {======================================================
** Exchanges
** =======================================================
*/

static void enlist (struct engine *e, struct exchange *x)
{
  x->next = e->first;
  x->previous = NULL;
  if (e->first)
    e->first->previous = x;
  e->first = x;
  e->count++;
  if (transfer_pipe(x) >= 0) {
    e->piping++;
    e->may_signal = true;
  }
}


static void delist (struct engine *e, struct exchange *x)
{
  if (x->previous)
    x->previous->next = x->next;
  else
    e->first = x->next;
  if (x->next)
    x->next->previous = x->previous;
  x->next = x->previous = NULL;
  e->count--;
}


/* An exchange is held back no more. */
static void let_go (struct engine *e, struct exchange *x)
{
  if (!x->held)
    return;
  e->multi.connections.held--;
  x->held = false;
  multi_look_again(&e->multi, x->descriptor);
}


static void unwatch_pipe (struct engine *e, struct exchange *x)
{
  if (x->watched)
    poller_forget(e->multi.poller, transfer_pipe(x));
  x->watched = false;
}


/* Takes a running exchange out; its end has been noted or follows. */
static void take_out (struct engine *e, struct exchange *x)
{
  bool removed = multi_remove(&e->multi, x->easy);
  struct handle *h = transfer_detach(x);
  if (removed && x->socket == NULL)
    handle_pool_give(&e->idle, h);
  else
    handle_free(h);
  delist(e, x);
  let_go(e, x);
  if (x->drain_end != 0)
    e->draining--;
  if (transfer_pipe(x) >= 0) {
    unwatch_pipe(e, x);
    e->piping--;
  }
}


static void end_one (struct engine *e, struct exchange *x, const char *kind,
                     const char *message)
{
  take_out(e, x);
  exchange_fail(x, kind, false, message);
  news_add(&e->news, x);
  exchange_release(x);
}


/* Ends an exchange as libcurl says that it ended, by a CURLcode; 0: well. */
static void finish (struct engine *e, struct exchange *x, int code)
{
  enum exchange_end end = ending_of(x, code);
  if (ending_breaks_connection(x, code))
    connections_shut(&e->multi.connections, transfer_descriptor(x));
  if (e->multi.connections.untold > 0)
    multi_watch_untold(&e->multi, transfer_descriptor(x));
  take_out(e, x);
  exchange_finish(x, end);
  news_add(&e->news, x);
  exchange_release(x);
}


/* Ends all exchanges: it is not known whom a failure of libcurl or the poller
** concerns. */
static void end_all (struct engine *e)
{
  const char *failure = e->multi.failure;
  while (e->first)
    end_one(e, e->first, "limit", failure);
  multi_renew(&e->multi);
}


static bool install (struct engine *e, struct handle *h)
{
  h->now = &e->multi.now;
  h->connections = &e->multi.connections;
  h->under_way = &e->first;
  return transfer_install(h) && multi_install(&e->multi, h->easy);
}


static struct handle *create_handle (struct engine *e,
                                     char reason[OPTION_REASON])
{
  struct handle *h = handle_create(&e->options, reason);
  if (h == NULL || install(e, h))
    return h;
  snprintf(reason, OPTION_REASON, "out of memory");
  handle_free(h);
  return NULL;
}


static bool add_handle (struct engine *e, struct exchange *x,
                        char reason[OPTION_REASON])
{
  const char *refusal;
  struct handle *h = handle_pool_take(&e->idle);
  if (h == NULL)
    h = create_handle(e, reason);
  if (h == NULL)
    return false;
  refusal = transfer_begin(x, h) ? multi_add(&e->multi, h->easy)
                                 : "out of memory";
  if (refusal == NULL)
    return true;
  snprintf(reason, OPTION_REASON, "%s", refusal);
  handle_free(transfer_detach(x));
  return false;
}


/* Begins an exchange again over another connection: nothing of it was sent. */
static void start_elsewhere (struct engine *e, struct exchange *x)
{
  char reason[OPTION_REASON];
  take_out(e, x);
  x->crowded = false;
  if (add_handle(e, x, reason)) {
    enlist(e, x);
    return;
  }
  exchange_fail(x, "limit", false, reason);
  news_add(&e->news, x);
  exchange_release(x);
}


static void add (struct engine *e, struct exchange *x)
{
  char reason[OPTION_REASON];
  if (!add_handle(e, x, reason)) {
    exchange_fail(x, "limit", false, reason);
    news_add(&e->news, x);
    return;
  }
  exchange_retain(x);
  enlist(e, x);
}


/* Makes a turn first where there are connections: libcurl looks for one before
** it sees that one has been closed by the server, or that a drained exchange
** has ended and left its own. */
void engine_start (struct engine *e, struct exchange *x)
{
  struct sigpipe_guard guard;
  if (x->is_secure)
    e->may_signal = true;
  sigpipe_block(&guard, e->may_signal);
  if (e->multi.open > 0)
    engine_turn(e, 0);
  else
    e->multi.now = process_clock();
  x->news = &e->news;
  add(e, x);
  sigpipe_restore(&guard);
}


/* The connection of an exchange whose time is up: -1 when something has come
** over it of late, or it is not known. */
static int find_silent (struct multi *m, struct exchange *x)
{
  struct connection *c;
  int descriptor = x->descriptor;
  if (descriptor < 0)
    descriptor = connections_at_port(&m->connections, x->port);
  c = connections_find(&m->connections, descriptor);
  return c && m->now - c->heard > (m->now - x->moved) / 2 ? descriptor : -1;
}


/* Shuts the connection of an exchange in which nothing came in time: over
** HTTP/2 libcurl would go on using it. */
static void give_up_silent (struct multi *m, struct exchange *x)
{
  bool expired;
  exchange_lock(x);
  expired = x->expired;
  exchange_unlock(x);
  m->now = process_clock();
  if (expired)
    connections_shut(&m->connections, find_silent(m, x));
}


void engine_stop (struct engine *e, struct exchange *x)
{
  struct sigpipe_guard guard;
  if (x->easy == NULL)
    return;
  sigpipe_block(&guard, e->may_signal);
  give_up_silent(&e->multi, x);
  if (ending_is_enough(x))
    finish(e, x, 0);
  else
    end_one(e, x, "cancelled", "cancelled");
  sigpipe_restore(&guard);
}


void engine_refuse (struct engine *e, struct exchange *x)
{
  exchange_fail(x, "cancelled", false, "cancelled");
  news_add(&e->news, x);
}


static void finish_ended (struct engine *e)
{
  int code;
  bool more;
  do {
    struct exchange *x = multi_ended(&e->multi, &code, &more);
    if (x && x->crowded)
      start_elsewhere(e, x);
    else if (x)
      finish(e, x, code);
  } while (more);
}


/* Lets libcurl go on with what it was to leave alone. */
static void resume (struct engine *e, struct exchange *x)
{
  int code;
  let_go(e, x);
  code = transfer_resume(x);
  if (code != 0)
    finish(e, x, code);
}


/* Has a socket write what waits, and ask for more, so that it is asleep again
** before anybody waits for its descriptor. */
static void write_at_once (struct engine *e, const struct exchange *x)
{
  multi_act(&e->multi, x->descriptor, POLLER_WRITE);
  multi_act(&e->multi, x->descriptor, POLLER_WRITE);
  finish_ended(e);
}


void engine_resume (struct engine *e, struct exchange *x)
{
  struct sigpipe_guard guard;
  if (x->easy == NULL)
    return;
  sigpipe_block(&guard, e->may_signal);
  resume(e, x);
  if (x->easy && exchange_has_unsent(x))
    write_at_once(e, x);
  sigpipe_restore(&guard);
}


void engine_drain (struct engine *e, struct exchange *x)
{
  if (x->easy == NULL || x->drain_end != 0)
    return;
  x->drain_end = process_clock() + DRAIN_SECONDS;
  e->draining++;
  if (x->held)
    engine_resume(e, x);
}


static void stop_drained (struct engine *e)
{
  struct exchange *x = e->first, *next;
  for (; x; x = next) {
    next = x->next;
    if (x->drain_end != 0 && e->multi.now >= x->drain_end)
      engine_stop(e, x);
  }
}


/* Goes on with the transfer whose pipe has room again, if it is one. */
static bool resume_pipe (struct engine *e, int descriptor)
{
  struct exchange *x = e->first;
  while (x && !(x->watched && transfer_pipe(x) == descriptor))
    x = x->next;
  if (x == NULL)
    return false;
  unwatch_pipe(e, x);
  engine_resume(e, x);
  return true;
}


/* Has the poller look at pipes, while they are full: only then is there
** something to look for. */
static void watch_pipes (struct engine *e)
{
  struct exchange *x = e->first, *next;
  for (; x; x = next) {
    next = x->next;
    if (x->watched || !x->held || transfer_pipe(x) < 0)
      continue;
    x->watched = poller_watch(e->multi.poller, transfer_pipe(x),
                              POLLER_WRITE);
    if (!x->watched)
      end_one(e, x, "limit", "out of memory");
  }
}


/* Has the sockets end whose peers have gone, and send of which libcurl keeps
** something. */
static void resume_sockets (struct engine *e)
{
  struct exchange *x = e->first, *next;
  e->multi.connections.socket_is_due = false;
  for (; x; x = next) {
    next = x->next;
    if (x->socket && (x->socket->is_gone || multi_keeps(x)))
      resume(e, x);
  }
}


/* }====================================================== */


/*
** {======================================================
** A step
** =======================================================
*/

/* Has libcurl do what there is to do. True when there was something. */
static bool act (struct engine *e, const struct poller_event *ready,
                 int count)
{
  struct multi *m = &e->multi;
  struct sigpipe_guard guard;
  int i;
  bool active;
  sigpipe_block(&guard, e->may_signal);
  turn_look_at_idle(m, ready, count);
  for (i = 0; i < count && !m->failure; i++) {
    if (e->piping == 0 || !resume_pipe(e, ready[i].descriptor))
      turn_act(m, &ready[i]);
  }
  active = turn_act_in_time(m) || count > 0;
  finish_ended(e);
  if (m->connections.socket_is_due)
    resume_sockets(e);
  if (e->piping > 0)
    watch_pipes(e);
  if (m->failure)
    end_all(e);
  if (e->draining > 0)
    stop_drained(e);
  sigpipe_restore(&guard);
  return active;
}


/* Lets the events of others come before a turn that may wait, unless the turn
** before found none, or as many as it can take: in a crowd each event would
** have a turn of its own, and to wake up costs more than to take several. */
static void gather (const struct engine *e)
{
  static const struct timespec moment = { 0, GATHER_NANOSECONDS };
  if (THREAD_NAPS && e->count >= CROWD && e->found > 0
      && e->found < TURN_MOST)
    nanosleep(&moment, NULL);
}


bool engine_turn (struct engine *e, double seconds)
{
  struct poller_event ready[TURN_MOST];
  if (e->draining > 0 && (seconds < 0 || seconds > DRAIN_SECONDS))
    seconds = DRAIN_SECONDS;
  if (seconds != 0)
    gather(e);
  e->found = turn_wait(&e->multi, ready, seconds);
  return act(e, ready, e->found);
}


/* Most of what libcurl does, such as sending, is no news: then the step
** goes on, to spare the caller looking for nothing. It waits for nothing where
** an exchange has ended since the last, as a socket may when it sends. */
void engine_step (struct engine *e, double seconds)
{
  double end = seconds > 0 ? process_clock() + seconds : 0;
  if (news_is_fresh(&e->news))
    seconds = 0;
  while (engine_turn(e, seconds) && !news_is_fresh(&e->news) && seconds > 0) {
    double left = end - e->multi.now;
    seconds = left > 0 ? left : 0;
  }
}


bool engine_take_news (struct engine *e)
{
  return news_take_fresh(&e->news);
}


size_t engine_ready (struct engine *e, unsigned long long *ids, size_t most)
{
  return news_take(&e->news, ids, most);
}


void engine_forget (struct engine *e, struct exchange *x)
{
  news_drop(&e->news, x);
}


void engine_wake (struct engine *e)
{
  poller_wake(e->multi.poller);
}

/* }====================================================== */
