/*
** What libcurl's code of an end means: success, or a failure of a kind, which
** may be worth another attempt.
*/
#include "ending.h"

#include <errno.h>
#include <string.h>

#include <curl/curl.h>

#include "download.h"
#include "handle.h"
#include "header.h"
#include "upload.h"

#define TOO_LARGE ((CURLcode)100)   /* CURLE_TOO_LARGE, where there is one */

struct failure {
  char kind[12];            /* no address: tables of those cost twice */
  bool retryable;
  CURLcode code;
};

/* Kinds of failure, by libcurl's code. What is not here is of kind
** "connection" and worth another attempt. */
static const struct failure failures[] = {
  { "timeout",     true,  CURLE_OPERATION_TIMEDOUT },
  { "bad_request", false, CURLE_URL_MALFORMAT },
  { "bad_request", false, CURLE_UNSUPPORTED_PROTOCOL },
  { "io",          false, CURLE_READ_ERROR },
  { "connection",  false, CURLE_ABORTED_BY_CALLBACK },
  { "io",          false, CURLE_WRITE_ERROR },
  { "limit",       false, CURLE_OUT_OF_MEMORY },
  { "too_large",   false, TOO_LARGE },
  { "decode",      false, CURLE_BAD_CONTENT_ENCODING },
  { "tls",         true,  CURLE_SSL_CONNECT_ERROR },
  { "tls",         false, CURLE_PEER_FAILED_VERIFICATION },
  { "tls",         false, CURLE_SSL_CACERT_BADFILE },
  { "tls",         false, CURLE_SSL_CERTPROBLEM },
  { "tls",         false, CURLE_SSL_CIPHER },
  { "tls",         false, CURLE_SSL_ISSUER_ERROR },
  { "tls",         false, CURLE_SSL_INVALIDCERTSTATUS },
  { "tls",         false, CURLE_SSL_PINNEDPUBKEYNOTMATCH },
  { "tls",         false, CURLE_SSL_CRL_BADFILE },
  { "tls",         false, CURLE_SSL_ENGINE_NOTFOUND },
  { "tls",         false, CURLE_SSL_ENGINE_SETFAILED },
  { "tls",         false, CURLE_SSL_ENGINE_INITFAILED },
#if LIBCURL_VERSION_NUM >= 0x074d00
  { "tls",         false, CURLE_SSL_CLIENTCERT },
#endif
  { "tls",         false, CURLE_USE_SSL_FAILED },
};

#define FAILURE_COUNT (sizeof(failures) / sizeof(failures[0]))


static const struct failure *find_failure (CURLcode code)
{
  static const struct failure otherwise = { "connection", true, CURLE_OK };
  size_t i;
  for (i = 0; i < FAILURE_COUNT; i++) {
    if (failures[i].code == code)
      return &failures[i];
  }
  return &otherwise;
}


/* Whether a reply is no HTTP, which has the code of a URL that is none. */
static bool is_garbage (struct exchange *x, CURLcode code)
{
  long sent = 0;
  curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &sent);
  return code == CURLE_UNSUPPORTED_PROTOCOL && sent > 0;
}


/* Whether a line of the header is too long, for which libcurl has long had
** the code of no memory; that there was none is rare, and the same is said. */
static bool is_long_line (const struct exchange *x, CURLcode code)
{
  return code == CURLE_OUT_OF_MEMORY && x->header_bytes > 0 && x->status == 0;
}


/* The code of a failure, where libcurl has one for two: what it could not
** decode has that of what could not be written. */
static CURLcode true_code (struct exchange *x, CURLcode code)
{
  if (is_long_line(x, code))
    return TOO_LARGE;
  if (is_garbage(x, code))
    return CURLE_WEIRD_SERVER_REPLY;
  if (code == CURLE_WRITE_ERROR && x->encoded)
    return CURLE_BAD_CONTENT_ENCODING;
  return code;
}


static const char *message_of (struct exchange *x, CURLcode code)
{
  if (is_long_line(x, code))
    return "a line of the reply's header is too long for libcurl";
  if (code == CURLE_WRITE_ERROR && x->encoded)
    return "the reply's body is not encoded as its header says";
  return x->handle->message[0] ? x->handle->message
                               : curl_easy_strerror(code);
}


/* Notes why it failed: a callback's own reason goes before libcurl's. The lock
** is held. */
static enum exchange_end conclude_failure (struct exchange *x, CURLcode code)
{
  const struct failure *failure;
  if (strcmp(x->handle->message, "No URL set") == 0) {
    code = CURLE_OUT_OF_MEMORY;         /* a parsed URL that it cannot copy */
    x->handle->message[0] = '\0';
  }
  failure = find_failure(true_code(x, code));
  if (x->kind == NULL && x->upload && upload_trouble(x->upload))
    exchange_blame(x, "io", false, upload_trouble(x->upload));
  if (x->kind == NULL)
    exchange_blame(x, failure->kind, failure->retryable, message_of(x, code));
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
  if (x->download && header_is_success(x->status)
      && !x->resumes && !x->judged
      && (x->received > 0 || x->status < 204) /* it may bring no content */
      && !download_commit(x->download)) {
    exchange_blame_file(x, errno);
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


enum exchange_end ending_of (struct exchange *x, int code)
{
  enum exchange_end end;
  exchange_lock(x);
  end = code == CURLE_OK || says_enough(x)
      ? conclude_success(x) : conclude_failure(x, (CURLcode)code);
  exchange_unlock(x);
  return end;
}


bool ending_breaks_connection (const struct exchange *x, int code)
{
  return code == CURLE_HTTP2 || code == CURLE_SEND_ERROR
      || code == CURLE_RECV_ERROR || (code == CURLE_OK && x->status == 0);
}


bool ending_is_enough (struct exchange *x)
{
  bool enough;
  exchange_lock(x);
  enough = x->expired && says_enough(x);
  exchange_unlock(x);
  return enough;
}
