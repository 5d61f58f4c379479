/*
** What belongs to the process, not to an engine: that libcurl is initialised
** once, the clock, whether the process has been forked, and its threads.
*/
#ifndef OAI_PROCESS_H
#define OAI_PROCESS_H

#include <pthread.h>
#include <stdbool.h>

/* Initialises libcurl, once in a process; false when it refuses. */
bool process_prepare (void);

/* Seconds on a clock that only goes forward. */
double process_clock (void);

/* Another number in a process forked since. */
unsigned process_generation (void);

/* Starts a thread that takes no signals: they are the host's. An errno, or
** 0. */
int process_start_thread (pthread_t *thread, void *(*run) (void *),
                          void *arg);

#endif
