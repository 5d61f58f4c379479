/*
** What the end of a transfer means for its exchange: whether it is a reply,
** and if it is none, of what kind the failure is and whether another attempt
** may do better. A download is given its name here, which may fail too. It is
** asked while the exchange still has its handle, on the engine's thread.
*/
#ifndef OAI_ENDING_H
#define OAI_ENDING_H

#include <stdbool.h>

#include "exchange.h"

/* Notes what libcurl says of an end (a CURLcode). Returns which end it is, for
** exchange_finish. */
enum exchange_end ending_of (struct exchange *x, int code);

/* Whether nothing goes any more over the connection that it had. Libcurl may
** keep it: 8.22 begins others on one that it has looked at within a second. */
bool ending_breaks_connection (const struct exchange *x, int code);

/* Whether its time is up, and what has come is a reply all the same. */
bool ending_is_enough (struct exchange *x);

#endif
