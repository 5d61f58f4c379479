/*
** One libcurl multi handle, driven by curl_multi_socket_action: libcurl
** says which descriptors and which time it waits for, the poller waits, and
** each turn costs what happened, not what is open.
*/
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "connection.h"
#include "ending.h"
#include "exchange.h"
#include "handle.h"
#include "libcurl.h"
#include "memory.h"
#include "news.h"
#include "poller.h"
#include "process.h"
#include "sigpipe.h"
#include "transfer.h"

#define READY_MOST 64       /* descriptors handled in a step */
#define DRAIN_SECONDS 1.0

struct engine {
  CURLM *multi;             /* NULL after a failure, until it is needed */
  struct poller *poller;
  struct option_set options;
  struct exchange *first;   /* under way */
  int draining;
  int piping;               /* how many under way write to a pipe */
  struct handle_pool idle;
  struct connections connections;
  int open;                 /* connections */
  double now;               /* as of this turn */
  double timer;             /* when libcurl wants a call; negative: never */
  bool hurried;             /* the last turn did not look at descriptors */
  const char *failure;      /* why it cannot go on; static; else NULL */
  struct news news;
  bool may_signal;          /* SIGPIPE: TLS was used, or a pipe written to */
  bool reads_on;            /* libcurl, for an exchange that is held back */
  unsigned generation;      /* of the process that made it */
};


/*
** {======================================================
** What libcurl waits for. These run inside libcurl.
** =======================================================
*/

static struct exchange *exchange_of (CURL *easy)
{
  struct handle *h = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&h);
  return h ? h->exchange : NULL;
}


/* Notes which exchange a connection is of at first, and whether it is left
** alone because of a reader who is behind. */
static void note_use (struct engine *e, CURL *easy, struct connection *c,
                      int descriptor, bool wanted)
{
  struct exchange *x;
  if (wanted && c->is_told && !c->is_held && !e->reads_on)
    return;
  if (!wanted && e->connections.held == 0)
    return;
  x = exchange_of(easy);
  if (x == NULL)
    return;
  if (wanted && (!c->is_told || e->reads_on))
    x->descriptor = descriptor;
  connections_tell(&e->connections, c);
  c->is_held = x->held && (!wanted || (e->reads_on && !x->is_http2));
}


/* Before a descriptor is closed, or after. */
static void forget (struct engine *e, int descriptor)
{
  poller_forget(e->poller, descriptor);
  if (connections_find(&e->connections, descriptor))
    e->open--;
  connections_remove(&e->connections, descriptor);
}


/* Hears for what a descriptor is to be watched. To answer -1 would have
** libcurl end everything, and tell nobody: see end_all. A descriptor on which
** nothing ever came may be closed when libcurl says that it wants it no more,
** and another's by now: libcurl 7.88 closes what is not connected yet
** itself. */
static int on_socket (CURL *easy, curl_socket_t descriptor, int what,
                      void *arg, void *unused)
{
  static const int wanted[] = {
    0, POLLER_READ, POLLER_WRITE, POLLER_READ | POLLER_WRITE
  };
  struct engine *e = arg;
  struct connection *c = connections_find(&e->connections, descriptor);
  int what_for = what == CURL_POLL_REMOVE ? 0 : wanted[what & 3];
  (void)unused;
  if (c) {
    c->wanted = what_for;
    note_use(e, easy, c, descriptor, what_for != 0);
  }
  if (c && !c->has_answered && what_for == 0)
    forget(e, descriptor);
  else if (!poller_watch(e->poller, descriptor, what_for))
    e->failure = "the system cannot watch another connection";
  return 0;
}


/* No program that the host starts inherits a connection. */
static int open_socket (int family, int type, int protocol)
{
#if defined(SOCK_CLOEXEC)
  return socket(family, type | SOCK_CLOEXEC, protocol);
#else
  int descriptor = socket(family, type, protocol);
  if (descriptor >= 0)
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return descriptor;
#endif
}


static curl_socket_t on_open (void *arg, curlsocktype purpose,
                              struct curl_sockaddr *address)
{
  struct engine *e = arg;
  int descriptor = open_socket(address->family, address->socktype,
                               address->protocol);
  (void)purpose;
  if (descriptor < 0)
    return CURL_SOCKET_BAD;
  forget(e, descriptor);    /* one that was closed unseen */
  if (connections_add(&e->connections, descriptor, e->now)
      && poller_adopt(e->poller, descriptor)) {
    e->open++;
    return descriptor;
  }
  connections_remove(&e->connections, descriptor);
  close(descriptor);
  errno = ENOMEM;
  return CURL_SOCKET_BAD;
}


static int on_close (void *arg, curl_socket_t descriptor)
{
  forget(arg, descriptor);
  return close(descriptor);
}


