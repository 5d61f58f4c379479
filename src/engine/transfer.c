/*
** An exchange while libcurl has it. What goes wrong in a callback is noted
** in the exchange and told when libcurl reports the end.
*/
#include "transfer.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "connection.h"
#include "credential.h"
#include "download.h"
#include "first_line.h"
#include "handle.h"
#include "libcurl.h"
#include "memory.h"
#include "news.h"
#include "plan.h"
#include "protocol.h"
#include "sharing.h"
#include "upload.h"

/* What libcurl reads at once, by the sink: many streams are open together,
** and a download takes 1.8 x less CPU. */
static const long read_sizes[] = {
  [SINK_BODY] = 16384, [SINK_BYTES] = 16384, [SINK_STREAM] = 2048,
  [SINK_FILE] = 262144
};

#define EXPECT_LEAST ((size_t)1024 * 1024)  /* libcurl asks beyond that, */
#define EXPECT_EARLY ((size_t)1024)         /* or that */
#define RESERVE_MOST ((curl_off_t)64 * 1024 * 1024)
#define HEADER_USUAL ((size_t)1000) /* it grows where there is more */
#define REASON_SIZE ((size_t)4096 + 256)  /* holds the longest name */
#define PROGRESS_LEAST ((size_t)64 * 1024)  /* is not sent in one go */


/*
** {======================================================
** libcurl's callbacks
** =======================================================
*/

static bool is_success (int status)
{
  return status >= 200 && status < 300;
}


/* Notes why a callback is about to make libcurl give up. The lock is
** held. */
static size_t refuse (struct exchange *x, const char *kind, const char *what)
{
  exchange_blame(x, kind, false, what);
  return 0;
}


/* Makes libcurl stop: what has come is the reply. */
static size_t cut_off (struct exchange *x)
{
  x->cut = true;
  return 0;
}


/* Tells the reader of a stream that there is something to see; any other waits
** for the end. */
static void tell_reader (struct exchange *x)
{
  if (x->sink == SINK_STREAM)
    news_add(x->news, x);
}


/* Notes that something of it moves. The lock is held. */
static void note_movement (struct exchange *x)
{
  x->moved = *x->handle->now;
}


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
  if (x->sink != SINK_FILE || !is_success(status))
    return false;
  if (x->encoded)
    refuse(x, "decode", "the file comes compressed, which was not asked for: "
                        "whether it is whole could not be told");
  else if (x->is_http2 && length < 0 && !is_bodiless(status))
    refuse(x, "connection", "the file comes over HTTP/2 and does not say its "
                            "length: whether it is whole could not be told");
  return x->kind != NULL;
}


/* Whether nobody knows where a reply ends, by what its header says. An error
** says enough wherever it ends. */
static bool has_bad_length (struct exchange *x, int status)
{
  if (!x->bad_length || !is_success(status))
    return false;
  exchange_blame(x, "connection", true, "the reply's header has a length that "
                                        "is no number, or two lengths");
  return true;
}


