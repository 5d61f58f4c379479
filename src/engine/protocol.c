/*
** Over what an exchange goes. Without TLS that is HTTP/1.1 always.
*/
#include "protocol.h"

#include <string.h>

#include "connection.h"
#include "exchange.h"
#include "handle.h"
#include "libcurl.h"
#include "plan.h"

#define LARGE_BODY ((size_t)1024 * 1024)    /* goes over HTTP/1.1 */


/* Whether a cut reply would not be seen over HTTP/2, where libcurl takes a
** body for whole that was broken off without an error and had no length. */
static bool hides_cuts (const struct exchange *x)
{
  return x->sink == SINK_FILE || x->sink == SINK_BYTES;
}


/* Whether a body is large: over HTTP/2 libcurl spins while a server takes no
** more of it, and is slow with it through a proxy. */
static bool is_large (const struct exchange *x)
{
  return x->form || x->body_length > LARGE_BODY;
}


static bool wants_http1 (const struct exchange *x)
{
  if (x->socket)
    return true;
  if (x->plan->http != HTTP_ANY)
    return x->plan->http == HTTP_1;
  return hides_cuts(x) || is_large(x) || libcurl_has(LIBCURL_BREAKS_HTTP2)
      || (x->sink == SINK_STREAM && libcurl_has(LIBCURL_SPINS_WHEN_HELD));
}


/* Whether it must not share a connection of HTTP/2 that there is. */
static bool is_apart (const struct exchange *x)
{
  return libcurl_has(LIBCURL_BREAKS_HTTP2)
      || (x->handle->connections->held > 0
          && libcurl_has(LIBCURL_HOLDS_CONNECTIONS));
}


/* Whether libcurl does not ask before it sends on a connection that was kept.
** Older versions may send again then; and they may give one of HTTP/1.1 that
** is in use to what would share one of HTTP/2. */
static bool is_unseen (const struct exchange *x, bool http2)
{
  if (x->handle->sees_resending)
    return false;
  return (http2 && x->handle->connections->spoke_http1)
      || (strcmp(x->plan->method, "GET") != 0
          && strcmp(x->plan->method, "HEAD") != 0);
}


/* Has no connection of HTTP/2 kept where it would be given to what must go
** over HTTP/1.1. */
static bool set_keeping (struct exchange *x, bool http2)
{
  return handle_set(x->handle, HANDLE_NO_REUSE,
                    http2 && libcurl_has(LIBCURL_BREAKS_HTTP2));
}


/* Says over what an exchange goes. It waits for a connection that is being
** made, to share it by HTTP/2; without, it would wait for the first reply to
** end. */
bool protocol_set (struct exchange *x)
{
  bool secure = x->is_secure;
  bool http1 = secure && wants_http1(x), http2 = secure && !http1;
  bool fresh = x->fresh || is_unseen(x, http2) || (http2 && is_apart(x));
  return set_keeping(x, http2)
      && handle_set(x->handle, HANDLE_HTTP, http1 ? HANDLE_HTTP1
                                                  : HANDLE_HTTP2)
      && handle_set(x->handle, HANDLE_WAIT, http2 && !fresh)
      && handle_set(x->handle, HANDLE_FRESH, fresh);
}


static bool is_alone (const struct exchange *x)
{
  const struct exchange *other;
  for (other = *x->handle->under_way; other; other = other->next) {
    if (other != x && !other->held)
      return false;
  }
  return true;
}


/* Lets one that would hold back others with it have more, up to a ceiling of
** its own. */
bool protocol_may_hold (const struct exchange *x, size_t unread)
{
  if (unread < STREAM_CEILING)
    return false;
  return unread >= SHARED_CEILING || !x->is_http2
      || !libcurl_has(LIBCURL_HOLDS_CONNECTIONS) || is_alone(x);
}
