/*
** The exchanges that one libcurl multi handle transfers: started, stopped,
** held back, drained, ended. It owns that handle with its connections, the
** easy handles that are idle and the options, and has a reference to each
** exchange from its start to its end. Once it is made no call fails by itself:
** what cannot begin or go on is the end of the exchanges concerned. Runs on
** one thread at a time: the caller's when it is stepped, a worker's (worker.h)
** from birth to death otherwise.
*/
#ifndef OAI_ENGINE_H
#define OAI_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "option.h"

struct engine;
struct exchange;

/* Takes over the values of `options` (which is then empty). NULL when
** there is no memory or the system refuses: see errno. */
struct engine *engine_create (struct option_set *options);

/* Every exchange under way ends as cancelled. In a process forked after
** engine_create it leaves everything alone: the connections are the
** parent's. */
void engine_free (struct engine *e);

/* True in a process forked after engine_create: it must not be used. */
bool engine_is_foreign (const struct engine *e);

/* Holds a reference to the exchange until it ends. When it cannot be
** started it has failed at once. */
void engine_start (struct engine *e, struct exchange *x);

/* Ends it as cancelled, now; harmless when it is not under way here. */
void engine_stop (struct engine *e, struct exchange *x);

/* Ends an exchange that was never started as cancelled. */
void engine_refuse (struct engine *e, struct exchange *x);

/* Lets libcurl go on with what it held back (exchange_take says when). What a
** socket has to send is written before it returns, as far as the system takes
** it. */
void engine_resume (struct engine *e, struct exchange *x);

/* Stops it if it does not end within a second; exchange_discard has been
** called. What ends by itself leaves a connection that can be used again; a
** call that comes before that opens another one. */
void engine_drain (struct engine *e, struct exchange *x);

/* Waits once, at most so long (negative: for ever), for something to do,
** and does it. A signal or engine_wake ends the wait. False when there was
** nothing. */
bool engine_turn (struct engine *e, double seconds);

/* Makes turns until there is news or the time is over. */
void engine_step (struct engine *e, double seconds);

/* True when a reader has got something to see since the last call. */
bool engine_take_news (struct engine *e);

/* Takes at most `most` of the exchanges that have something for their
** reader, and writes their ids. From the readers' thread. */
size_t engine_ready (struct engine *e, unsigned long long *ids, size_t most);

/* Nobody reads the exchange any more: it is not news again. From the
** readers' thread. */
void engine_forget (struct engine *e, struct exchange *x);

/* Ends a wait in engine_step early. From any thread. */
void engine_wake (struct engine *e);

#endif
