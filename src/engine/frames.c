/*
** WebSocket frames, as frames.h says. A message that lies whole in the input
** is handed out where it is; what comes in pieces is put together.
*/
#include "frames.h"

#include <string.h>

#include "utf8.h"

#define LAST 0x80           /* in the first byte of a head */
#define RESERVED 0x70
#define MASKED 0x80         /* in the second one */
#define LENGTH_16 126
#define LENGTH_64 127


void frames_init (struct frames *f, size_t ceiling)
{
  memset(f, 0, sizeof(*f));
  f->message.ceiling = ceiling;
}


void frames_free (struct frames *f)
{
  buffer_free(&f->message);
}


static enum frames_result broken (struct frames *f, int code,
                                  const char *trouble)
{
  f->code = code;
  f->trouble = trouble;
  return FRAMES_BROKEN;
}


static enum frames_result misled (struct frames *f, const char *trouble)
{
  return broken(f, 1002, trouble);
}


static bool is_control (const struct frames *f)
{
  return (f->head[0] & FRAMES_CLOSE) != 0;
}


/*
** {======================================================
** Heads
** =======================================================
*/

/* How long the head is, by its first two bytes. */
static size_t head_size (const struct frames *f)
{
  int length = f->head[1];
  return length < LENGTH_16 ? 2 : length == LENGTH_16 ? 4 : 10;
}


/* What is wrong with the first two bytes of a head, or NULL. */
static const char *find_trouble (const struct frames *f)
{
  int kind = f->head[0] & 0x0F;
  if (f->head[0] & RESERVED)
    return "a reserved bit is set";
  if (f->head[1] & MASKED)
    return "a frame is masked";
  if (kind > FRAMES_PONG || (kind > FRAMES_BINARY && kind < FRAMES_CLOSE))
    return "a frame of no known kind";
  if (is_control(f))
    return (f->head[0] & LAST) && f->head[1] <= FRAMES_CONTROL_MOST
           ? NULL : "a control frame is long, or in pieces";
  if ((kind == FRAMES_CONTINUATION) != (f->kind != FRAMES_CONTINUATION))
    return "a message's pieces are not in order";
  return NULL;
}


/* Takes in how long the content is. */
static enum frames_result open_frame (struct frames *f)
{
  size_t i, size = head_size(f);
  uint64_t length = size == 2 ? f->head[1] : 0;
  for (i = 2; i < size; i++)
    length = length << 8 | f->head[i];
  if ((size == 4 && length < LENGTH_16)
      || (size == 10 && (length <= 0xFFFF || length >> 63)))
    return misled(f, "a length is not written as it must be");
  if (!is_control(f)
      && length > f->message.ceiling - buffer_length(&f->message))
    return broken(f, 1009, "a message is larger than max_event_bytes");
  if (f->head[0] & 0x0F && !is_control(f))
    f->kind = (enum frames_kind)(f->head[0] & 0x0F);
  f->left = length;
  f->control_length = 0;
  f->is_open = true;
  return FRAMES_MORE;
}


/* Takes one more byte of a head. */
static enum frames_result take_head (struct frames *f, char byte)
{
  const char *trouble;
  f->head[f->head_length++] = (unsigned char)byte;
  if (f->head_length == 2 && (trouble = find_trouble(f)) != NULL)
    return misled(f, trouble);
  if (f->head_length < 2 || f->head_length < head_size(f))
    return FRAMES_MORE;
  return open_frame(f);
}

/* }====================================================== */


/*
** {======================================================
** Content
** =======================================================
*/

static enum frames_result deliver (struct frames *f, enum frames_kind kind,
                                   const char *bytes, size_t length,
                                   struct frames_message *message)
{
  if ((kind == FRAMES_TEXT || kind == FRAMES_CLOSE)
      && utf8_fault(bytes, length))
    return broken(f, 1007, "a text is not UTF-8");
  message->kind = kind;
  message->bytes = bytes;
  message->length = length;
  return FRAMES_MESSAGE;
}


/* Codes that may be sent: of the standard, its registry, and programs. */
static bool is_code (int code)
{
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006))
      || (code >= 3000 && code <= 4999);
}


