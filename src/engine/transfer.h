/*
** An exchange while libcurl has it: what is set on a handle for it, what
** libcurl's callbacks do with it, and what its end means. The callbacks only
** copy bytes and set flags; they run on the engine's thread. None may refuse
** a descriptor: libcurl would end everything and tell nobody, so it is noted,
** and the engine ends what is under way with the reason.
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

/* Takes the handle off again and returns it. */
struct handle *transfer_detach (struct exchange *x);

/* Notes what libcurl says of its end (a CURLcode), before transfer_detach.
** Returns which end it is, for exchange_finish. */
enum exchange_end transfer_conclude (struct exchange *x, int code);

/* Whether its time is up, and what has come is a reply all the same. */
bool transfer_expire (struct exchange *x);

#endif
