/*
** One HTTP exchange. The callbacks below run inside libcurl: they append
** bytes, set flags and return; what goes wrong in them is noted in the
** exchange and told when libcurl reports the end.
*/
#include "exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "credential.h"
#include "download.h"
#include "form.h"
#include "handle.h"
#include "header_list.h"
#include "news.h"
#include "upload.h"

/* What libcurl reads at once, by the sink: many streams are open together,
** and a download takes 1.8 x less CPU. */
static const long read_sizes[] = {
  [SINK_BODY] = 16384, [SINK_STREAM] = 2048, [SINK_FILE] = 262144
};

#if LIBCURL_VERSION_NUM >= 0x073B00
#define EXPECT_LEAST ((size_t)1024 * 1024)  /* libcurl asks beyond that */
#else
#define EXPECT_LEAST ((size_t)1024)
#endif
#define RESERVE_MOST ((curl_off_t)64 * 1024 * 1024)


struct exchange *exchange_create (const char *method, const char *url)
{
  static unsigned long long last_id;
  size_t method_size = strlen(method) + 1, url_size = strlen(url) + 1;
  struct exchange *x = malloc(sizeof(*x) + method_size + url_size);
  if (x == NULL)
    return NULL;
  memset(x, 0, sizeof(*x));
  x->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
  x->references = 1;
  x->expected = -1;
  pthread_mutex_init(&x->lock, NULL);
  buffer_init(&x->header_block, HEADER_CEILING);
  buffer_init(&x->incoming, BODY_CEILING);
  buffer_init(&x->reading, BODY_CEILING);
  sse_init(&x->sse);
  x->method = memcpy(x + 1, method, method_size);
  x->url = memcpy(x->method + method_size, url, url_size);
  return x;
}


void exchange_retain (struct exchange *x)
{
  __atomic_add_fetch(&x->references, 1, __ATOMIC_RELAXED);
}


void exchange_forget_request (struct exchange *x)
{
  if (x->headers)
    header_list_release(x->headers);
  secret_free(x->secret);
  free(x->body);
  if (x->form)
    form_release(x->form);
  if (x->download)
    download_free(x->download);
  x->headers = NULL;
  x->secret = x->body = NULL;
  x->form = NULL;
  x->download = NULL;
}


static void free_reply (struct exchange *x)
{
  buffer_free(&x->header_block);
  buffer_free(&x->incoming);
  buffer_free(&x->reading);
  sse_free(&x->sse);
  free(x->redirect);
  free(x->message);
}