static size_t end_of_header (struct exchange *x)
{
  long status = 0;
  curl_off_t length = -1;
  curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == 101) {
    exchange_blame(x, "connection", true,
                   "the server changes to another protocol, which nobody "
                   "asked for");
    return 0;
  }
  if (status < 200)
    return 1;               /* an interim reply: the real one follows */
  curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (has_bad_length(x, (int)status)
      || is_doubtful(x, (int)status, (long long)length))
    return 0;
  if (x->sink == SINK_STREAM)
    buffer_fit(&x->header_block);   /* it stays as long as the stream does */
  x->status = (int)status;
  x->expected = (long long)length;
  tell_reader(x);
  if (x->sink <= SINK_BYTES && length > 0 && length < RESERVE_MOST)
    buffer_reserve(&x->incoming, (size_t)length + 1);   /* see buffer_text */
  return 1;
}


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
static void begin_header (struct exchange *x, const char *line,
                          size_t length)
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
  while (end > i && isspace((unsigned char)line[end - 1]))
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
static void note_encoding (struct exchange *x, const char *line,
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
  for (; *at < end && isdigit((unsigned char)**at); ++*at) {
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
static void note_length (struct exchange *x, const char *line, size_t length)
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


static void note_field (struct exchange *x, const char *line, size_t length)
{
  if (length < 15 || (*line | 0x20) != 'c'
      || strncasecmp(line, "content-", 8) != 0)
    return;
  note_encoding(x, line, length);
  note_length(x, line, length);
}


/* Counts and drops what follows the body. Nothing is header any more once that
** is complete: its reader may be copying it. Past the ceiling the reply is
** whole without it. */
static size_t take_trailer (struct exchange *x, size_t length)
{
  return x->header_bytes <= TRAILER_CEILING ? length : cut_off(x);
}


/* Has what libcurl frees wiped: the header goes out with all secrets in it. */
static void begin_sending (struct exchange *x)
{
  if (!x->wiping)
    memory_begin_wiping();
  x->wiping = true;
}


static void end_sending (struct exchange *x)
{
  if (x->wiping)
    memory_end_wiping();
  x->wiping = false;
}


static bool is_sent_slowly (const struct exchange *x)
{
  return x->form || x->body_length > PROGRESS_LEAST;
}


/* Whether libcurl has freed what it sent once a reply begins; under TLS it
** keeps it until the end. */
static bool is_header_gone (const struct exchange *x)
{
  return !is_sent_slowly(x) && !exchange_is_secure(x);
}


static size_t take_header (struct exchange *x, const char *line,
                           size_t length)
{
  if (x->header_bytes == 0 && is_header_gone(x))
    end_sending(x);
  x->header_bytes += length;
  if (x->status != 0)
    return take_trailer(x, length);
  if (length >= 6 && memcmp(line, "HTTP/", 5) == 0)
    begin_header(x, line, length);
  else
    note_field(x, line, length);
  if (!x->is_interim)
    note_movement(x);
  if (x->header_bytes > INTERIM_CEILING
      || buffer_append(&x->header_block, line, length) != BUFFER_OK)
    return refuse(x, "limit", "the reply's header is larger than 256 KiB, "
                              "or memory");
  if (length <= 2 && (line[0] == '\r' || line[0] == '\n')
      && end_of_header(x) == 0)
    return 0;
  return length;
}


static size_t on_header (char *line, size_t size, size_t count, void *arg)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  size_t taken;
  exchange_lock(x);
  taken = take_header(x, line, size * count);
  exchange_unlock(x);
  return taken;
}


/* Has the connection of an exchange that is held back left alone from here on,
** where libcurl would not see to it, unless others use that too. */
static void leave_alone (struct exchange *x)
{
  struct connection *c = connections_find(x->handle->connections,
                                          x->descriptor);
  if (c && !x->is_http2 && libcurl_has(LIBCURL_READS_WHEN_HELD))
    c->is_held = true;
}


static size_t hold (struct exchange *x)
{
  x->held = true;
  x->handle->connections->held++;
  leave_alone(x);
  return CURL_WRITEFUNC_PAUSE;
}


static size_t pause (struct exchange *x)
{
  x->paused = true;
  return hold(x);
}


/* Refuses what the file cannot take. The lock is held. */
static size_t refuse_file (struct exchange *x, int error)
{
  char reason[REASON_SIZE];
  snprintf(reason, sizeof(reason), "cannot write '%s': %s",
           download_name(x->download), strerror(error));
  return refuse(x, "io", reason);
}


/* Writes to the file, without the lock: a slow disk must not keep the reader
** waiting. */
static size_t write_file (struct exchange *x, const char *bytes,
                          size_t length)
{
  enum download_result result = download_write(x->download, bytes, length);
  int error = errno;
  if (result == DOWNLOAD_LATER)
    return hold(x);
  exchange_lock(x);
  note_movement(x);
  if (result == DOWNLOAD_WRITTEN)
    x->received += (long long)length;
  else
    length = refuse_file(x, error);
  exchange_unlock(x);
  return length;
}


static size_t keep (struct exchange *x, const char *bytes, size_t length)
{
  enum buffer_result result = buffer_append(&x->incoming, bytes, length);
  if (result == BUFFER_NO_MEMORY)
    return refuse(x, "limit", "out of memory for the reply's body");
  if (result == BUFFER_FULL)
    return refuse(x, "limit", "the reply's body is larger than "
                              "max_reply_bytes");
  x->received += (long long)length;
  tell_reader(x);
  return length;
}


/* Keeps the beginning of an error's body, where what it says is. */
static size_t keep_error (struct exchange *x, const char *bytes,
                          size_t length)
{
  size_t left = x->error_ceiling - (size_t)x->received;
  if (length <= left)
    return keep(x, bytes, length);
  return keep(x, bytes, left) == left ? cut_off(x) : 0;
}


static size_t take_bytes (struct exchange *x, const char *bytes,
                          size_t length)
{
  note_movement(x);
  if (x->draining)
    return length;
  if (x->sink == SINK_STREAM
      && protocol_may_hold(x, buffer_length(&x->incoming)))
    return pause(x);
  if (!is_success(x->status))
    return keep_error(x, bytes, length);
  return keep(x, bytes, length);
}


static size_t on_body (char *bytes, size_t size, size_t count, void *arg)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  size_t taken;
  if (x->sink == SINK_FILE && is_success(x->status))
    return write_file(x, bytes, size * count);
  exchange_lock(x);
  taken = take_bytes(x, bytes, size * count);
  exchange_unlock(x);
  return taken;
}


