/*
** WebSocket frames (RFC 6455), a client's side: bytes to messages, and what is
** sent to bytes, masked. No I/O, no libcurl, no Lua.
*/
#ifndef OAI_FRAMES_H
#define OAI_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum frames_kind {          /* the standard's opcodes */
  FRAMES_CONTINUATION = 0,
  FRAMES_TEXT = 1,
  FRAMES_BINARY = 2,
  FRAMES_CLOSE = 8,
  FRAMES_PING = 9,
  FRAMES_PONG = 10
};

#define FRAMES_CONTROL_MOST 125     /* bytes of what is no text or binary */
#define FRAMES_NO_CODE 1005         /* of a close frame without a code */
#define FRAMES_TOO_LARGE 1009       /* codes of what no peer is to blame for */
#define FRAMES_NO_MEMORY 1011

struct frames_message {
  enum frames_kind kind;
  int code;                 /* of a close frame, whose reason `bytes` are */
  const char *bytes;        /* in the input, or valid until the next call */
  size_t length;
};

/* Starts as all zero bytes and a ceiling, and owns no memory. */
struct frames {
  struct buffer message;    /* pieces of one; its ceiling is theirs */
  enum frames_kind kind;    /* of a message in pieces; else CONTINUATION */
  int code;                 /* for the peer; 0: it is not broken */
};

/* Takes whole frames up to the next message; *used says how many bytes. What
** is left is to be there again, with more behind it. False: there is none yet,
** or it is broken. */
bool frames_next (struct frames *f, const char *bytes, size_t length,
                  size_t *used, struct frames_message *message);

/* Appends a frame, with a mask; of a close frame `code` goes before the bytes,
** if there is one. False: there is no room, and nothing has changed. */
bool frames_put (struct buffer *to, enum frames_kind kind, int code,
                 const char *bytes, size_t length,
                 const unsigned char mask[4]);

#endif
