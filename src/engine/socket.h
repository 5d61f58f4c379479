/*
** The two sides of a WebSocket: frames that wait to go out, for libcurl to
** take bytes of, and what comes in, put together to messages by its reader
** (frames.h). Knows no exchange and has no lock: that is its exchange's.
*/
#ifndef OAI_SOCKET_H
#define OAI_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "frames.h"

struct socket {
  /* Shared, under the exchange's lock. */
  struct buffer outgoing;   /* frames */
  long long queued;         /* bytes of frames, from the start */
  bool is_idle;             /* libcurl waits for more of them */
  bool is_wanted;           /* the reader waits for room */
  bool is_closing;          /* a close frame is there: nothing follows */

  /* The engine's alone. */
  bool is_gone;             /* the peer, for libcurl up to 7.88, which does
                               not end what it has not sent all of */

  /* The reader's alone. */
  bool is_over;             /* no more frames are taken */
  struct frames frames;
};

/* For messages up to so many bytes; NULL when there is no memory. */
struct socket *socket_create (size_t ceiling);
void socket_free (struct socket *s);

enum socket_result {
  SOCKET_SENT,
  SOCKET_FULL,              /* libcurl has not taken enough of what waits */
  SOCKET_OVER,              /* nothing can be sent any more, or yet */
  SOCKET_NO_MEMORY
};

/* Queues a frame, masked; of a close frame `code` goes before the bytes,
** unless there is none, and no bytes then. Those are in all no more than a
** control frame may have. One of any size is taken when no other waits, and a
** close frame always. */
enum socket_result socket_queue (struct socket *s, enum frames_kind kind,
                                 int code, const char *bytes, size_t length);

/* Takes bytes that are to be sent; 0 when there are none. */
size_t socket_take (struct socket *s, char *to, size_t size);

/* True, once, when there is room again for a reader who was refused. */
bool socket_has_room (struct socket *s);

/* How many bytes of frames libcurl has taken. */
static inline long long socket_sent (const struct socket *s)
{
  return s->queued - (long long)buffer_length(&s->outgoing);
}

#endif