static int on_timer (CURLM *multi, long milliseconds, void *arg)
{
  struct engine *e = arg;
  (void)multi;
  e->timer = milliseconds < 0 ? -1.0
                              : process_clock() + (double)milliseconds / 1000;
  return 0;
}

/* }====================================================== */


/*
** {======================================================
** Birth and death
** =======================================================
*/

static bool set_up_multi (struct engine *e)
{
  CURLM *multi = e->multi;
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION,
                           on_socket) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, e) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION,
                           on_timer) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_TIMERDATA, e) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_PIPELINING,
                           (long)CURLPIPE_MULTIPLEX) == CURLM_OK;
}


#define WAKE_UP 3           /* a pair, or what makes a socket of the net one */


/* The lowest descriptors that are free, among which curl_multi_init will have
** its own wake-up; -1 for those that there are not. */
static void find_free (int next[WAKE_UP])
{
  int i;
  for (i = 0; i < WAKE_UP; i++)
    next[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (i = 0; i < WAKE_UP; i++) {
    if (next[i] >= 0)
      close(next[i]);
  }
}


static bool is_wake_up (int descriptor)
{
  struct stat status;
  return descriptor >= 0 && fstat(descriptor, &status) == 0
      && (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode));
}


/* Makes a multi handle, whose wake-up a libcurl before 8.8 lets programs
** inherit that the host starts. */
static CURLM *create_multi (void)
{
  int next[WAKE_UP], i;
  CURLM *multi;
  find_free(next);
  multi = curl_multi_init();
  for (i = 0; i < WAKE_UP && multi; i++) {
    if (is_wake_up(next[i]))
      fcntl(next[i], F_SETFD, FD_CLOEXEC);
  }
  return multi;
}


static void free_multi (struct engine *e)
{
  curl_multi_cleanup(e->multi);
  e->multi = NULL;
  e->timer = -1.0;
}


/* Makes the multi handle and sets it up. False when there is no memory; then
** there is none. */
static bool make_multi (struct engine *e)
{
  e->multi = create_multi();
  if (e->multi && set_up_multi(e))
    return true;
  free_multi(e);
  errno = ENOMEM;
  return false;
}


struct engine *engine_create (struct option_set *options)
{
  int error;
  struct engine *e = calloc(1, sizeof(*e));
  if (e == NULL)
    return NULL;
  e->now = process_clock();
  news_open(&e->news);
  e->generation = process_generation();
  e->reads_on = libcurl_has(LIBCURL_READS_WHEN_HELD);
  e->poller = poller_create();
  if (e->poller && make_multi(e)) {
    e->timer = -1.0;
    e->options = *options;
    memset(options, 0, sizeof(*options));
    return e;
  }
  error = errno;
  if (e->poller)
    poller_free(e->poller);
  news_close(&e->news);
  free(e);
  errno = error;
  return NULL;
}


static void free_curl (struct engine *e)
{
  struct sigpipe_guard guard;
  sigpipe_block(&guard, e->may_signal);
  memory_begin_wiping();
  while (e->first)
    engine_stop(e, e->first);
  handle_pool_clear(&e->idle);
  free_multi(e);
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
  free_curl(e);
  connections_clear(&e->connections);
  poller_free(e->poller);
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
}


/* An exchange is held back no more: its connection is looked at again, if
** libcurl has not seen to that. */
static void let_go (struct engine *e, struct exchange *x)
{
  struct connection *c = connections_find(&e->connections, x->descriptor);
  if (!x->held)
    return;
  e->connections.held--;
  x->held = false;
  if (c == NULL || !c->is_held || c->wanted == 0)
    return;
  c->is_held = false;
  if (!poller_watch(e->poller, x->descriptor, c->wanted))
    e->failure = "the system cannot watch another connection";
}


static void unwatch_pipe (struct engine *e, struct exchange *x)
{
  if (x->watched)
    poller_forget(e->poller, transfer_pipe(x));
  x->watched = false;
}


