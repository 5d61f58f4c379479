/*
** Bytes of a body to where the sink says. The file is written without the
** lock: a slow disk must not keep the reader waiting.
*/
#include "body.h"

#include <errno.h>

#include "connection.h"
#include "download.h"
#include "exchange.h"
#include "handle.h"
#include "header.h"
#include "libcurl.h"
#include "news.h"
#include "protocol.h"

#define HEAD_SIZE 4096      /* of a file that is judged */


/*
** {======================================================
** Holding it back
** =======================================================
*/

/* Has the connection of an exchange that is held back left alone from here on,
** where libcurl would not see to it, unless others use that too. */
static void leave_alone (struct exchange *x)
{
  struct connection *c = connections_find(x->handle->connections,
                                          x->descriptor);
  if (c && !x->is_http2 && libcurl_has(LIBCURL_READS_WHEN_HELD))
    c->is_held = true;
}


static enum body_result hold (struct exchange *x)
{
  x->held = true;
  x->handle->connections->held++;
  leave_alone(x);
  return BODY_HELD;
}


static enum body_result pause (struct exchange *x)
{
  x->paused = true;
  return hold(x);
}

/* }====================================================== */


/* Notes that something of it moves. The lock is held. */
static void note_movement (struct exchange *x)
{
  x->moved = *x->handle->now;
}


/* Keeps bytes, and tells the reader of a stream; any other waits for the
** end. */
static enum body_result keep (struct exchange *x, const char *bytes,
                              size_t length)
{
  enum buffer_result result = buffer_append(&x->incoming, bytes, length);
  if (result != BUFFER_OK) {
    exchange_blame_room(x, result, "the reply's body is larger than "
                                   "max_reply_bytes");
    return BODY_REFUSED;
  }
  x->received += (long long)length;
  if (x->sink == SINK_STREAM)
    news_add(x->news, x);
  return BODY_TAKEN;
}


/* Whether a first byte may be a page's, of markup or JSON, in ASCII or behind
** a byte order mark. */
static bool begins_text (char first)
{
  return (unsigned char)(first - 1) < 0x7F || first == '\xEF';
}


/* Notes that bytes are in the file, and keeps the first of what is judged. */
static enum body_result note_written (struct exchange *x, const char *bytes,
                                      size_t length)
{
  if (x->received == 0 && !begins_text(*bytes))
    x->judged = false;
  if (x->judged && x->received < HEAD_SIZE)
    return keep(x, bytes, length);
  x->received += (long long)length;
  return BODY_TAKEN;
}


static enum body_result write_file (struct exchange *x, const char *bytes,
                                    size_t length)
{
  enum download_result result = download_write(x->download, bytes, length);
  enum body_result taken = BODY_REFUSED;
  int error = errno;
  if (result == DOWNLOAD_LATER)
    return hold(x);
  exchange_lock(x);
  note_movement(x);
  if (result == DOWNLOAD_WRITTEN)
    taken = note_written(x, bytes, length);
  else
    exchange_blame_file(x, error);
  exchange_unlock(x);
  return taken;
}


/* Keeps the beginning of an error's body, where what it says is. What has come
** then is the reply. */
static enum body_result keep_error (struct exchange *x, const char *bytes,
                                    size_t length)
{
  size_t left = x->error_ceiling - (size_t)x->received;
  if (length <= left)
    return keep(x, bytes, length);
  if (keep(x, bytes, left) == BODY_TAKEN)
    x->cut = true;
  return BODY_REFUSED;
}


static enum body_result take_bytes (struct exchange *x, const char *bytes,
                                    size_t length)
{
  note_movement(x);
  if (x->draining)
    return BODY_TAKEN;
  if (x->sink == SINK_STREAM
      && protocol_may_hold(x, buffer_length(&x->incoming)))
    return pause(x);
  if (!header_is_success(x->status) && x->status != STATUS_SOCKET)
    return keep_error(x, bytes, length);
  return keep(x, bytes, length);
}


enum body_result body_take (struct exchange *x, const char *bytes,
                            size_t length)
{
  enum body_result result;
  if (x->sink == SINK_FILE && header_is_success(x->status))
    return write_file(x, bytes, length);
  exchange_lock(x);
  result = take_bytes(x, bytes, length);
  exchange_unlock(x);
  return result;
}
