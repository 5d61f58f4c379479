/*
** The parser works line by line on the caller's bytes. The common record,
** one data line wholly inside the input, is never copied; only what the
** input cuts is carried over in a buffer. Every byte is looked at a
** bounded number of times, however the input is cut.
*/
#include "sse.h"

#include <string.h>

#define SCAN_WINDOW 256     /* bounds what a search for LF reads past a CR */

/* What the line of an event may have besides its data. */
#define LINE_MORE (sizeof("\xEF\xBB\xBF" "data: ") - 1)


void sse_init (struct sse *s)
{
  memset(s, 0, sizeof(*s));
  buffer_init(&s->line, EVENT_CEILING + LINE_MORE);
  buffer_init(&s->data, EVENT_CEILING);
  buffer_init(&s->name, NAME_CEILING);
  buffer_init(&s->id, NAME_CEILING);
  buffer_init(&s->passed, ERROR_CEILING);
}


void sse_set_ceiling (struct sse *s, size_t ceiling)
{
  s->data.ceiling = ceiling;
  s->line.ceiling = ceiling + LINE_MORE;
}


void sse_free (struct sse *s)
{
  buffer_free(&s->line);
  buffer_free(&s->data);
  buffer_free(&s->name);
  buffer_free(&s->id);
  buffer_free(&s->passed);
}


/*
** {======================================================
** Lines
** =======================================================
*/

/* The first CR or LF in `length` bytes, or NULL. */
static const char *find_line_end (const char *bytes, size_t length)
{
  while (length > 0) {
    size_t window = length < SCAN_WINDOW ? length : SCAN_WINDOW;
    const char *lf = memchr(bytes, '\n', window);
    const char *cr = memchr(bytes, '\r', lf ? (size_t)(lf - bytes) : window);
    if (cr || lf)
      return cr ? cr : lf;
    bytes += window;
    length -= window;
  }
  return NULL;
}


static enum sse_result stored (enum buffer_result result)
{
  switch (result) {
    case BUFFER_OK: return SSE_MORE;
    case BUFFER_FULL: return SSE_OVERFLOW;
    default: return SSE_NO_MEMORY;
  }
}


static struct sse_text text_of (const struct buffer *b)
{
  struct sse_text text;
  text.bytes = b->bytes ? b->bytes + b->start : "";
  text.length = buffer_length(b);
  return text;
}

/* }====================================================== */


/*
** {======================================================
** Fields. `in_input` tells that the value lies in the caller's bytes and
** so stays valid for the rest of the call.
** =======================================================
*/

/* The data line kept in place must be copied before anything follows. */
static enum sse_result settle_data (struct sse *s)
{
  enum buffer_result result = BUFFER_OK;
  if (s->in_place.bytes) {
    result = buffer_append(&s->data, s->in_place.bytes, s->in_place.length);
    s->in_place.bytes = NULL;
  }
  return stored(result);
}


static enum sse_result add_data (struct sse *s, struct sse_text value,
                                 bool in_input)
{
  enum sse_result result;
  if (!s->has_data && in_input) {
    s->has_data = true;
    s->in_place = value;
    return SSE_MORE;
  }
  result = settle_data(s);
  if (result == SSE_MORE && s->has_data)
    result = stored(buffer_append(&s->data, "\n", 1));
  s->has_data = true;
  if (result == SSE_MORE)
    result = stored(buffer_append(&s->data, value.bytes, value.length));
  return result;
}


static enum sse_result replace (struct buffer *b, struct sse_text value)
{
  buffer_clear(b);
  return stored(buffer_append(b, value.bytes, value.length));
}


static enum sse_result set_id (struct sse *s, struct sse_text value)
{
  if (memchr(value.bytes, '\0', value.length))
    return SSE_MORE;        /* the standard: an id with NUL is ignored */
  s->has_id = true;
  return replace(&s->id, value);
}


/* Keeps the beginning of what is no field. */
static enum sse_result pass_over (struct sse *s, struct sse_text line)
{
  size_t room = s->passed.ceiling - buffer_length(&s->passed);
  enum buffer_result result;
  if (line.length >= room)
    line.length = room > 0 ? room - 1 : 0;
  if (room == 0)
    return SSE_MORE;
  result = buffer_append(&s->passed, line.bytes, line.length);
  if (result == BUFFER_OK)
    result = buffer_append(&s->passed, "\n", 1);
  return stored(result);
}


static bool is_field (const char *line, size_t length, const char *name,
                      size_t name_length)
{
  return length == name_length && memcmp(line, name, length) == 0;
}