/* Takes a running exchange out; its end has been noted or follows. */
static void take_out (struct engine *e, struct exchange *x)
{
  bool removed = curl_multi_remove_handle(e->multi, x->easy) == CURLM_OK;
  struct handle *h = transfer_detach(x);
  if (removed)
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


/* Has the connection of an exchange watched from now on, whose reply was there
** at once: it has ended before libcurl had to say what it waits for. */
static void watch_untold (struct engine *e, const struct exchange *x)
{
  int descriptor = transfer_descriptor(x);
  struct connection *c = connections_find(&e->connections, descriptor);
  if (c == NULL || c->is_told)
    return;
  connections_tell(&e->connections, c);
  c->has_answered = true;
  if (!poller_watch(e->poller, descriptor, POLLER_READ)
      || !poller_watch(e->poller, descriptor, 0))
    connections_shut(&e->connections, descriptor);
}


/* Ends an exchange as libcurl says that it ended. */
static void finish (struct engine *e, struct exchange *x, CURLcode code)
{
  enum exchange_end end = ending_of(x, code);
  if (e->connections.untold > 0)
    watch_untold(e, x);
  take_out(e, x);
  exchange_finish(x, end);
  news_add(&e->news, x);
  exchange_release(x);
}


/* Ends all exchanges: it is not known whom a failure of libcurl or the poller
** concerns. A multi handle of libcurl 7.88 that once had no memory for a
** connection's transfers divides by zero when it meets that descriptor again:
** none is used after it has failed. */
static void end_all (struct engine *e)
{
  const char *failure = e->failure;
  while (e->first)
    end_one(e, e->first, "limit", failure);
  free_multi(e);
  connections_clear(&e->connections);
  e->open = 0;
  e->failure = NULL;
  make_multi(e);            /* if it cannot, the next exchange tries again */
}


static bool install (struct engine *e, struct handle *h)
{
  CURL *easy = h->easy;
  h->now = &e->now;
  h->connections = &e->connections;
  h->under_way = &e->first;
  return transfer_install(h)
      && curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
                          on_open) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, e) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION,
                          on_close) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, e) == CURLE_OK;
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
  CURLMcode code;
  struct handle *h;
  if (e->multi == NULL && !make_multi(e)) {
    snprintf(reason, OPTION_REASON, "out of memory");
    return false;
  }
  h = handle_pool_take(&e->idle);
  if (h == NULL)
    h = create_handle(e, reason);
  if (h == NULL)
    return false;
  code = transfer_begin(x, h) ? curl_multi_add_handle(e->multi, h->easy)
                              : CURLM_OUT_OF_MEMORY;
  if (code == CURLM_OK)
    return true;
  snprintf(reason, OPTION_REASON, "%s", curl_multi_strerror(code));
  handle_free(transfer_detach(x));
  return false;
}


/* Begins an exchange again, on a connection of its own: nothing of it was
** sent. */
static void start_elsewhere (struct engine *e, struct exchange *x)
{
  char reason[OPTION_REASON];
  take_out(e, x);
  x->crowded = false;
  x->fresh = true;
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
  if (exchange_is_secure(x))
    e->may_signal = true;
  sigpipe_block(&guard, e->may_signal);
  if (e->open > 0)
    engine_turn(e, 0);
  else
    e->now = process_clock();
  x->news = &e->news;
  add(e, x);
  sigpipe_restore(&guard);
}


/* The connection of an exchange whose time is up: -1 when something has come
** over it of late, or it is not known. */
static int find_silent (struct engine *e, struct exchange *x)
{
  struct connection *c;
  int descriptor = x->descriptor;
  if (descriptor < 0)
    descriptor = connections_at_port(&e->connections, x->port);
  c = connections_find(&e->connections, descriptor);
  return c && e->now - c->heard > (e->now - x->moved) / 2 ? descriptor : -1;
}


/* Shuts the connection of an exchange in which nothing came in time: over
** HTTP/2 libcurl would go on using it. */
static void give_up_silent (struct engine *e, struct exchange *x)
{
  bool expired;
  exchange_lock(x);
  expired = x->expired;
  exchange_unlock(x);
  e->now = process_clock();
  if (expired)
    connections_shut(&e->connections, find_silent(e, x));
}


void engine_stop (struct engine *e, struct exchange *x)
{
  struct sigpipe_guard guard;
  if (x->easy == NULL)
    return;
  sigpipe_block(&guard, e->may_signal);
  give_up_silent(e, x);
  if (ending_is_enough(x))
    finish(e, x, CURLE_OPERATION_TIMEDOUT);
  else
    end_one(e, x, "cancelled", "cancelled");
  sigpipe_restore(&guard);
}


void engine_refuse (struct engine *e, struct exchange *x)
{
  exchange_fail(x, "cancelled", false, "cancelled");
  news_add(&e->news, x);
}


void engine_resume (struct engine *e, struct exchange *x)
{
  struct sigpipe_guard guard;
  CURLcode code;
  if (x->easy == NULL)
    return;
  sigpipe_block(&guard, e->may_signal);
  let_go(e, x);
  code = curl_easy_pause(x->easy, CURLPAUSE_CONT);
  if (code != CURLE_OK)
    finish(e, x, code);
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
    if (x->drain_end != 0 && e->now >= x->drain_end)
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
    x->watched = poller_watch(e->poller, transfer_pipe(x), POLLER_WRITE);
    if (!x->watched)
      finish(e, x, CURLE_OUT_OF_MEMORY);
  }
}


static void finish_done (struct engine *e)
{
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(e->multi, &left)) != NULL) {
    struct exchange *x = exchange_of(message->easy_handle);
    if (message->msg != CURLMSG_DONE)
      continue;
    if (x->crowded)
      start_elsewhere(e, x);
    else
      finish(e, x, message->data.result);
  }
}

