/*
** WebSocket frames (RFC 6455), a client's side: bytes to messages, and the
** heads and masks of what is sent. No I/O, no libcurl, no Lua.
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
#define FRAMES_HEAD_MOST 14         /* bytes before what a client sends */
#define FRAMES_NO_CODE 1005         /* of a close frame without a code */

enum frames_result {
  FRAMES_MORE,              /* all was used; no message yet */
  FRAMES_MESSAGE,
  FRAMES_BROKEN             /* `code` and `trouble` say why; it is over */
};

struct frames_message {
  enum frames_kind kind;
  int code;                 /* of a close frame, whose reason `bytes` are */
  const char *bytes;        /* valid until the next call, or the input's */
  size_t length;
};

struct frames {
  struct buffer message;    /* what has come of one; its ceiling is theirs */
  uint64_t left;            /* bytes of the frame's content */
  unsigned char head[10];   /* of the frame: none is masked */
  unsigned char head_length;
  unsigned char control_length;
  bool is_open;             /* its head is complete */
  bool delivered;           /* `message` was, by the last call */
  enum frames_kind kind;    /* of a message in pieces; else CONTINUATION */
  int code;                 /* for the peer, when it is broken */
  const char *trouble;      /* static */
  char control[FRAMES_CONTROL_MOST];
};

void frames_init (struct frames *f, size_t ceiling);
void frames_free (struct frames *f);

/* Takes bytes up to the next message; *used says how many. */
enum frames_result frames_next (struct frames *f, const char *bytes,
                                size_t length, size_t *used,
                                struct frames_message *message);

/* Writes what goes before so many bytes of content, with a mask; says how
** long that is. */
size_t frames_head (unsigned char head[FRAMES_HEAD_MOST],
                    enum frames_kind kind, size_t length,
                    const unsigned char mask[4]);

/* Masks content, in place. */
void frames_mask (char *bytes, size_t length, const unsigned char mask[4]);

#endif
