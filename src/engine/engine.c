/*
** One libcurl multi handle, driven by curl_multi_socket_action: libcurl
** says which descriptors and which time it waits for, the poller waits, and
** each turn costs what happened, not what is open.
*/
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "authority.h"
#include "exchange.h"
#include "handle.h"
#include "news.h"
#include "poller.h"

#define READY_MOST 64       /* descriptors handled in a step */
#define IDLE_MOST 64        /* easy handles kept for reuse */
#define DRAIN_SECONDS 1.0

struct engine {
  CURLM *multi;
  struct poller *poller;
  struct option_set options;
  struct exchange *first;   /* under way */
  int count;
  int draining;
  struct handle *idle;
  int idle_count;
  double timer;             /* when libcurl wants a call; negative: never */
  bool hurried;             /* the last turn did not look at descriptors */
  struct news news;
  bool uses_tls;            /* some URL began with https */
  unsigned generation;      /* of the process that made it */
};

static unsigned generation; /* counts forks on the child's side */


/*
** {======================================================
** The process
** =======================================================
*/

static bool prepared;


static void count_fork (void)
{
  generation++;
}


static void prepare (void)
{
  prepared = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  authority_find();
  pthread_atfork(NULL, NULL, count_fork);
}


bool engine_prepare (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare);
  return prepared;
}


const char *engine_curl_version (void)
{
  return curl_version_info(CURLVERSION_NOW)->version;
}


const char *engine_tls_version (void)
{
  const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return tls ? tls : "";
}


double engine_clock (void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}


bool engine_is_foreign (const struct engine *e)
{
  return e->generation != generation;
}

/* }====================================================== */


/*
** {======================================================
** What libcurl waits for. These run inside libcurl.
** =======================================================
*/

static int on_socket (CURL *easy, curl_socket_t descriptor, int what,
                      void *arg, void *unused)
{
  static const int wanted[] = {
    0, POLLER_READ, POLLER_WRITE, POLLER_READ | POLLER_WRITE
  };
  struct engine *e = arg;
  (void)easy;
  (void)unused;
  poller_watch(e->poller, descriptor,
               what == CURL_POLL_REMOVE ? 0 : wanted[what & 3]);
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
  poller_adopt(e->poller, descriptor);
  return descriptor;
}


static int on_close (void *arg, curl_socket_t descriptor)
{
  struct engine *e = arg;
  poller_forget(e->poller, descriptor);
  return close(descriptor);
}


static int on_timer (CURLM *multi, long milliseconds, void *arg)
{
  struct engine *e = arg;
  (void)multi;
  e->timer = milliseconds < 0 ? -1.0
                              : engine_clock() + (double)milliseconds / 1000;
  return 0;
}

/* }====================================================== */


/*
** {======================================================
** Handles that wait for their next exchange
** =======================================================
*/