void exchange_release (struct exchange *x)
{
  if (__atomic_sub_fetch(&x->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  exchange_forget_request(x);
  free_reply(x);
  pthread_mutex_destroy(&x->lock);
  free(x);
}


void exchange_lock (struct exchange *x)
{
  if (x->shared)
    pthread_mutex_lock(&x->lock);
}


void exchange_unlock (struct exchange *x)
{
  if (x->shared)
    pthread_mutex_unlock(&x->lock);
}


/*
** {======================================================
** Making it
** =======================================================
*/

void exchange_set_headers (struct exchange *x, struct header_list *headers)
{
  header_list_retain(headers);
  x->headers = headers;
}


void exchange_set_secret (struct exchange *x, char *line)
{
  secret_free(x->secret);
  x->secret = line;
}


bool exchange_set_body (struct exchange *x, const char *body, size_t length)
{
  x->body = malloc(length + 1);
  if (x->body == NULL)
    return false;
  memcpy(x->body, body, length);
  x->body_length = length;
  x->has_body = true;
  return true;
}


void exchange_set_form (struct exchange *x, struct form *form)
{
  form_retain(form);
  x->form = form;
}


bool exchange_set_target (struct exchange *x, const char *path)
{
  x->sink = SINK_FILE;
  x->download = download_create(path);
  return x->download != NULL;
}

/* }====================================================== */


/*
** {======================================================
** Reading it
** =======================================================
*/

bool exchange_take (struct exchange *x)
{
  bool resume;
  exchange_lock(x);
  if (buffer_length(&x->reading) == 0)
    buffer_swap(&x->reading, &x->incoming);
  resume = x->paused;
  x->paused = false;
  exchange_unlock(x);
  return resume;
}


/* A half event at the end of what was taken is no reason not to take more:
** the rest may be there, and its news gone. */
enum sse_result exchange_event (struct exchange *x, struct sse_event *event,
                                bool *resume)
{
  enum sse_result result = SSE_MORE;
  size_t used;
  *resume = false;
  while (result == SSE_MORE) {
    if (buffer_length(&x->reading) == 0 && exchange_take(x))
      *resume = true;
    if (buffer_length(&x->reading) == 0)
      break;
    result = sse_next(&x->sse, buffer_bytes(&x->reading),
                      buffer_length(&x->reading), &used, event);
    buffer_consume(&x->reading, used);
  }
  return result;
}


void exchange_discard (struct exchange *x)
{
  exchange_lock(x);
  x->draining = true;
  exchange_unlock(x);
}


int exchange_status (struct exchange *x)
{
  int status;
  exchange_lock(x);
  status = x->status;
  exchange_unlock(x);
  return status;
}


enum exchange_end exchange_outcome (struct exchange *x)
{
  enum exchange_end end;
  exchange_lock(x);
  end = x->end;
  exchange_unlock(x);
  return end;
}

/* }====================================================== */


/*
** {======================================================
** libcurl's callbacks
** =======================================================
*/

static bool is_success (int status)
{
  return status >= 200 && status < 300;
}


static void set_message (struct exchange *x, const char *message)
{
  free(x->message);
  x->message = strdup(message);
}


/* Notes why a callback is about to make libcurl give up. The lock is
** held. */
static size_t refuse (struct exchange *x, const char *kind, const char *what)
{
  x->kind = kind;
  set_message(x, what);
  return 0;
}


/* The reader of a stream has something to see; any other waits for the
** end. */
static void tell_reader (struct exchange *x)
{
  if (x->sink == SINK_STREAM)
    news_add(x->news, x);
}


static void end_of_header (struct exchange *x)
{
  long status = 0;
  curl_off_t length = -1;
  curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200)
    return;                 /* an interim reply: the real one follows */
  x->status = (int)status;
  tell_reader(x);
  curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  x->expected = (long long)length;
  if (x->sink == SINK_BODY && length > 0 && length < RESERVE_MOST)
    buffer_reserve(&x->incoming, (size_t)length);
}


static size_t take_header (struct exchange *x, const char *line,
                           size_t length)
{
  if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
    buffer_clear(&x->header_block);
  else if (x->status != 0)
    return length;          /* a trailer */
  if (buffer_append(&x->header_block, line, length) != BUFFER_OK)
    return refuse(x, "connection", "the reply's header is larger than "
                                   "256 KiB");
  if (length <= 2 && (line[0] == '\r' || line[0] == '\n'))
    end_of_header(x);
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


/* Without the lock: a slow disk must not keep the reader waiting. */
static size_t write_file (struct exchange *x, const char *bytes,
                          size_t length)
{
  bool written = download_write(x->download, bytes, length);
  exchange_lock(x);
  if (written)
    x->received += (long long)length;
  else
    length = refuse(x, "connection", strerror(errno));
  exchange_unlock(x);
  return length;
}


static size_t take_bytes (struct exchange *x, const char *bytes,
                          size_t length)
{
  if (x->draining)
    return length;
  if (x->sink == SINK_STREAM
      && buffer_length(&x->incoming) >= STREAM_CEILING) {
    x->paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (buffer_append(&x->incoming, bytes, length) != BUFFER_OK)
    return refuse(x, "connection", "the reply's body is larger than memory "
                                   "or 1 GiB");
  x->received += (long long)length;
  tell_reader(x);
  return length;
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

/* }====================================================== */


/*
** {======================================================
** Pointing a libcurl handle at it
** =======================================================
*/

void exchange_install (struct handle *h)
{
  curl_easy_setopt(h->easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(h->easy, CURLOPT_HEADERDATA, h);
  curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, h);
}


/* A form that cannot be sent any more ends the exchange, with the reason. */
static bool set_form (struct exchange *x)
{
  const char *trouble;
  x->upload = upload_create(x->form, x->easy, &x->sent);
  if (x->upload == NULL)
    return false;
  trouble = upload_check(x->upload);
  if (trouble) {
    exchange_fail(x, "connection", false, trouble);
    return false;
  }
  curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, upload_mime(x->upload));
  return true;
}


static void set_post (struct exchange *x)
{
  curl_easy_setopt(x->easy, CURLOPT_POST, 1L);
  curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                   (curl_off_t)x->body_length);
  curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, x->body ? x->body : "");
}


static bool set_method (struct exchange *x)
{
  bool post = strcmp(x->method, "POST") == 0;
  bool get = strcmp(x->method, "GET") == 0;
  bool head = strcmp(x->method, "HEAD") == 0;
  curl_easy_setopt(x->easy, CURLOPT_NOBODY, head ? 1L : 0L);
  curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST,
                   post || get || head ? NULL : x->method);
  if (x->form)
    return set_form(x);
  if (post || x->has_body)
    set_post(x);
  else if (!head)
    curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);
  return true;
}


