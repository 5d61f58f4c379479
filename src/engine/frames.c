/*
** WebSocket frames, as frames.h says. A message that is one frame is handed
** out where it lies; what comes in pieces is put together.
*/
#include "frames.h"

#include <string.h>

#include "utf8.h"

#define LAST 0x80           /* in the first byte of a head */
#define RESERVED 0x70
#define KIND 0x0F
#define CONTROL 0x08        /* in the kind */
#define MASKED 0x80         /* in the second byte */
#define LENGTH_16 126
#define LENGTH_64 127
#define HEAD_MOST 16        /* with a mask and a code */
#define BAD_FRAME 1002      /* codes for the peer */
#define BAD_TEXT 1007


/* Whether the first two bytes of a head may be that. */
static bool is_good (const struct frames *f, int first, int second)
{
  int kind = first & KIND;
  if ((first & RESERVED) || (second & MASKED))
    return false;
  if (first & CONTROL)
    return kind <= FRAMES_PONG && (first & LAST)
        && second <= FRAMES_CONTROL_MOST;
  return kind <= FRAMES_BINARY && (kind == 0) == (f->kind != 0);
}


/* Codes that may be sent: of the standard, its registry, and programs. */
static bool is_code (int code)
{
  if (code < 3000)
    return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return code <= 4999;
}


/* Takes the code of a close frame. False: it has none that may be. */
static bool take_code (struct frames_message *m)
{
  const unsigned char *at = (const unsigned char *)m->bytes;
  m->code = FRAMES_NO_CODE;
  if (m->kind != FRAMES_CLOSE || m->length == 0)
    return true;
  if (m->length == 1)
    return false;
  m->code = at[0] << 8 | at[1];
  m->bytes += 2;
  m->length -= 2;
  return is_code(m->code);
}


/* Keeps a piece of a message, which becomes that when it is the last. False:
** no memory. */
static bool add_piece (struct frames *f, struct frames_message *m, bool last)
{
  if (m->kind != FRAMES_CONTINUATION)
    f->kind = m->kind;
  m->kind = FRAMES_CONTINUATION;
  if (buffer_append(&f->message, m->bytes, m->length) != BUFFER_OK)
    return false;
  if (last) {
    m->kind = f->kind;
    m->bytes = buffer_bytes(&f->message);
    m->length = buffer_length(&f->message);
    f->kind = FRAMES_CONTINUATION;
  }
  return true;
}


/* Takes the frame that is in *m, by the first byte of its head. Returns what
** is wrong with it, or 0. */
static int take_content (struct frames *f, int first,
                         struct frames_message *m)
{
  m->kind = (enum frames_kind)(first & KIND);
  if (!take_code(m))
    return BAD_FRAME;
  if ((f->kind != FRAMES_CONTINUATION || !(first & LAST))
      && !(first & CONTROL) && !add_piece(f, m, (first & LAST) != 0))
    return FRAMES_NO_MEMORY;
  if ((m->kind == FRAMES_TEXT || m->kind == FRAMES_CLOSE)
      && utf8_fault(m->bytes, m->length))
    return BAD_TEXT;
  return 0;
}


static size_t refuse (struct frames *f, int code)
{
  f->code = code;
  return 0;
}


/* Takes one frame, if it is all there, and says how long it is. Its message is
** in *m, if it has a kind. A length is written as short as can be. */
static size_t take_frame (struct frames *f, const char *bytes, size_t length,
                          struct frames_message *m)
{
  const unsigned char *head = (const unsigned char *)bytes;
  size_t i, before = 2;
  uint64_t content;
  if (length < 2)
    return 0;
  if (!is_good(f, head[0], head[1]))
    return refuse(f, BAD_FRAME);
  content = head[1];
  if (content >= LENGTH_16) {
    before = content == LENGTH_16 ? 4 : 10;
    if (length < before)
      return 0;
    for (content = 0, i = 2; i < before; i++)
      content = content << 8 | head[i];
    if (content < (before == 4 ? LENGTH_16 : 0x10000) || content >> 63)
      return refuse(f, BAD_FRAME);
  }
  if (!(head[0] & CONTROL)
      && content > f->message.ceiling - buffer_length(&f->message))
    return refuse(f, FRAMES_TOO_LARGE);
  if (content > length - before)
    return 0;
  m->bytes = bytes + before;
  m->length = (size_t)content;
  f->code = take_content(f, head[0], m);
  return before + (size_t)content;
}


bool frames_next (struct frames *f, const char *bytes, size_t length,
                  size_t *used, struct frames_message *message)
{
  size_t size = length, at = 0;
  if (f->kind == FRAMES_CONTINUATION)
    buffer_free(&f->message);       /* the last call handed it out */
  message->kind = FRAMES_CONTINUATION;
  message->bytes = "";
  while (size > 0 && message->kind == FRAMES_CONTINUATION && f->code == 0) {
    size = take_frame(f, bytes + at, length - at, message);
    at += size;
  }
  *used = at;
  return message->kind != FRAMES_CONTINUATION && f->code == 0;
}


/* Writes what goes before so many bytes of content, without a mask. Returns
** where it ends. */
static unsigned char *put_head (unsigned char *to, enum frames_kind kind,
                                size_t length)
{
  int more = length < LENGTH_16 ? 0 : length <= 0xFFFF ? 2 : 8;
  *to++ = (unsigned char)(LAST | kind);
  *to++ = (unsigned char)(MASKED | (more == 0 ? length : more == 2
                                    ? LENGTH_16 : LENGTH_64));
  while (more-- > 0)
    *to++ = (unsigned char)((uint64_t)length >> (8 * more));
  return to;
}


/* Masks or unmasks bytes, RFC 6455 5.3, eight at a time. */
static void put_mask (char *bytes, size_t length, const unsigned char mask[4])
{
  size_t i;
  uint64_t twice, eight;
  memcpy(&twice, mask, 4);
  memcpy((char *)&twice + 4, mask, 4);
  for (i = 0; length - i >= sizeof(eight); i += sizeof(eight)) {
    memcpy(&eight, bytes + i, sizeof(eight));
    eight ^= twice;
    memcpy(bytes + i, &eight, sizeof(eight));
  }
  for (; i < length; i++)
    bytes[i] = (char)(bytes[i] ^ mask[i & 3]);
}


bool frames_put (struct buffer *to, enum frames_kind kind, int code,
                 const char *bytes, size_t length,
                 const unsigned char mask[4])
{
  unsigned char head[HEAD_MOST], *end;
  size_t before = buffer_length(to);
  size_t coded = kind == FRAMES_CLOSE && code != FRAMES_NO_CODE ? 2 : 0;
  end = put_head(head, kind, coded + length);
  memcpy(end, mask, 4);
  end[4] = (unsigned char)(code >> 8);
  end[5] = (unsigned char)code;
  if (buffer_append(to, head, (size_t)(end - head) + 4 + coded) != BUFFER_OK
      || buffer_append(to, bytes, length) != BUFFER_OK) {
    to->end = to->start + before;
    return false;
  }
  length += coded;
  put_mask(to->bytes + to->end - length, length, mask);
  return true;
}
