/*
** What is noted of a reply's header, first by its lines, then at its end.
*/
#include "header.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "connection.h"
#include "download.h"
#include "exchange.h"
#include "first_line.h"
#include "handle.h"
#include "news.h"

#define RARE __attribute__((noinline))    /* for one line of twenty: apart */
#define RESERVE_MOST ((long long)64 * 1024 * 1024)
#define HEADER_USUAL ((size_t)1000) /* it grows where there is more */


/*
** {======================================================
** Lines
** =======================================================
*/

/* "HTTP/1.1 103 Early Hints", "HTTP/2 103" */
static bool is_interim (const char *line, size_t length)
{
  const char *space = memchr(line, ' ', length);
  return space && space + 1 < line + length && space[1] == '1';
}


/* Notes what a reply comes over; of its connection too, if that is known by
** its first exchange. */
static void note_protocol (struct exchange *x, bool is_http2)
{
  struct connection *c = connections_find(x->handle->connections,
                                          x->descriptor);
  x->is_http2 = is_http2;
  if (c) {
    c->has_answered = true;
    c->is_http2 = is_http2;
  }
}


/* The beginning of a reply's header, which may be an interim one's: these
** move nothing, or a server might go on with them for ever. */
static RARE void begin (struct exchange *x, const char *line, size_t length)
{
  x->is_interim = is_interim(line, length);
  buffer_clear(&x->header_block);
  buffer_reserve(&x->header_block, HEADER_USUAL);
  first_line_expect(x->handle);
  note_protocol(x, line[5] == '2');
  x->encoded = x->bad_length = false;
  x->said_length = -1;
}


/* What a field says, without the blanks before it and the line's end; NULL
** when it is another. `name` ends with the colon. */
static const char *field_value (const char *line, size_t length,
                                const char *name, size_t *value_length)
{
  size_t i = strlen(name), end = length;
  if (length < i || strncasecmp(line, name, i) != 0)
    return NULL;
  while (i < end && (line[i] == ' ' || line[i] == '\t'))
    i++;
  while (end > i && ascii_is_space(line[end - 1]))
    end--;
  *value_length = end - i;
  return line + i;
}


static bool is_word (const char *text, size_t length, const char *word)
{
  return length == strlen(word) && strncasecmp(text, word, length) == 0;
}


/* Notes whether the body is compressed. "none" is what libcurl, too, takes for
** another name of "identity". There may be more than one such line. */
static RARE void note_encoding (struct exchange *x, const char *line,
                                size_t length)
{
  size_t n = 0;
  const char *value = field_value(line, length, "content-encoding:", &n);
  if (value && n > 0 && !is_word(value, n, "identity")
      && !is_word(value, n, "none"))
    x->encoded = true;
}


/* The number at the beginning of a text, as it is or the greatest there is;
** -1: none. Moves on behind it. */
static long long take_number (const char **at, const char *end)
{
  const char *from = *at;
  long long number = 0;
  for (; *at < end && ascii_is_digit(**at); ++*at) {
    int digit = **at - '0';
    number = number > (LLONG_MAX - digit) / 10 ? LLONG_MAX
                                               : number * 10 + digit;
  }
  return *at > from ? number : -1;
}


static bool is_between_lengths (char c)
{
  return c == ' ' || c == '\t' || c == ',';
}


/* Notes the length that the header says, or that it says none: libcurl reads
** as much of it as is a number, and of two takes one. The same number may
** stand there again, also in the same line. */
static RARE void note_length (struct exchange *x, const char *line,
                              size_t length)
{
  size_t n = 0;
  const char *at = field_value(line, length, "content-length:", &n);
  const char *end = at ? at + n : NULL;
  if (at == NULL)
    return;
  do {
    long long said = take_number(&at, end);
    if (said < 0 || (x->said_length >= 0 && said != x->said_length))
      x->bad_length = true;
    x->said_length = said;
    while (at < end && is_between_lengths(*at))
      at++;
  } while (at < end && !x->bad_length);
}


/* Few lines have a name like "content-encoding" or "content-length" as far as
** is looked here. */
static void note_field (struct exchange *x, const char *line, size_t length)
{
  if (length < 15 || line[7] != '-')
    return;
  if ((line[8] | 0x20) == 'e')
    note_encoding(x, line, length);
  else if ((line[8] | 0x20) == 'l')
    note_length(x, line, length);
}


