/*
** The engine's thread. Commands travel in the exchanges themselves: a set
** of bits and a link, so that none can fail for want of memory. All
** workers are known to an exit handler, since a thread that runs on while
** a TLS library takes itself down would crash the process.
*/
#include "worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../system/signal_fd.h"
#include "../system/thread.h"
#include "engine.h"
#include "exchange.h"
#include "memory.h"
#include "process.h"

#define COMMAND_START 1
#define COMMAND_STOP 2
#define COMMAND_RESUME 4
#define COMMAND_DRAIN 8

struct worker {
  struct engine *engine;    /* the thread's */
  pthread_t thread;
  bool joined;
  pthread_mutex_t lock;     /* guards all that follows */
  struct exchange *first, **end;    /* with commands; each is referenced */
  bool quit;
  bool raised;              /* the host has been told and has not looked */
  double alarm;             /* when the host wants to be told; 0: never */
  struct signal_fd news;
  struct worker *next;      /* guarded by all_lock */
};


/*
** {======================================================
** The thread
** =======================================================
*/

static struct exchange *take_commands (struct worker *w, bool *quit)
{
  struct exchange *first;
  pthread_mutex_lock(&w->lock);
  first = w->first;
  w->first = NULL;
  w->end = &w->first;
  *quit = w->quit;
  pthread_mutex_unlock(&w->lock);
  return first;
}


/* Unlinks x from the list it came in, and returns the rest. */
static struct exchange *take_bits (struct worker *w, struct exchange *x,
                                   int *commands)
{
  struct exchange *next;
  pthread_mutex_lock(&w->lock);
  next = x->next_command;
  *commands = x->commands;
  x->next_command = NULL;
  x->commands = 0;
  pthread_mutex_unlock(&w->lock);
  return next;
}


/* Does what an exchange's commands say. One that is stopped before it was
** started never goes out. */
static void obey (struct worker *w, struct exchange *x, int commands)
{
  if (commands & COMMAND_STOP) {
    engine_stop(w->engine, x);
    if (commands & COMMAND_START)
      engine_refuse(w->engine, x);
    return;
  }
  if (commands & COMMAND_START)
    engine_start(w->engine, x);
  if (commands & COMMAND_RESUME)
    engine_resume(w->engine, x);
  if (commands & COMMAND_DRAIN)
    engine_drain(w->engine, x);
}


static void obey_all (struct worker *w, struct exchange *x)
{
  while (x) {
    int commands;
    struct exchange *next = take_bits(w, x, &commands);
    obey(w, x, commands);
    exchange_release(x);
    x = next;
  }
}


/* Makes the descriptor readable. The lock is held. */
static void raise_news (struct worker *w)
{
  if (!w->raised) {
    w->raised = true;
    signal_fd_raise(&w->news);
  }
}


/* Tells the host if there is a reason to. Returns how long the thread may
** wait: negative for ever; not at all when a command has come meanwhile,
** whose wake-up the engine may have taken. */
static double announce (struct worker *w)
{
  bool news = engine_take_news(w->engine);
  double left = -1.0;
  pthread_mutex_lock(&w->lock);
  if (w->alarm != 0) {
    left = w->alarm - process_clock();
    if (left <= 0) {
      w->alarm = 0;
      news = true;
      left = -1.0;
    }
  }
  if (news)
    raise_news(w);
  if (w->first || w->quit)
    left = 0;
  pthread_mutex_unlock(&w->lock);
  return left;
}


static void *run (void *arg)
{
  struct worker *w = arg;
  bool quit;
  for (;;) {
    double patience;
    obey_all(w, take_commands(w, &quit));
    patience = announce(w);
    if (quit) {
      memory_wipe_stack();      /* which another thread may get */
      return NULL;
    }
    engine_turn(w->engine, patience);
    announce(w);
  }
}

/* }====================================================== */


/*
** {======================================================
** All workers of the process
** =======================================================
*/

static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct worker *all;


static void tell_to_quit (struct worker *w)
{
  pthread_mutex_lock(&w->lock);
  w->quit = true;
  pthread_mutex_unlock(&w->lock);
  engine_wake(w->engine);
}