/* "Expect" would cost a large upload a round trip, and some servers never
** answer it. */
static void set_headers (struct exchange *x)
{
  static char no_expect[] = "Expect:";
  struct curl_slist *lines = x->headers ? header_list_lines(x->headers)
                                        : NULL;
  if (x->form || x->body_length > EXPECT_LEAST)
    lines = handle_prepend(x->handle, 0, no_expect, lines);
  if (x->secret)
    lines = handle_prepend(x->handle, 1, x->secret, lines);
  curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, lines);
}


bool exchange_is_secure (const struct exchange *x)
{
  return strncasecmp(x->url, "https:", 6) == 0;
}


/* Over TLS it waits for a connection that is being made, to share it by
** HTTP/2. Without TLS there is none, and it would wait for the first reply
** to end. On a connection of its own it is sent once: libcurl sends again
** what a kept one had no answer to. */
static void set_sharing (struct exchange *x)
{
  curl_easy_setopt(x->easy, CURLOPT_PIPEWAIT,
                   exchange_is_secure(x) && !x->fresh ? 1L : 0L);
  curl_easy_setopt(x->easy, CURLOPT_FRESH_CONNECT, x->fresh ? 1L : 0L);
}


bool exchange_begin (struct exchange *x, struct handle *h)
{
  h->exchange = x;
  x->handle = h;
  x->easy = h->easy;
  h->message[0] = '\0';
  curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, x->connect_timeout);
  curl_easy_setopt(x->easy, CURLOPT_BUFFERSIZE, read_sizes[x->sink]);
  set_sharing(x);
  set_headers(x);
  return handle_set_url(h, x->url) && set_method(x);
}


struct handle *exchange_detach (struct exchange *x)
{
  struct handle *h = x->handle;
  curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, NULL);
  if (x->upload) {
    curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, NULL);
    upload_free(x->upload);
  }
  x->upload = NULL;
  x->easy = NULL;
  x->handle = NULL;
  h->exchange = NULL;
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

/* What is not here is of kind "connection" and worth another attempt. */
static const struct failure failures[] = {
  { CURLE_OPERATION_TIMEDOUT,       "timeout",     true },
  { CURLE_URL_MALFORMAT,            "bad_request", false },
  { CURLE_UNSUPPORTED_PROTOCOL,     "bad_request", false },
  { CURLE_READ_ERROR,               "connection",  false },
  { CURLE_ABORTED_BY_CALLBACK,      "connection",  false },
  { CURLE_WRITE_ERROR,              "connection",  false },
  { CURLE_OUT_OF_MEMORY,            "connection",  false },
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


void exchange_finish (struct exchange *x, enum exchange_end end)
{
  exchange_lock(x);
  if (x->end == EXCHANGE_OPEN)
    x->end = end;
  exchange_unlock(x);
}


void exchange_fail (struct exchange *x, const char *kind, bool retryable,
                    const char *message)
{
  exchange_lock(x);
  if (x->end == EXCHANGE_OPEN) {
    x->kind = kind;
    x->retryable = retryable;
    set_message(x, message);
    x->end = EXCHANGE_FAILED;
  }
  exchange_unlock(x);
}


/* A reply that is no HTTP has the code of a URL that is none. */
static bool is_garbage (struct exchange *x, CURLcode code)
{
  long sent = 0;
  curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
  return code == CURLE_UNSUPPORTED_PROTOCOL && sent > 0;
}


/* The lock is held. A callback's own reason goes before libcurl's. */
static enum exchange_end conclude_failure (struct exchange *x, CURLcode code)
{
  struct failure failure = find_failure(is_garbage(x, code)
                                        ? CURLE_WEIRD_SERVER_REPLY : code);
  if (x->kind == NULL && x->upload && upload_trouble(x->upload))
    refuse(x, "connection", upload_trouble(x->upload));
  if (x->kind == NULL) {
    const char *message = x->handle->message;
    x->kind = failure.kind;
    x->retryable = failure.retryable;
    set_message(x, message[0] ? message : curl_easy_strerror(code));
  }
  return EXCHANGE_FAILED;
}


static enum exchange_end conclude_success (struct exchange *x)
{
  char *redirect = NULL;
  curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect)
    x->redirect = strdup(redirect);
  if (x->download && is_success(x->status) && !download_commit(x->download)) {
    refuse(x, "connection", strerror(errno));
    return EXCHANGE_FAILED;
  }
  return EXCHANGE_COMPLETE;
}


enum exchange_end exchange_conclude (struct exchange *x, int code)
{
  enum exchange_end end;
  exchange_lock(x);
  end = code == CURLE_OK ? conclude_success(x)
                         : conclude_failure(x, (CURLcode)code);
  exchange_unlock(x);
  return end;
}

/* }====================================================== */
