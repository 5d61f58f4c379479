/*
** The pieces of one turn of a multi handle: it waits, then acts on what has
** come, in this order; between them its owner may look after descriptors of
** its own. A turn takes no memory. What fails in it is noted in the multi
** handle.
*/
#ifndef OAI_TURN_H
#define OAI_TURN_H

#include <stdbool.h>

#include "../system/poller.h"

struct multi;

#define TURN_MOST 128       /* descriptors handled in one */

/* Waits at most so long (negative: for ever) for a descriptor or for the time
** that libcurl has asked for; writes at most TURN_MOST events, and returns how
** many. Lets what libcurl wants at once, such as sending what was started, go
** first, without a look at the descriptors; never twice, or a timer could keep
** them waiting. */
int turn_wait (struct multi *m, struct poller_event *ready, double seconds);

/* Ends each idle connection over which something came. This goes before
** libcurl acts on any other, when it may begin what waits, and take an idle
** one: 8.22 does not look at one that it has looked at within the last
** second. */
void turn_look_at_idle (struct multi *m, const struct poller_event *ready,
                        int count);

/* Has libcurl do what there is to do about a descriptor, unless its exchange
** waits for its reader. */
void turn_act (struct multi *m, const struct poller_event *event);

/* Has libcurl do what is due. False when nothing was. */
bool turn_act_in_time (struct multi *m);

#endif