static enum sse_result take_field (struct sse *s, struct sse_text line,
                                   bool in_input)
{
  const char *colon = memchr(line.bytes, ':', line.length);
  size_t name = colon ? (size_t)(colon - line.bytes) : line.length;
  struct sse_text value;
  value.bytes = colon ? colon + 1 : line.bytes + line.length;
  value.length = line.length - name - (colon ? 1 : 0);
  if (value.length > 0 && value.bytes[0] == ' ') {
    value.bytes++;
    value.length--;
  }
  if (is_field(line.bytes, name, "data", 4))
    return add_data(s, value, in_input);
  if (is_field(line.bytes, name, "event", 5))
    return replace(&s->name, value);
  if (is_field(line.bytes, name, "id", 2))
    return set_id(s, value);
  if (name == 0 || is_field(line.bytes, name, "retry", 5))
    return SSE_MORE;        /* a comment, and what we do not follow */
  return pass_over(s, line);
}

/* }====================================================== */


/*
** {======================================================
** Events
** =======================================================
*/

/* Forgets the event handed out by the call before this one. */
static void begin (struct sse *s)
{
  if (s->delivered) {
    buffer_clear(&s->data);
    buffer_clear(&s->name);
    s->delivered = false;
  }
}


/* A blank line ends a record, which is an event when it has data. */
static enum sse_result end_record (struct sse *s, struct sse_event *event)
{
  static const struct sse_text none = { NULL, 0 };
  if (!s->has_data) {
    buffer_clear(&s->name);
    return SSE_MORE;
  }
  if (s->in_place.bytes && s->in_place.length > s->data.ceiling)
    return SSE_OVERFLOW;
  event->data = s->in_place.bytes ? s->in_place : text_of(&s->data);
  event->name = buffer_length(&s->name) ? text_of(&s->name) : none;
  event->id = s->has_id ? text_of(&s->id) : none;
  s->in_place.bytes = NULL;
  s->has_data = false;
  s->delivered = true;
  return SSE_EVENT;
}


/* One whole line, without its end. */
static enum sse_result take_line (struct sse *s, struct sse_text line,
                                  bool in_input, struct sse_event *event)
{
  if (!s->started) {
    s->started = true;
    if (line.length >= 3 && memcmp(line.bytes, "\xEF\xBB\xBF", 3) == 0) {
      line.bytes += 3;
      line.length -= 3;
    }
  }
  if (line.length == 0)
    return end_record(s, event);
  return take_field(s, line, in_input);
}


/* A line whose first part came with earlier input. */
static enum sse_result take_carried_line (struct sse *s, const char *rest,
                                          size_t length,
                                          struct sse_event *event)
{
  enum sse_result result = stored(buffer_append(&s->line, rest, length));
  if (result != SSE_MORE)
    return result;
  result = take_line(s, text_of(&s->line), false, event);
  buffer_clear(&s->line);
  return result;
}


/* The input ends inside a record: keep what will still be needed. */
static enum sse_result carry (struct sse *s, const char *rest, size_t length)
{
  enum sse_result result = settle_data(s);
  if (result == SSE_MORE)
    result = stored(buffer_append(&s->line, rest, length));
  return result;
}


enum sse_result sse_next (struct sse *s, const char *bytes, size_t length,
                          size_t *used, struct sse_event *event)
{
  const char *at = bytes, *end = bytes + length;
  enum sse_result result = SSE_MORE;
  begin(s);
  while (at < end && result == SSE_MORE) {
    const char *line_end;
    struct sse_text line;
    if (s->after_cr && *at == '\n')
      at++;
    s->after_cr = false;
    line_end = find_line_end(at, (size_t)(end - at));
    if (line_end == NULL)
      break;
    line.bytes = at;
    line.length = (size_t)(line_end - at);
    result = buffer_length(&s->line)
      ? take_carried_line(s, line.bytes, line.length, event)
      : take_line(s, line, true, event);
    s->after_cr = *line_end == '\r';
    at = line_end + 1;
  }
  if (result == SSE_MORE) {
    result = carry(s, at, (size_t)(end - at));
    at = end;
  }
  *used = (size_t)(at - bytes);
  return result;
}


enum sse_result sse_end (struct sse *s)
{
  struct sse_event event;
  enum sse_result result = SSE_MORE;
  begin(s);
  if (buffer_length(&s->line) > 0)
    result = take_carried_line(s, "", 0, &event);
  if (result != SSE_OVERFLOW)
    return result;
  buffer_clear(&s->data);       /* part of an event is none */
  return SSE_MORE;
}


struct sse_text sse_passed_over (const struct sse *s)
{
  return text_of(&s->passed);
}


struct sse_text sse_unfinished (const struct sse *s)
{
  return text_of(&s->data);
}

/* }====================================================== */