/* Called by libcurl again and again, for what has a body to send that takes
** its time, and for what was refused where libcurl asks no answer. */
static int on_progress (void *arg, curl_off_t expected, curl_off_t received,
                        curl_off_t total, curl_off_t sent)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  int refused;
  (void)expected;
  (void)received;
  (void)total;
  exchange_lock(x);
  if (x->uploaded != (long long)sent)
    note_movement(x);
  x->uploaded = (long long)sent;
  refused = x->kind != NULL;
  exchange_unlock(x);
  return refused;
}


/* What libcurl says of itself, when it is asked to: see first_line.h and
** sharing.h. */
static int on_debug (CURL *easy, curl_infotype type, char *text,
                     size_t length, void *arg)
{
  (void)easy;
  if (type == CURLINFO_HEADER_IN)
    first_line_hear(arg, text, length);
  else if (type == CURLINFO_TEXT)
    sharing_hear(arg, text, length);
  return 0;
}


#if LIBCURL_VERSION_NUM >= 0x075000

/* Whether the request has gone out before. A connection without a port is not
** known to be shut, and libcurl itself is asked whether anything of the
** request has got into it. */
static bool has_gone_out (const struct exchange *x)
{
  long sent = 1;
  if (x->went_out && x->port == 0)
    curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
  return x->went_out && sent > 0;
}


/* Asked by libcurl before a request goes out over a connection. When one that
** was kept turns out to be dead, or refuses it, libcurl would send it again,
** whatever it is and without a word: whether that may be is decided where
** attempts are counted. What an HTTP/2 server refuses unprocessed is an error
** of the connection, too. */
static int on_ready (void *arg, char *their_address, char *our_address,
                     int their_port, int our_port)
{
  struct handle *h = arg;
  struct exchange *x = h->exchange;
  (void)their_address;
  (void)our_address;
  (void)their_port;
  if (has_gone_out(x)) {
    exchange_lock(x);
    exchange_blame(x, "connection", true,
                   "the connection ended before a reply came");
    exchange_unlock(x);
    return CURL_PREREQFUNC_ABORT;
  }
  if (!sharing_may_use(h, our_port)) {
    x->crowded = true;
    return CURL_PREREQFUNC_ABORT;
  }
  begin_sending(x);
  x->port = our_port;
  x->went_out = !connections_has_shut(h->connections, our_port);
  return CURL_PREREQFUNC_OK;
}


static bool install_ready (CURL *easy, struct handle *h)
{
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_PREREQDATA, h) == CURLE_OK;
}

#else

static bool install_ready (CURL *easy, struct handle *h)
{
  (void)easy;
  (void)h;
  return false;
}

#endif

/* }====================================================== */


/*
** {======================================================
** Pointing a libcurl handle at it
** =======================================================
*/

static bool set (struct exchange *x, CURLoption option, long value)
{
  return curl_easy_setopt(x->easy, option, value) == CURLE_OK;
}


static bool set_pointer (CURL *easy, CURLoption option, const void *value)
{
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}


bool transfer_install (struct handle *h)
{
  CURL *easy = h->easy;
  h->sees_resending = install_ready(easy, h);
  first_line_install(h);
  return curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK
      && set_pointer(easy, CURLOPT_HEADERDATA, h)
      && curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK
      && set_pointer(easy, CURLOPT_WRITEDATA, h)
      && curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION,
                          on_progress) == CURLE_OK
      && set_pointer(easy, CURLOPT_XFERINFODATA, h)
      && curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug) == CURLE_OK
      && set_pointer(easy, CURLOPT_DEBUGDATA, h)
      && sharing_install(h);
}


/* A form that cannot be sent any more ends the exchange, with the reason. */
static bool set_form (struct exchange *x)
{
  const char *trouble;
  x->upload = upload_create(x->form, x->easy, &x->sent);
  if (x->upload == NULL)
    return false;
  trouble = upload_check(x->upload);
  if (trouble)
    exchange_fail(x, "io", false, trouble);
  return trouble == NULL
      && set_pointer(x->easy, CURLOPT_MIMEPOST, upload_mime(x->upload));
}


static bool set_body (struct exchange *x)
{
  return curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                          (curl_off_t)x->body_length) == CURLE_OK
      && set_pointer(x->easy, CURLOPT_POSTFIELDS, x->body ? x->body : "");
}


