/*
** Over what an exchange goes: HTTP/1.1 or HTTP/2, a connection that others
** use too, one that was kept, or one of its own; and when it may be held
** back. What versions of libcurl get wrong in this (libcurl.h) is kept out
** of the way here, but for what sharing.h does.
**
** Bytes that nothing in them tells to be cut (SINK_BYTES, SINK_FILE) go over
** HTTP/1.1 unless HTTP/2 is asked for: libcurl 7.88 to 8.22 takes a body of
** HTTP/2 without a length for whole that was broken off without an error.
*/
#ifndef OAI_PROTOCOL_H
#define OAI_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;

/* Sets it on the exchange's handle; false when libcurl refuses. */
bool protocol_set (struct exchange *x);

/* Whether an exchange whose reader is behind may be held back, with so many
** bytes unread; else it must take more. */
bool protocol_may_hold (const struct exchange *x, size_t unread);

#endif
