/*
** An exchange while libcurl has it: first the callbacks, then what is set.
*/
#include "transfer.h"

#include <string.h>

#include <curl/curl.h>

#include "body.h"
#include "connection.h"
#include "credential.h"
#include "download.h"
#include "first_line.h"
#include "handle.h"
#include "header.h"
#include "libcurl.h"
#include "memory.h"
#include "plan.h"
#include "protocol.h"
#include "sharing.h"
#include "upload.h"

/* What libcurl reads at once, by the sink: many streams are open together,
** over sockets comes sound, and a download takes 1.8 x less CPU. */
static const long read_sizes[] = {
  [SINK_BODY] = 16384, [SINK_BYTES] = 16384, [SINK_STREAM] = 2048,
  [SINK_FILE] = 262144
};

#define EXPECT_LEAST ((size_t)1024 * 1024)  /* libcurl asks beyond that, */
#define EXPECT_EARLY ((size_t)1024)         /* or that */
/* How long libcurl believes an address that it has looked up. Once a transfer
** has its connection, that is for ever: or libcurl would look for all that are
** older, of every host, at its end. Each transfer begins with
** NAMES_SECONDS. */
#define NAMES_SECONDS 60L
#define NAMES_FOR_EVER (-1L)

#define PROGRESS_LEAST ((size_t)64 * 1024)  /* is not sent in one go */


/*
** {======================================================
** libcurl's callbacks
** =======================================================
*/

/* Notes that something of it moves. The lock is held. */
static void note_movement (struct exchange *x)
{
  x->moved = *x->handle->now;
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
  return !is_sent_slowly(x) && !x->is_secure;
}


/* Notes what has taken how long. The lock is held. */
static void measure (struct exchange *x)
{
  static const CURLINFO infos[EXCHANGE_TIMES] = {
    CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T,
    CURLINFO_APPCONNECT_TIME_T, CURLINFO_STARTTRANSFER_TIME_T,
    CURLINFO_TOTAL_TIME_T, CURLINFO_SIZE_UPLOAD_T, CURLINFO_SIZE_DOWNLOAD_T
  };
  int i;
  if (x->plan->measured)
    for (i = 0; i < EXCHANGE_TIMES; i++) {
      curl_off_t value = 0;
      curl_easy_getinfo(x->easy, infos[i], &value);
      x->times[i] = value;
    }
}


static bool end_header (struct exchange *x)
{
  long status = 0;
  curl_off_t length = -1;
  if (x->sink == SINK_STREAM)
    measure(x);             /* its end is far */
  curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return header_end(x, (int)status, (long long)length);
}


static size_t on_header (char *line, size_t size, size_t count, void *arg)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  size_t taken = size * count;
  enum header_result result;
  exchange_lock(x);
  if (x->header_bytes == 0 && is_header_gone(x))
    end_sending(x);
  result = header_take(x, line, taken);
  if (result == HEADER_REFUSED
      || (result == HEADER_ENDS && !end_header(x)))
    taken = 0;
  exchange_unlock(x);
  return taken;
}


static size_t on_body (char *bytes, size_t size, size_t count, void *arg)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  switch (body_take(x, bytes, size * count)) {
    case BODY_TAKEN: return size * count;
    case BODY_HELD: return CURL_WRITEFUNC_PAUSE;
    default: return 0;
  }
}