static bool is_method (const struct exchange *x, const char *method)
{
  return strcmp(x->plan->method, method) == 0;
}


static bool set_content (struct exchange *x, bool post, bool head)
{
  if (x->form)
    return set_form(x);
  if (post || x->has_body)
    return set(x, CURLOPT_POST, 1L) && set_body(x);
  return head || set(x, CURLOPT_HTTPGET, 1L);
}


static bool set_method (struct exchange *x)
{
  bool post = is_method(x, "POST"), head = is_method(x, "HEAD");
  bool known = post || head || is_method(x, "GET");
  bool posted = x->handle->is_post;
  x->handle->is_post = post && x->form == NULL;
  if (posted && x->handle->is_post)
    return set_body(x);
  return set(x, CURLOPT_NOBODY, head ? 1L : 0L)
      && set_pointer(x->easy, CURLOPT_CUSTOMREQUEST,
                     known ? NULL : x->plan->method)
      && set_content(x, post, head);
}


/* Sets the lines of the header. "Expect" would cost a large upload a round
** trip, and some servers never answer it. */
static bool set_headers (struct exchange *x)
{
  static char no_expect[] = "Expect:";
  struct curl_slist *lines = x->plan->lines;
  if (x->form || (x->body_length > EXPECT_EARLY
                  && (x->body_length > EXPECT_LEAST
                      || libcurl_has(LIBCURL_ASKS_EARLY))))
    lines = handle_prepend(x->handle, 0, no_expect, lines);
  if (x->secret)
    lines = handle_prepend(x->handle, 1, x->secret->text, lines);
  return set_pointer(x->easy, CURLOPT_HTTPHEADER, lines);
}


/* Sets times and sizes. The size of the buffer is a wish: a handle whose last
** transfer failed early still has its own, and refuses another. */
static bool set_limits (struct exchange *x)
{
  (void)handle_set(x->handle, HANDLE_BUFFER, read_sizes[x->sink]);
  return handle_set(x->handle, HANDLE_CONNECT_TIMEOUT,
                    x->plan->connect_timeout)
      && handle_set(x->handle, HANDLE_QUIET, !is_sent_slowly(x));
}


int transfer_pipe (const struct exchange *x)
{
  return x->download ? download_pipe(x->download) : -1;
}


int transfer_descriptor (const struct exchange *x)
{
  curl_socket_t descriptor = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &descriptor)
      != CURLE_OK)
    return -1;
  return (int)descriptor;
}


bool transfer_begin (struct exchange *x, struct handle *h)
{
  h->exchange = x;
  x->handle = h;
  x->easy = h->easy;
  exchange_lock(x);
  note_movement(x);
  exchange_unlock(x);
  if (!h->sees_resending)
    begin_sending(x);
  h->message[0] = '\0';
  return set_limits(x) && protocol_set(x) && set_headers(x)
      && handle_set_url(h, x->url) && set_method(x);
}


/* The handle is left with the exchange's header lines and body, at which
** libcurl does not look before transfer_begin has set others. */
struct handle *transfer_detach (struct exchange *x)
{
  struct handle *h = x->handle;
  end_sending(x);
  if (x->upload) {
    set_pointer(x->easy, CURLOPT_MIMEPOST, NULL);
    upload_free(x->upload);
  }
  x->upload = NULL;
  x->easy = NULL;
  x->handle = NULL;
  h->exchange = NULL;
  h->is_used = true;
  return h;
}

/* }====================================================== */


/*
** {======================================================
** How it ended
** =======================================================
*/

struct failure {
  CURLcode code;
  const char *kind;
  bool retryable;
};