static enum frames_result end_close (struct frames *f,
                                     struct frames_message *message)
{
  const unsigned char *code = (const unsigned char *)f->control;
  message->code = FRAMES_NO_CODE;
  if (f->control_length == 0)
    return deliver(f, FRAMES_CLOSE, "", 0, message);
  message->code = code[0] << 8 | code[1];
  if (f->control_length == 1 || !is_code(message->code))
    return misled(f, "a close frame has no code that may be sent");
  return deliver(f, FRAMES_CLOSE, f->control + 2, f->control_length - 2u,
                 message);
}


static enum frames_result end_control (struct frames *f,
                                       struct frames_message *message)
{
  enum frames_kind kind = (enum frames_kind)(f->head[0] & 0x0F);
  return kind == FRAMES_CLOSE
         ? end_close(f, message)
         : deliver(f, kind, f->control, f->control_length, message);
}


/* The last frame of a message is complete: it is in the input, or kept. */
static enum frames_result end_message (struct frames *f, const char *bytes,
                                       size_t length,
                                       struct frames_message *message)
{
  enum frames_kind kind = f->kind;
  f->kind = FRAMES_CONTINUATION;
  if (buffer_length(&f->message) > 0) {
    f->delivered = true;
    bytes = buffer_bytes(&f->message);
    length = buffer_length(&f->message);
  }
  return deliver(f, kind, bytes, length, message);
}


/* Keeps content until there is more, but for a message that is all here. */
static enum frames_result keep (struct frames *f, const char *bytes,
                                size_t length)
{
  if (is_control(f)) {
    memcpy(f->control + f->control_length, bytes, length);
    f->control_length = (unsigned char)(f->control_length + length);
  }
  else if (!(f->head[0] & LAST) || length < f->left
           || buffer_length(&f->message) > 0) {
    if (buffer_append(&f->message, bytes, length) != BUFFER_OK)
      return broken(f, 1011, "out of memory for a message");
  }
  return FRAMES_MORE;
}


/* Takes what there is of a frame's content, which may be nothing. */
static enum frames_result take_content (struct frames *f, const char *bytes,
                                        size_t length,
                                        struct frames_message *message)
{
  enum frames_result result = keep(f, bytes, length);
  f->left -= length;
  if (result != FRAMES_MORE || f->left > 0)
    return result;
  f->is_open = false;
  f->head_length = 0;
  if (is_control(f))
    return end_control(f, message);
  return f->head[0] & LAST ? end_message(f, bytes, length, message)
                           : FRAMES_MORE;
}

/* }====================================================== */


/* Forgets the message handed out by the call before this one. */
static void begin (struct frames *f)
{
  if (f->delivered)
    buffer_free(&f->message);
  f->delivered = false;
}


enum frames_result frames_next (struct frames *f, const char *bytes,
                                size_t length, size_t *used,
                                struct frames_message *message)
{
  size_t i = 0;
  enum frames_result result = FRAMES_MORE;
  begin(f);
  while (i < length && result == FRAMES_MORE) {
    if (!f->is_open)
      result = take_head(f, bytes[i++]);
    if (result == FRAMES_MORE && f->is_open) {
      size_t n = f->left < length - i ? (size_t)f->left : length - i;
      result = take_content(f, bytes + i, n, message);
      i += n;
    }
  }
  *used = i;
  return result;
}


size_t frames_head (unsigned char head[FRAMES_HEAD_MOST],
                    enum frames_kind kind, size_t length,
                    const unsigned char mask[4])
{
  size_t at = 2;
  int shift = length < LENGTH_16 ? 0 : length <= 0xFFFF ? 16 : 64;
  head[0] = (unsigned char)(LAST | kind);
  head[1] = (unsigned char)(MASKED | (shift == 0 ? length : shift == 16
                                      ? LENGTH_16 : LENGTH_64));
  while ((shift -= 8) >= 0)
    head[at++] = (unsigned char)((uint64_t)length >> shift);
  memcpy(head + at, mask, 4);
  return at + 4;
}


void frames_mask (char *bytes, size_t length, const unsigned char mask[4])
{
  uint64_t word, twice;
  size_t i;
  memcpy(&twice, mask, 4);
  memcpy((char *)&twice + 4, mask, 4);
  for (i = 0; i + 8 <= length; i += 8) {
    memcpy(&word, bytes + i, 8);
    word ^= twice;
    memcpy(bytes + i, &word, 8);
  }
  for (; i < length; i++)
    bytes[i] = (char)(bytes[i] ^ mask[i & 3]);
}
