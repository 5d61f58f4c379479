/*
** An engine on a thread of its own, for hosts that own their loop: the
** host's thread hands over commands, and reads exchanges, under short
** locks. One descriptor becomes readable when there is something to read.
*/
#ifndef OAI_WORKER_H
#define OAI_WORKER_H

struct worker;
struct engine;
struct exchange;

/* Takes the engine over, unless it answers NULL (errno says why). */
struct worker *worker_create (struct engine *e);

/* Stops the thread, waits for it, and frees the engine. In a process
** forked since it leaves everything alone. */
void worker_free (struct worker *w);

/* As the engine's functions of these names, carried out by the thread
** soon after. */
void worker_start (struct worker *w, struct exchange *x);
void worker_stop (struct worker *w, struct exchange *x);
void worker_resume (struct worker *w, struct exchange *x);
void worker_drain (struct worker *w, struct exchange *x);

/* Makes the descriptor readable after so many seconds, in place of the time
** that was set before. 0: now, and what was set stays. */
void worker_alarm (struct worker *w, double seconds);

/* Readable while there is news. The worker's: not to be closed or read. */
int worker_descriptor (const struct worker *w);

/* Waits at most so long (negative: for ever) for news, and takes it: the
** descriptor is not readable afterwards until there is more. A signal ends
** the wait. */
void worker_wait (struct worker *w, double seconds);

#endif
