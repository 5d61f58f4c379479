/*
** The two sides of a WebSocket: what waits to go out.
*/
#include "socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "process.h"

#define ROOM_KEPT ((size_t)64 * 1024)   /* while there is nothing to send */


struct socket *socket_create (size_t ceiling)
{
  struct socket *s = calloc(1, sizeof(*s));
  if (s == NULL)
    return NULL;
  s->outgoing.ceiling = BODY_CEILING;
  frames_init(&s->frames, ceiling);
  return s;
}


void socket_free (struct socket *s)
{
  buffer_free(&s->outgoing);
  frames_free(&s->frames);
  free(s);
}


/* Where the system has no random bytes, the time is what few know. */
static void draw_mask (unsigned char mask[4])
{
  double now;
  if (getentropy(mask, 4) == 0)
    return;
  now = process_clock();
  memcpy(mask, &now, 4);
}


/* Puts a frame behind those that wait, or leaves them as they were. */
static bool append (struct socket *s, enum frames_kind kind, const char *code,
                    size_t code_length, const char *bytes, size_t length)
{
  unsigned char mask[4], head[FRAMES_HEAD_MOST];
  struct buffer *out = &s->outgoing;
  size_t content = code_length + length, size, before = buffer_length(out);
  draw_mask(mask);
  size = frames_head(head, kind, content, mask);
  if (buffer_append(out, head, size) != BUFFER_OK
      || buffer_append(out, code, code_length) != BUFFER_OK
      || buffer_append(out, bytes, length) != BUFFER_OK) {
    out->end = out->start + before;
    return false;
  }
  frames_mask(out->bytes + out->end - content, content, mask);
  s->queued += (long long)(size + content);
  return true;
}


enum socket_result socket_queue (struct socket *s, enum frames_kind kind,
                                 int code, const char *bytes, size_t length)
{
  char text[2];
  bool is_close = kind == FRAMES_CLOSE;
  size_t waiting = buffer_length(&s->outgoing);
  if (s->is_closing)
    return SOCKET_OVER;
  s->is_wanted = !is_close && waiting > 0
              && waiting + length > SOCKET_CEILING;
  if (s->is_wanted)
    return SOCKET_FULL;
  text[0] = (char)(code >> 8);
  text[1] = (char)code;
  if (!append(s, kind, text, is_close && code != FRAMES_NO_CODE ? 2 : 0,
              bytes, length))
    return SOCKET_NO_MEMORY;
  s->is_closing = is_close;
  return SOCKET_SENT;
}


/* Gives the memory back of what was long. */
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


bool socket_has_room (struct socket *s)
{
  bool news = s->is_wanted
           && buffer_length(&s->outgoing) <= SOCKET_CEILING / 2;
  if (news)
    s->is_wanted = false;
  return news;
}
