/*
** What threads have to do with the rest of a process: its signals, its forks,
** and its end; and how exactly they sleep. Locks and threads are pthread's on
** all systems.
*/
#ifndef OAI_THREAD_H
#define OAI_THREAD_H

#include <pthread.h>
#include <stdlib.h>

#if defined(_WIN32)

#define THREAD_NAPS 0       /* a sleep has 16 ms at the least, mostly */

/* No process is forked here. */
static inline void thread_at_fork (void (*in_child) (void))
{
  (void)in_child;
}


/* Nothing is called: when a process ends, its other threads have ended before
** the library hears of it. */
static inline void thread_at_exit (void (*last) (void))
{
  (void)last;
}


static inline int thread_start (pthread_t *thread, void *(*run) (void *),
                                void *arg)
{
  return pthread_create(thread, NULL, run, arg);
}

#else
#include <signal.h>

#define THREAD_NAPS 1       /* a part of a millisecond can be slept */


/* Has a function called in each process that is forked from this one. */
static inline void thread_at_fork (void (*in_child) (void))
{
  pthread_atfork(NULL, NULL, in_child);
}


/* Has a function called when the process ends, while its threads run on. */
static inline void thread_at_exit (void (*last) (void))
{
  atexit(last);
}


/* Starts a thread that takes no signals: they are the host's. An errno, or
** 0. */
static inline int thread_start (pthread_t *thread, void *(*run) (void *),
                                void *arg)
{
  sigset_t every, before;
  int error;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  error = pthread_create(thread, NULL, run, arg);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return error;
}

#endif

#endif
