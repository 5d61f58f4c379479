/*
** libcurl has no other way of telling what was agreed on than its log. It is
** on from the moment a TLS connection is begun to the line that says so.
*/
#include "sharing.h"

#include <string.h>

#include "connection.h"
#include "exchange.h"
#include "handle.h"
#include "libcurl.h"


static void set_loud (struct handle *h, bool loud)
{
  handle_set(h, HANDLE_LOUD, loud);
  h->is_loud = loud;
}


bool sharing_matters (void)
{
  return libcurl_has(LIBCURL_MIXES_PROTOCOLS);
}


void sharing_listen (struct handle *h)
{
  set_loud(h, true);
}


/* "ALPN: server accepted h2", "ALPN, server did not agree to a protocol", by
** version. */
void sharing_hear (struct handle *h, const char *text, size_t length)
{
  static const char says[] = "ALPN";
  static const char whose[] = " server ";
  const size_t start = sizeof(says), skip = sizeof(whose) - 1;
  if (length < start + skip || memcmp(text, says, start - 1) != 0
      || memcmp(text + start, whose, skip) != 0)
    return;
  h->agreed = memchr(text + start, '2', length - start) ? AGREED_HTTP2
                                                        : AGREED_HTTP1;
  if (h->agreed == AGREED_HTTP1)
    h->connections->spoke_http1 = true;
  set_loud(h, false);
}


/* Notes what was agreed on for the connection that the handle has made. */
static void note (struct handle *h, int port)
{
  struct connections *c = h->connections;
  if (h->agreed == AGREED_HTTP2)
    c->speaks_http2 = true;
  else
    connections_speaks_http1(c, connections_at_port(c, port), port);
  h->agreed = AGREED_NOTHING;
}


/* Whether another exchange than the handle's uses the connection at a port of
** ours. */
static bool is_used (const struct handle *h, int port)
{
  const struct exchange *x = *h->under_way;
  for (; x; x = x->next) {
    if (x != h->exchange && x->went_out && x->port == port)
      return true;
  }
  return false;
}


bool sharing_may_use (struct handle *h, int port)
{
  const struct connections *c = h->connections;
  if (h->is_loud)
    set_loud(h, false);
  if (h->agreed != AGREED_NOTHING)
    note(h, port);
  return c->http1 == 0 || !c->speaks_http2
      || !connections_is_http1(c, port) || !is_used(h, port);
}
