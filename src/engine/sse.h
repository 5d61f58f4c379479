/*
** Bytes to server-sent events, as in the WHATWG HTML standard, section
** 9.2.6 ("Interpreting an event stream"). No I/O, no libcurl, no Lua.
** Must not look at what the data means: JSON and "[DONE]" are Lua's.
*/
#ifndef OAI_SSE_H
#define OAI_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* A run of bytes that somebody else owns; NULL when there is none. */
struct sse_text {
  const char *bytes;
  size_t length;
};

/* One event. Its texts point into the input or the parser and are valid
** until the next call. */
struct sse_event {
  struct sse_text name;     /* NULL: the stream named none */
  struct sse_text data;     /* its data lines, joined by LF */
  struct sse_text id;       /* the last id seen so far, NULL before one */
};

struct sse {
  struct sse_text in_place; /* the only data line, still in the input */
  bool has_data;            /* a data line was seen since the last event */
  bool delivered;           /* `data` and `name` belong to a past event */
  bool has_id;
  bool after_cr;            /* an LF that comes now belongs to that CR */
  bool started;             /* past the place where a BOM may stand */
  struct buffer line;       /* the part of a line seen in earlier input */
  struct buffer data;       /* data lines that could not be left in place */
  struct buffer name;
  struct buffer id;
  struct buffer passed;     /* lines that are no field of an event */
};

enum sse_result {
  SSE_EVENT,                /* *event was filled */
  SSE_MORE,                 /* the input is used up; give more */
  SSE_OVERFLOW,             /* one event is larger than its ceiling */
  SSE_NO_MEMORY
};

void sse_init (struct sse *s);

/* The most bytes of one event, in place of EVENT_CEILING. */
void sse_set_ceiling (struct sse *s, size_t ceiling);
void sse_free (struct sse *s);

/*
** Reads on until one event is complete or the input is used up; *used is
** how many bytes were taken. All of the input is taken unless the answer
** is SSE_EVENT. Records without data are passed over; what no blank line has
** ended when the stream ends is no event.
*/
enum sse_result sse_next (struct sse *s, const char *bytes, size_t length,
                          size_t *used, struct sse_event *event);

/* The stream has ended: its last line needs no end of its own. SSE_MORE, also
** where it makes an event larger than its ceiling, which nothing has ended
** and which is dropped; or SSE_NO_MEMORY. */
enum sse_result sse_end (struct sse *s);

/* After sse_end: the lines that are neither a field that the standard knows
** nor a comment, each followed by LF; the first ERROR_CEILING bytes of them.
** Somebody who does not stream may have said something there. */
struct sse_text sse_passed_over (const struct sse *s);

/* After sse_end: the data of the record that no blank line ended. */
struct sse_text sse_unfinished (const struct sse *s);

#endif