static void join (struct worker *w)
{
  if (w->joined)
    return;
  tell_to_quit(w);
  pthread_join(w->thread, NULL);
  w->joined = true;
}


static void join_all (void)
{
  struct worker *w;
  pthread_mutex_lock(&all_lock);
  for (w = all; w; w = w->next) {
    if (!w->joined && !engine_is_foreign(w->engine))
      tell_to_quit(w);        /* all of them before waiting for any */
  }
  for (w = all; w; w = w->next) {
    if (!engine_is_foreign(w->engine))
      join(w);
  }
  pthread_mutex_unlock(&all_lock);
}


static void register_exit (void)
{
  thread_at_exit(join_all);
}


static void enlist (struct worker *w)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_exit);
  pthread_mutex_lock(&all_lock);
  w->next = all;
  all = w;
  pthread_mutex_unlock(&all_lock);
}


static void delist (const struct worker *w)
{
  struct worker **at;
  pthread_mutex_lock(&all_lock);
  for (at = &all; *at; at = &(*at)->next) {
    if (*at == w) {
      *at = w->next;
      break;
    }
  }
  pthread_mutex_unlock(&all_lock);
}

/* }====================================================== */


/*
** {======================================================
** Birth and death
** =======================================================
*/

struct worker *worker_create (struct engine *e)
{
  int error;
  struct worker *w = calloc(1, sizeof(*w));
  if (w == NULL)
    return NULL;
  w->engine = e;
  w->end = &w->first;
  pthread_mutex_init(&w->lock, NULL);
  if (signal_fd_open(&w->news)) {
    error = thread_start(&w->thread, run, w);
    if (error == 0) {
      enlist(w);
      return w;
    }
    signal_fd_close(&w->news);
    errno = error;
  }
  pthread_mutex_destroy(&w->lock);
  free(w);
  return NULL;
}


void worker_free (struct worker *w)
{
  if (engine_is_foreign(w->engine))
    return;
  delist(w);
  join(w);
  obey_all(w, w->first);    /* what was asked after the thread had left */
  engine_free(w->engine);
  signal_fd_close(&w->news);
  pthread_mutex_destroy(&w->lock);
  free(w);
}

/* }====================================================== */


/*
** {======================================================
** The host's side
** =======================================================
*/

static void command (struct worker *w, struct exchange *x, int bit)
{
  pthread_mutex_lock(&w->lock);
  if (x->commands == 0) {
    exchange_retain(x);
    *w->end = x;
    w->end = &x->next_command;
  }
  x->commands |= bit;
  pthread_mutex_unlock(&w->lock);
  engine_wake(w->engine);
}


void worker_start (struct worker *w, struct exchange *x)
{
  x->shared = true;
  command(w, x, COMMAND_START);
}


void worker_stop (struct worker *w, struct exchange *x)
{
  command(w, x, COMMAND_STOP);
}


void worker_resume (struct worker *w, struct exchange *x)
{
  command(w, x, COMMAND_RESUME);
}


void worker_drain (struct worker *w, struct exchange *x)
{
  command(w, x, COMMAND_DRAIN);
}


void worker_alarm (struct worker *w, double seconds)
{
  double at = process_clock() + seconds;
  bool sooner = false;
  pthread_mutex_lock(&w->lock);
  if (seconds > 0) {
    sooner = w->alarm == 0 || at < w->alarm;
    w->alarm = at;
  }
  else
    raise_news(w);
  pthread_mutex_unlock(&w->lock);
  if (sooner)
    engine_wake(w->engine);
}


int worker_descriptor (const struct worker *w)
{
  return w->news.reader;
}


void worker_wait (struct worker *w, double seconds)
{
  double milliseconds = seconds * 1000;
  if (milliseconds > 1e9)
    milliseconds = 1e9;
  signal_fd_wait(&w->news,
                 seconds < 0 ? -1 : (int)milliseconds + (seconds > 0));
  pthread_mutex_lock(&w->lock);
  if (w->raised) {
    w->raised = false;
    signal_fd_clear(&w->news);
  }
  pthread_mutex_unlock(&w->lock);
}

/* }====================================================== */
