/*
** An exchange while libcurl has it: what is set on a handle for it, and what
** libcurl's callbacks do with it, which only copy bytes and set flags. The
** handle is the engine's, lent from transfer_begin to transfer_detach; the
** upload is made by the one and freed by the other, and no other memory is
** kept. What goes wrong in a callback is blamed in the exchange, and found by
** ending.h when libcurl has given up. All of it runs on the engine's thread.
*/
#ifndef OAI_TRANSFER_H
#define OAI_TRANSFER_H

#include <stdbool.h>

#include "exchange.h"

struct handle;

/* Once per handle. False when libcurl refuses. */
bool transfer_install (struct handle *h);

/* The pipe or device that the exchange's body goes to, or -1. */
int transfer_pipe (const struct exchange *x);

/* The descriptor of the exchange's connection where it is open still, or
** -1. */
int transfer_descriptor (const struct exchange *x);

/* Points the handle at this exchange; false when there is no memory. */
bool transfer_begin (struct exchange *x, struct handle *h);

/* Lets libcurl go on with what it was held back in. Returns a CURLcode; unless
** it is 0 the transfer has ended by it. */
int transfer_resume (struct exchange *x);

/* Takes the handle off again and returns it. */
struct handle *transfer_detach (struct exchange *x);

#endif
