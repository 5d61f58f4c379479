/*
** The two sides of a WebSocket: what waits to go out.
*/
#include "socket.h"

#include <string.h>

#include "../system/random.h"
#include "utf8.h"

#define ROOM_KEPT ((size_t)64 * 1024)   /* while there is nothing to send */


/* A mask that nobody can know before: the system is asked for many at
** once. NULL: it gives none. */
static const unsigned char *next_mask (struct socket *s)
{
  if (s->masks_left == 0 && !random_fill(s->masks, sizeof(s->masks)))
    return NULL;
  s->masks_left = (s->masks_left ? s->masks_left : SOCKET_MASKS) - 1;
  return s->masks[s->masks_left];
}


enum socket_result socket_queue (struct socket *s, enum frames_kind kind,
                                 int code, const char *bytes, size_t length)
{
  struct buffer *out = &s->outgoing;
  bool is_close = kind == FRAMES_CLOSE;
  size_t waiting = buffer_length(out);
  const unsigned char *mask;
  if (s->is_closing)
    return SOCKET_OVER;
  if ((is_close || kind == FRAMES_TEXT) && utf8_fault(bytes, length))
    return SOCKET_NO_TEXT;
  if ((!is_close && waiting > 0 && waiting + length > SOCKET_CEILING)
      || (kind >= FRAMES_CLOSE && length > FRAMES_CONTROL_MOST - 2)
      || (mask = next_mask(s)) == NULL
      || !frames_put(out, kind, code, bytes, length, mask))
    return SOCKET_FULL;
  s->queued += (long long)(buffer_length(out) - waiting);
  s->is_closing = is_close;
  if (!s->is_idle)
    return SOCKET_SENT;
  s->is_idle = false;
  return SOCKET_RESUME;
}


size_t socket_take (struct socket *s, char *to, size_t size)
{
  struct buffer *out = &s->outgoing;
  size_t waiting = buffer_length(out);
  if (size > waiting)
    size = waiting;
  s->is_idle = size == 0;
  if (size > 0)
    memcpy(to, buffer_bytes(out), size);
  buffer_consume(out, size);
  if (size == waiting && out->capacity > ROOM_KEPT)
    buffer_free(out);
  return size;
}