/* }====================================================== */


/*
** {======================================================
** A step
** =======================================================
*/

static int to_milliseconds (double seconds)
{
  if (seconds <= 0)
    return 0;
  if (seconds > 1e6)
    return 1000000000;
  return (int)(seconds * 1000) + 1;     /* never wake a little too early */
}


static double sooner (double a, double b)
{
  if (a < 0)
    return b;
  return b < 0 || a < b ? a : b;
}


static bool timer_is_due (const struct engine *e)
{
  return e->timer >= 0 && e->now >= e->timer;
}


/* How long a step may wait, in milliseconds; -1 is for ever. What failed
** between two steps ends all exchanges in the next. */
static int patience (const struct engine *e, double seconds)
{
  double wait = seconds < 0 ? -1.0 : seconds;
  if (e->failure)
    return 0;
  if (e->timer >= 0) {
    double left = e->timer - e->now;
    wait = sooner(wait, left > 0 ? left : 0);
  }
  if (e->draining > 0)
    wait = sooner(wait, DRAIN_SECONDS);
  return wait < 0 ? -1 : to_milliseconds(wait);
}


static int socket_events (int ready)
{
  int events = 0;
  if (ready & POLLER_READ)
    events |= CURL_CSELECT_IN;
  if (ready & POLLER_WRITE)
    events |= CURL_CSELECT_OUT;
  if (ready & POLLER_ERROR)
    events |= CURL_CSELECT_ERR;
  return events;
}


static void run_curl (struct engine *e, curl_socket_t descriptor, int events)
{
  int running;
  CURLMcode code = curl_multi_socket_action(e->multi, descriptor, events,
                                            &running);
  if (code != CURLM_OK)
    e->failure = curl_multi_strerror(code);
}


/* Ends an idle connection over which something came. This goes before libcurl
** acts on any other, when it may begin what waits, and take an idle one: 8.22
** does not look at one that it has looked at within the last second. */
static void look_at_idle (struct engine *e, const struct poller_event *event)
{
  if (event->ready == POLLER_IDLE)
    connections_disturbed(&e->connections, event->descriptor, e->now);
}


static void act_on (struct engine *e, const struct poller_event *event)
{
  struct connection *c = connections_find(&e->connections,
                                          event->descriptor);
  if (e->piping > 0 && resume_pipe(e, event->descriptor))
    return;
  if (c && (event->ready & POLLER_READ)) {
    c->heard = e->now;
    if (!(event->ready & POLLER_ERROR))
      c->has_answered = true;   /* so it was connected */
  }
  if (c && c->is_held)
    poller_watch(e->poller, event->descriptor, 0);
  else if (event->ready != POLLER_IDLE)
    run_curl(e, event->descriptor, socket_events(event->ready));
}


/* Has libcurl do what there is to do. True when there was something. */
static bool act (struct engine *e, const struct poller_event *ready,
                 int count)
{
  struct sigpipe_guard guard;
  int i;
  bool active = count > 0;
  sigpipe_block(&guard, e->may_signal);
  for (i = 0; i < count; i++)
    look_at_idle(e, &ready[i]);
  for (i = 0; i < count && !e->failure; i++)
    act_on(e, &ready[i]);
  if (timer_is_due(e) && !e->failure) {
    e->timer = -1.0;        /* libcurl sets it anew from inside the call */
    run_curl(e, CURL_SOCKET_TIMEOUT, 0);
    active = true;
  }
  finish_done(e);
  if (e->piping > 0)
    watch_pipes(e);
  if (e->failure)
    end_all(e);
  if (e->draining > 0)
    stop_drained(e);
  sigpipe_restore(&guard);
  return active;
}


/* Lets what libcurl wants at once, such as sending what was started, go first;
** never twice, or a timer could keep the descriptors waiting. */
bool engine_turn (struct engine *e, double seconds)
{
  struct poller_event ready[READY_MOST];
  int count = 0;
  e->now = process_clock();
  e->hurried = seconds != 0 && !e->hurried && timer_is_due(e);
  if (!e->hurried) {
    count = poller_wait(e->poller, ready, READY_MOST, patience(e, seconds));
    if (seconds != 0)       /* it may have waited */
      e->now = process_clock();
  }
  return act(e, ready, count);
}


/* Most of what libcurl does, such as sending, is no news: then the step
** goes on, to spare the caller looking for nothing. */
void engine_step (struct engine *e, double seconds)
{
  double end = seconds > 0 ? process_clock() + seconds : 0;
  while (engine_turn(e, seconds) && !news_is_fresh(&e->news) && seconds > 0) {
    double left = end - e->now;
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
  poller_wake(e->poller);
}

/* }====================================================== */