/* Asked by libcurl for more of what goes out over a socket, as if that were
** the request's body. It ends where the peer has gone. */
static size_t on_read (char *to, size_t size, size_t count, void *arg)
{
  struct exchange *x = ((struct handle *)arg)->exchange;
  size_t taken;
  bool ended;
  exchange_lock(x);
  taken = socket_take(x->socket, to, size * count);
  ended = x->socket->is_gone;
  if (taken > 0)
    note_movement(x);
  exchange_unlock(x);
  __atomic_add_fetch(&x->sent, (long long)taken, __ATOMIC_RELAXED);
  return taken > 0 || ended ? taken : CURL_READFUNC_PAUSE;
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


/* A connection over TLS is being made: see sharing.h. */
static CURLcode on_tls (CURL *easy, void *context, void *arg)
{
  (void)easy;
  (void)context;
  sharing_listen(arg);
  return CURLE_OK;
}


/* In place of `on_tls`, where what libcurl is built with has no use for it. */
static int on_socket (void *arg, curl_socket_t descriptor, curlsocktype what)
{
  (void)descriptor;
  (void)what;
  sharing_listen(arg);
  return CURL_SOCKOPT_OK;
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


/* Has a request go out over another connection where this one will not do;
** false where it will. libcurl is not to keep one that we have shut: 8.22
** would take it for alive, and offer it to each request. In its place the next
** one that is kept will do, but not twice. */
static bool turn_away (struct exchange *x, int port)
{
  struct handle *h = x->handle;
  bool shut = connections_has_shut(h->connections, port);
  if (!shut && sharing_may_use(h, port))
    return false;
  if (shut)
    handle_set(h, HANDLE_NO_REUSE, 1);
  x->fresh |= !shut || x->was_crowded;
  x->was_crowded = x->crowded = true;
  return true;
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
  if (turn_away(x, our_port))
    return CURL_PREREQFUNC_ABORT;
  begin_sending(x);
  handle_set(h, HANDLE_NAMES, NAMES_FOR_EVER);
  x->port = our_port;
  x->went_out = true;
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


/* Has libcurl tell of each new connection over TLS, where that matters. */
static bool install_tls (CURL *easy, struct handle *h)
{
  if (!sharing_matters())
    return true;
  if (curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls) == CURLE_OK)
    return set_pointer(easy, CURLOPT_SSL_CTX_DATA, h);
  return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION,
                          on_socket) == CURLE_OK
      && set_pointer(easy, CURLOPT_SOCKOPTDATA, h);
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
      && install_tls(easy, h);
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


/* Has it be an upload without an end. The handle is used for nothing else
** afterwards. */
static bool set_socket (struct exchange *x)
{
  curl_easy_setopt(x->easy, CURLOPT_READFUNCTION, on_read);
  set_pointer(x->easy, CURLOPT_READDATA, x->handle);
  return handle_set(x->handle, HANDLE_NO_REUSE, 1L)
      && set(x, CURLOPT_UPLOAD, 1L);
}


static bool set_content (struct exchange *x, bool post, bool head)
{
  if (x->socket)
    return set_socket(x);
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
                     known && !x->socket ? NULL : x->plan->method)
      && set_content(x, post, head);
}


/* Whether libcurl would ask by "Expect" before it sends the body: that costs a
** large upload a round trip, and some servers never answer it. */
static bool would_expect (const struct exchange *x)
{
  return x->form
      || (x->body_length > EXPECT_EARLY
          && (x->body_length > EXPECT_LEAST
              || libcurl_has(LIBCURL_ASKS_EARLY)));
}


/* Writes a line into a list, and returns where its next one goes. */
static struct curl_slist *put_line (struct curl_slist *at, char *line)
{
  at->data = line;
  at->next = at + 1;
  return at + 1;
}


/* Sets the lines of the header. libcurl looks through them for each field that
** it would send by itself, and goes by the first: our "Expect" is before a
** plan's. A plan begins with such fields, which are found soon so; the
** exchange's own lines come behind them, then what else the plan has. There is
** one at the least: that of the id, which is the plan's or the exchange's. */
static bool set_headers (struct exchange *x)
{
  static char no_expect[] = "Expect:";
  struct curl_slist *own = x->handle->own, *end = own, *rest = x->plan->lines;
  if (would_expect(x))
    end = put_line(end, no_expect);
  for (; rest && end < own + HANDLE_FIRST; rest = rest->next)
    end = put_line(end, rest->data);
  if (x->plan->identity == NULL)
    end = put_line(end, x->identity);
  if (x->secret)
    end = put_line(end, x->secret->text);
  end[-1].next = rest;
  return set_pointer(x->easy, CURLOPT_HTTPHEADER, own);
}


/* Sets times and sizes. The size of the buffer is a wish: a handle whose last
** transfer failed early still has its own, and refuses another. */
static bool set_limits (struct exchange *x)
{
  (void)handle_set(x->handle, HANDLE_BUFFER,
                   read_sizes[x->socket ? SINK_BODY : x->sink]);
  return handle_set(x->handle, HANDLE_NAMES, NAMES_SECONDS)
      && handle_set(x->handle, HANDLE_CONNECT_TIMEOUT,
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
  curl_easy_getinfo(x->easy, CURLINFO_ACTIVESOCKET, &descriptor);
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


int transfer_resume (struct exchange *x)
{
  return curl_easy_pause(x->easy, CURLPAUSE_CONT);
}


/* The handle is left with the exchange's header lines and body, at which
** libcurl does not look before transfer_begin has set others. */
struct handle *transfer_detach (struct exchange *x)
{
  struct handle *h = x->handle;
  exchange_lock(x);
  measure(x);
  exchange_unlock(x);
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
