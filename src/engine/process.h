/*
** What belongs to the process, not to an engine: that libcurl is initialised
** once, the clock, and whether the process has been forked.
*/
#ifndef OAI_PROCESS_H
#define OAI_PROCESS_H

#include <stdbool.h>

/* Initialises libcurl, once in a process; false when it refuses. */
bool process_prepare (void);

/* Seconds on a clock that only goes forward. */
double process_clock (void);

/* Another number in a process forked since. */
unsigned process_generation (void);

#endif
