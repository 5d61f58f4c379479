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

#define SOCKET_MASKS 16      /* are asked for at once */

/* Starts as all zero bytes, and two ceilings. */
struct socket {
  /* Shared, under the exchange's lock. */
  struct buffer outgoing;   /* frames */
  bool is_idle;             /* libcurl waits for more of them */
  bool is_closing;          /* a close frame is there: nothing follows */

  /* The engine's alone. */
  bool is_gone;             /* the peer, or there will be no socket: libcurl
                               ends nothing that it has not sent all of */

  /* The reader's alone. */
  bool is_over;             /* no more frames are taken */
  long long queued;         /* bytes of frames, from the start */
  struct frames frames;
  int masks_left;
  unsigned char masks[SOCKET_MASKS][4];
};

enum socket_result {
  SOCKET_FULL,              /* libcurl has not taken enough of what waits; or
                               it is too long, for its kind or for memory */
  SOCKET_OVER,              /* nothing can be sent any more, or yet */
  SOCKET_NO_TEXT,           /* it is not UTF-8 */
  SOCKET_SENT,
  SOCKET_RESUME             /* so it was, and libcurl must be told to go on */
};

/* Queues a frame, masked; of a close frame `code` goes before the bytes,
** unless there is none, and no bytes then. One of any size is taken when no
** other waits, and a close frame always. */
enum socket_result socket_queue (struct socket *s, enum frames_kind kind,
                                 int code, const char *bytes, size_t length);

/* Takes bytes that are to be sent; 0 when there are none. */
size_t socket_take (struct socket *s, char *to, size_t size);

#endif