/* Counts what follows the body. Nothing is header any more once that is
** complete: its reader may be copying it. Past the ceiling the reply is whole
** without it. */
static enum header_result take_trailer (struct exchange *x)
{
  if (x->header_bytes <= TRAILER_CEILING)
    return HEADER_TAKEN;
  x->cut = true;
  return HEADER_REFUSED;
}


static enum header_result take_line (struct exchange *x, const char *line,
                                     size_t length)
{
  enum buffer_result result = BUFFER_FULL;
  if (length >= 6 && line[0] == 'H' && memcmp(line, "HTTP/", 5) == 0)
    begin(x, line, length);
  else
    note_field(x, line, length);
  if (!x->is_interim)
    x->moved = *x->handle->now;
  if (x->header_bytes <= INTERIM_CEILING)
    result = buffer_append(&x->header_block, line, length);
  if (result != BUFFER_OK) {
    exchange_blame_room(x, result, "the reply's header is larger than "
                                   "256 KiB");
    return HEADER_REFUSED;
  }
  return length <= 2 && (line[0] == '\r' || line[0] == '\n') ? HEADER_ENDS
                                                             : HEADER_TAKEN;
}


enum header_result header_take (struct exchange *x, const char *line,
                                size_t length)
{
  x->header_bytes += length;
  return x->status != 0 ? take_trailer(x) : take_line(x, line, length);
}

/* }====================================================== */


/*
** {======================================================
** The end
** =======================================================
*/

/* A status after which no body follows. */
static bool is_bodiless (int status)
{
  return status == 204 || status == 205;
}


/* Refuses what goes to a file and could not be told from a cut reply: libcurl
** looks neither at how a compression ends nor, over HTTP/2, at how a stream
** of no length does. */
static bool is_doubtful (struct exchange *x, int status, long long length)
{
  if (x->sink != SINK_FILE || !header_is_success(status))
    return false;
  if (x->encoded)
    exchange_blame(x, "decode", false,
                   "the file comes compressed, which was not asked for: "
                   "whether it is whole could not be told");
  else if (x->is_http2 && length < 0 && !is_bodiless(status))
    exchange_blame(x, "connection", false,
                   "the file comes over HTTP/2 and does not say its length: "
                   "whether it is whole could not be told");
  return x->kind != NULL;
}


/* Whether nobody knows where a reply ends, by what its header says. An error
** says enough wherever it ends. */
static bool has_bad_length (struct exchange *x, int status)
{
  if (!x->bad_length || !header_is_success(status))
    return false;
  exchange_blame(x, "connection", true, "the reply's header has a length that "
                                        "is no number, or two lengths");
  return true;
}


/* Whether a reply cannot be one by its header, which is then blamed. */
static bool is_refused (struct exchange *x, int status, long long length)
{
  bool uncalled = status == STATUS_SOCKET && x->socket == NULL;
  if (uncalled)
    exchange_blame(x, "connection", true,
                   "the server changes to another protocol, which nobody "
                   "asked for");
  return uncalled || has_bad_length(x, status)
      || is_doubtful(x, status, length);
}


/* Whether there is room for a reply in its file: where that has begun with
** another, what is no part of it takes the place of all that has come. Whether
** a part is the rest, or all, the reader says. */
static bool is_placed (struct exchange *x, int status)
{
  bool is_part = status == 206;
  x->resumes |= is_part;
  if (!x->resumes || is_part || !header_is_success(status))
    return true;
  x->resumes = false;
  return download_restart(x->download);
}


bool header_end (struct exchange *x, int status, long long length)
{
  if (status < 200 && status != STATUS_SOCKET)
    return true;            /* an interim reply: the real one follows */
  if (is_refused(x, status, length) || !is_placed(x, status))
    return false;
  x->status = status;
  x->expected = length;
  if (x->sink == SINK_STREAM) {
    buffer_fit(&x->header_block);   /* it stays as long as the stream does */
    news_add(x->news, x);
  }
  if (x->sink <= SINK_BYTES && length > 0 && length < RESERVE_MOST)
    buffer_reserve(&x->incoming, (size_t)length + 1);   /* see buffer_text */
  if (x->socket && status != STATUS_SOCKET)
    x->socket->is_gone = x->handle->connections->socket_is_due = true;
  return true;
}

/* }====================================================== */