/* Kinds of failure, by libcurl's code. What is not here is of kind
** "connection" and worth another attempt. */
static const struct failure failures[] = {
  { CURLE_OPERATION_TIMEDOUT,       "timeout",     true },
  { CURLE_URL_MALFORMAT,            "bad_request", false },
  { CURLE_UNSUPPORTED_PROTOCOL,     "bad_request", false },
  { CURLE_READ_ERROR,               "io",          false },
  { CURLE_ABORTED_BY_CALLBACK,      "connection",  false },
  { CURLE_WRITE_ERROR,              "io",          false },
  { CURLE_OUT_OF_MEMORY,            "limit",       false },
  { (CURLcode)100,                  "limit",       false }, /* TOO_LARGE */
  { CURLE_BAD_CONTENT_ENCODING,     "decode",      false },
  { CURLE_SSL_CONNECT_ERROR,        "tls",         true },
  { CURLE_PEER_FAILED_VERIFICATION, "tls",         false },
  { CURLE_SSL_CACERT_BADFILE,       "tls",         false },
  { CURLE_SSL_CERTPROBLEM,          "tls",         false },
  { CURLE_SSL_CIPHER,               "tls",         false },
  { CURLE_SSL_ISSUER_ERROR,         "tls",         false },
  { CURLE_SSL_INVALIDCERTSTATUS,    "tls",         false },
  { CURLE_SSL_PINNEDPUBKEYNOTMATCH, "tls",         false },
  { CURLE_SSL_CRL_BADFILE,          "tls",         false },
  { CURLE_SSL_ENGINE_NOTFOUND,      "tls",         false },
  { CURLE_SSL_ENGINE_SETFAILED,     "tls",         false },
  { CURLE_SSL_ENGINE_INITFAILED,    "tls",         false },
#if LIBCURL_VERSION_NUM >= 0x074d00
  { CURLE_SSL_CLIENTCERT,           "tls",         false },
#endif
  { CURLE_USE_SSL_FAILED,           "tls",         false },
};

#define FAILURE_COUNT (sizeof(failures) / sizeof(failures[0]))


static struct failure find_failure (CURLcode code)
{
  static const struct failure otherwise = { CURLE_OK, "connection", true };
  size_t i;
  for (i = 0; i < FAILURE_COUNT; i++) {
    if (failures[i].code == code)
      return failures[i];
  }
  return otherwise;
}


/* Whether a reply is no HTTP, which has the code of a URL that is none. */
static bool is_garbage (struct exchange *x, CURLcode code)
{
  long sent = 0;
  curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
  return code == CURLE_UNSUPPORTED_PROTOCOL && sent > 0;
}


/* The code of a failure, where libcurl has one for two: what it could not
** decode has that of what could not be written. */
static CURLcode true_code (struct exchange *x, CURLcode code)
{
  if (is_garbage(x, code))
    return CURLE_WEIRD_SERVER_REPLY;
  if (code == CURLE_WRITE_ERROR && x->encoded)
    return CURLE_BAD_CONTENT_ENCODING;
  return code;
}


static const char *message_of (struct exchange *x, CURLcode code)
{
  if (code == CURLE_OUT_OF_MEMORY && x->header_bytes > 0 && x->status == 0)
    return "out of memory, or a line of the reply's header is too long for "
           "libcurl";
  if (code == CURLE_WRITE_ERROR && x->encoded)
    return "the reply's body is not encoded as its header says";
  return x->handle->message[0] ? x->handle->message
                               : curl_easy_strerror(code);
}


/* Notes why it failed: a callback's own reason goes before libcurl's. The lock
** is held. */
static enum exchange_end conclude_failure (struct exchange *x, CURLcode code)
{
  struct failure failure = find_failure(true_code(x, code));
  if (x->kind == NULL && x->upload && upload_trouble(x->upload))
    exchange_blame(x, "io", false, upload_trouble(x->upload));
  if (x->kind == NULL)
    exchange_blame(x, failure.kind, failure.retryable, message_of(x, code));
  return EXCHANGE_FAILED;
}


static enum exchange_end fail (struct exchange *x, const char *kind,
                               bool retryable, const char *message)
{
  exchange_blame(x, kind, retryable, message);
  return EXCHANGE_FAILED;
}


static enum exchange_end conclude_success (struct exchange *x)
{
  char *redirect = NULL;
  if (x->status == 0)
    return fail(x, "connection", true,
                "the reply ended before its header was complete");
  curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect && (x->redirect = strdup(redirect)) == NULL)
    return fail(x, "limit", false, "out of memory");
  if (x->download && is_success(x->status)
      && !download_commit(x->download)) {
    refuse_file(x, errno);
    return EXCHANGE_FAILED;
  }
  return EXCHANGE_COMPLETE;
}


/* Whether what has come is a reply, although it was broken off: what matters
** of an error is its status, however its body ends. Of such a redirect libcurl
** does not say where it leads. */
static bool says_enough (const struct exchange *x)
{
  return x->cut || x->status >= 400;
}


enum exchange_end transfer_conclude (struct exchange *x, int code)
{
  enum exchange_end end;
  exchange_lock(x);
  end = code == CURLE_OK || says_enough(x)
      ? conclude_success(x) : conclude_failure(x, (CURLcode)code);
  exchange_unlock(x);
  return end;
}


bool transfer_expire (struct exchange *x)
{
  bool enough;
  exchange_lock(x);
  enough = x->expired && says_enough(x);
  exchange_unlock(x);
  return enough;
}

/* }====================================================== */