static struct handle *create_handle (struct engine *e)
{
  struct handle *h = handle_create(&e->options);
  if (h == NULL)
    return NULL;
  exchange_install(h);
  curl_easy_setopt(h->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  curl_easy_setopt(h->easy, CURLOPT_OPENSOCKETDATA, e);
  curl_easy_setopt(h->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
  curl_easy_setopt(h->easy, CURLOPT_CLOSESOCKETDATA, e);
  return h;
}


static struct handle *take_idle (struct engine *e)
{
  struct handle *h = e->idle;
  e->idle = h->next;
  e->idle_count--;
  return h;
}


static void give_idle (struct engine *e, struct handle *h)
{
  if (e->idle_count == IDLE_MOST) {
    handle_free(h);
    return;
  }
  h->next = e->idle;
  e->idle = h;
  e->idle_count++;
}


/* }====================================================== */


/*
** {======================================================
** Birth and death
** =======================================================
*/

static void set_up_multi (struct engine *e)
{
  curl_multi_setopt(e->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(e->multi, CURLMOPT_SOCKETDATA, e);
  curl_multi_setopt(e->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(e->multi, CURLMOPT_TIMERDATA, e);
  curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
}


struct engine *engine_create (struct option_set *options)
{
  struct engine *e = calloc(1, sizeof(*e));
  if (e == NULL)
    return NULL;
  e->timer = -1.0;
  news_open(&e->news);
  e->generation = generation;
  e->poller = poller_create();
  e->multi = curl_multi_init();
  if (e->poller && e->multi) {
    set_up_multi(e);
    e->options = *options;
    memset(options, 0, sizeof(*options));
    return e;
  }
  if (e->poller)
    poller_free(e->poller);
  curl_multi_cleanup(e->multi);
  news_close(&e->news);
  free(e);
  return NULL;
}


void engine_free (struct engine *e)
{
  if (engine_is_foreign(e))
    return;
  while (e->first)
    engine_stop(e, e->first);
  while (e->idle)
    handle_free(take_idle(e));
  curl_multi_cleanup(e->multi);
  poller_free(e->poller);
  option_set_clear(&e->options);
  news_close(&e->news);
  free(e);
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


/* Takes a running exchange out; its end has been noted or follows. */
static void take_out (struct engine *e, struct exchange *x)
{
  curl_multi_remove_handle(e->multi, x->easy);
  give_idle(e, exchange_detach(x));
  delist(e, x);
  if (x->drain_end != 0)
    e->draining--;
}


static bool add_handle (struct engine *e, struct exchange *x)
{
  struct handle *h = e->idle ? take_idle(e) : create_handle(e);
  if (h == NULL)
    return false;
  if (exchange_begin(x, h)
      && curl_multi_add_handle(e->multi, h->easy) == CURLM_OK)
    return true;
  handle_free(exchange_detach(x));
  return false;
}


/* libcurl looks for a connection before it sees that a drained exchange
** has ended and left its own. */
void engine_start (struct engine *e, struct exchange *x)
{
  if (e->draining > 0)
    engine_step(e, 0);
  x->news = &e->news;
  if (exchange_is_secure(x))
    e->uses_tls = true;
  if (!add_handle(e, x)) {
    exchange_fail(x, "connection", false, "out of memory");
    news_add(&e->news, x);
    return;
  }
  exchange_retain(x);
  enlist(e, x);
}


void engine_stop (struct engine *e, struct exchange *x)
{
  if (x->easy == NULL)
    return;
  take_out(e, x);
  exchange_fail(x, "cancelled", false, "cancelled");
  news_add(&e->news, x);
  exchange_release(x);
}


void engine_refuse (struct engine *e, struct exchange *x)
{
  exchange_fail(x, "cancelled", false, "cancelled");
  news_add(&e->news, x);
}


void engine_resume (struct engine *e, struct exchange *x)
{
  (void)e;
  if (x->easy)
    curl_easy_pause(x->easy, CURLPAUSE_CONT);
}


void engine_drain (struct engine *e, struct exchange *x)
{
  if (x->easy == NULL || x->drain_end != 0)
    return;
  x->drain_end = engine_clock() + DRAIN_SECONDS;
  e->draining++;
  engine_resume(e, x);
}


static void stop_drained (struct engine *e)
{
  double now = engine_clock();
  struct exchange *x = e->first, *next;
  for (; x; x = next) {
    next = x->next;
    if (x->drain_end != 0 && now >= x->drain_end)
      engine_stop(e, x);
  }
}


static void finish (struct engine *e, CURL *easy, CURLcode code)
{
  struct handle *h = NULL;
  struct exchange *x;
  enum exchange_end end;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&h);
  x = h->exchange;
  end = exchange_conclude(x, code);
  take_out(e, x);
  exchange_finish(x, end);
  news_add(&e->news, x);
  exchange_release(x);
}


static void finish_done (struct engine *e)
{
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(e->multi, &left)) != NULL) {
    if (message->msg == CURLMSG_DONE)
      finish(e, message->easy_handle, message->data.result);
  }
}

/* }====================================================== */


/*
** {======================================================
** A step
** =======================================================
*/

/*
** With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and a TLS library may
** write to a connection that the server has reset. The signal is blocked
** while libcurl runs, and one that came is taken away.
*/
struct pipe_guard {
  bool active;
  sigset_t before;
};


static void guard_begin (const struct engine *e, struct pipe_guard *guard)
{
  sigset_t pipe;
  guard->active = e->uses_tls;
  if (!guard->active)
    return;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
}


static void guard_end (const struct pipe_guard *guard)
{
  sigset_t pending;
  if (!guard->active || sigismember(&guard->before, SIGPIPE))
    return;
  sigpending(&pending);
  if (sigismember(&pending, SIGPIPE)) {
    int number;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigwait(&pipe, &number);
  }
  pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}


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
  return e->timer >= 0 && engine_clock() >= e->timer;
}


/* How long a step may wait, in milliseconds; -1 is for ever. */
static int patience (const struct engine *e, double seconds)
{
  double wait = seconds < 0 ? -1.0 : seconds;
  if (e->timer >= 0) {
    double left = e->timer - engine_clock();
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


/* True when libcurl had something to do. */
static bool act (struct engine *e, const struct poller_event *ready,
                 int count)
{
  struct pipe_guard guard;
  int i, running;
  bool active = count > 0;
  guard_begin(e, &guard);
  for (i = 0; i < count; i++)
    curl_multi_socket_action(e->multi, ready[i].descriptor,
                             socket_events(ready[i].ready), &running);
  if (timer_is_due(e)) {
    e->timer = -1.0;        /* libcurl sets it anew from inside the call */
    curl_multi_socket_action(e->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    active = true;
  }
  finish_done(e);
  if (e->draining > 0)
    stop_drained(e);
  guard_end(&guard);
  return active;
}


/* What libcurl wants at once, such as sending what was started, goes first;
** never twice, or a timer could keep the descriptors waiting. */
bool engine_turn (struct engine *e, double seconds)
{
  struct poller_event ready[READY_MOST];
  int count = 0;
  e->hurried = seconds != 0 && !e->hurried && timer_is_due(e);
  if (!e->hurried)
    count = poller_wait(e->poller, ready, READY_MOST, patience(e, seconds));
  return act(e, ready, count);
}


/* Most of what libcurl does, such as sending, is no news: then the step
** goes on, to spare the caller looking for nothing. */
int engine_step (struct engine *e, double seconds)
{
  double end = seconds > 0 ? engine_clock() + seconds : 0;
  while (engine_turn(e, seconds) && !news_is_fresh(&e->news) && seconds > 0) {
    double left = end - engine_clock();
    seconds = left > 0 ? left : 0;
  }
  return e->count;
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
