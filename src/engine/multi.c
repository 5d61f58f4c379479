/*
** What libcurl says that it waits for is heard here, by callbacks that run
** inside libcurl; after them, what is asked of it.
*/
#include "multi.h"

#include <errno.h>
#include <stddef.h>

#include <curl/curl.h>

#include "../system/net.h"
#include "../system/poller.h"
#include "exchange.h"
#include "handle.h"
#include "libcurl.h"
#include "process.h"

#define NO_MORE_WATCHED "the system cannot watch another connection"


/*
** {======================================================
** What libcurl waits for
** =======================================================
*/

static struct exchange *exchange_of (CURL *easy)
{
  struct handle *h = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&h);
  return h ? h->exchange : NULL;
}


/* Notes which exchange a connection is of at first, and whether it is left
** alone because of a reader who is behind. */
static void note_use (struct multi *m, CURL *easy, struct connection *c,
                      int descriptor, bool wanted)
{
  struct exchange *x;
  if (wanted && c->is_told && !c->is_held && !m->reads_on)
    return;
  if (!wanted && m->connections.held == 0 && !c->is_socket)
    return;
  x = exchange_of(easy);
  if (x == NULL)
    return;
  if (wanted && (!c->is_told || m->reads_on))
    x->descriptor = descriptor;
  connections_tell(&m->connections, c);
  c->is_socket = x->socket != NULL;
  if (!wanted && x->socket && !x->held)
    m->connections.socket_is_due = x->socket->is_gone = true;
  c->is_held = x->held && (!wanted || (m->reads_on && !x->is_http2));
}


/* For what a socket's descriptor is to be watched: also until it can take what
** libcurl keeps of it and does not wait to send (multi_keeps). While its
** reader is behind, libcurl may want nothing at all. */
static int wanted_of_socket (CURL *easy, const struct connection *c, int what)
{
  struct exchange *x = exchange_of(easy);
  return x && (what || c->is_held) && multi_keeps(x) ? what | POLLER_WRITE
                                                     : what;
}


/* Before a descriptor is closed, or after. */
static void forget (struct multi *m, int descriptor)
{
  poller_forget(m->poller, descriptor);
  if (connections_find(&m->connections, descriptor))
    m->open--;
  connections_remove(&m->connections, descriptor);
}


/* Whether the request has gone out over a descriptor. */
static bool has_carried (struct multi *m, CURL *easy, int descriptor)
{
  const struct exchange *x = exchange_of(easy);
  return x && x->went_out
      && connections_at_port(&m->connections, x->port) == descriptor;
}


/* Hears for what a descriptor is to be watched. To answer -1 would have
** libcurl end everything, and tell nobody, so a failure is noted. A descriptor
** on which nothing ever came may be closed when libcurl says that it wants it
** no more, and another's by now: libcurl 7.88 closes what is not connected yet
** itself. */
static int on_socket (CURL *easy, curl_socket_t descriptor, int what,
                      void *arg, void *unused)
{
  static const int wanted[] = {
    0, POLLER_READ, POLLER_WRITE, POLLER_READ | POLLER_WRITE
  };
  struct multi *m = arg;
  struct connection *c = connections_find(&m->connections, descriptor);
  int what_for = what == CURL_POLL_REMOVE ? 0 : wanted[what & 3];
  (void)unused;
  if (c) {
    note_use(m, easy, c, descriptor, what_for != 0);
    if (c->is_socket)
      what_for = wanted_of_socket(easy, c, what_for);
    c->wanted = what_for;
  }
  if (c && !c->has_answered && what_for == 0
      && !has_carried(m, easy, descriptor))
    forget(m, descriptor);
  else if (!poller_watch(m->poller, descriptor, what_for))
    m->failure = NO_MORE_WATCHED;
  return 0;
}


static curl_socket_t on_open (void *arg, curlsocktype purpose,
                              struct curl_sockaddr *address)
{
  struct multi *m = arg;
  int descriptor = net_open(address->family, address->socktype,
                            address->protocol);
  (void)purpose;
  if (descriptor < 0)
    return CURL_SOCKET_BAD;
  forget(m, descriptor);    /* one that was closed unseen */
  if (connections_add(&m->connections, descriptor, m->now)
      && poller_adopt(m->poller, descriptor)) {
    m->open++;
    return descriptor;
  }
  connections_remove(&m->connections, descriptor);
  net_close(descriptor);
  errno = ENOMEM;
  return CURL_SOCKET_BAD;
}


static int on_close (void *arg, curl_socket_t descriptor)
{
  forget(arg, descriptor);
  return net_close(descriptor);
}


static int on_timer (CURLM *multi, long milliseconds, void *arg)
{
  struct multi *m = arg;
  (void)multi;
  m->timer = milliseconds < 0 ? -1.0
                              : process_clock() + (double)milliseconds / 1000;
  return 0;
}

/* }====================================================== */



/*
** {======================================================
** Birth and death
** =======================================================
*/

static bool set_up (struct multi *m)
{
  CURLM *multi = m->curl;
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION,
                           on_socket) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, m) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION,
                           on_timer) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_TIMERDATA, m) == CURLM_OK
      && curl_multi_setopt(multi, CURLMOPT_PIPELINING,
                           (long)CURLPIPE_MULTIPLEX) == CURLM_OK;
}


/* Makes libcurl's handle, whose wake-up a libcurl before 8.8 lets programs
** inherit that the host starts. NULL: errno says why, where libcurl leaves
** what the system has said: 8.22 needs descriptors. */
static CURLM *create (void)
{
  int lowest[NET_LOWEST];
  CURLM *multi;
  net_find_lowest(lowest);
  errno = ENOMEM;
  multi = curl_multi_init();
  if (multi)
    net_keep_lowest(lowest);
  return multi;
}


static void end (struct multi *m)
{
  curl_multi_cleanup(m->curl);
  m->curl = NULL;
  m->timer = -1.0;
}


/* Makes libcurl's handle and sets it up. False when there is no memory, or
** what errno says; then there is none. */
static bool begin (struct multi *m)
{
  m->curl = create();
  if (m->curl && set_up(m))
    return true;
  end(m);
  return false;
}


bool multi_open (struct multi *m)
{
  int error;
  m->now = process_clock();
  m->timer = -1.0;
  m->reads_on = libcurl_has(LIBCURL_READS_WHEN_HELD);
  m->poller = poller_create();
  if (m->poller && begin(m))
    return true;
  error = errno;
  if (m->poller)
    poller_free(m->poller);
  errno = error;
  return false;
}


/* A multi handle of libcurl 7.88 that once had no memory for a connection's
** transfers divides by zero when it meets that descriptor again: none is used
** after it has failed. */
void multi_renew (struct multi *m)
{
  end(m);
  connections_clear(&m->connections);
  m->open = 0;
  m->failure = NULL;
  begin(m);                 /* if it cannot, multi_add tries again */
}


void multi_close (struct multi *m)
{
  end(m);
  connections_clear(&m->connections);
  poller_free(m->poller);
}

/* }====================================================== */


/*
** {======================================================
** Handles in it
** =======================================================
*/

bool multi_install (struct multi *m, void *easy)
{
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
                          on_open) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, m) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION,
                          on_close) == CURLE_OK
      && curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, m) == CURLE_OK;
}


const char *multi_add (struct multi *m, void *easy)
{
  CURLMcode code;
  if (m->curl == NULL && !begin(m))
    return "out of memory";
  code = curl_multi_add_handle(m->curl, easy);
  return code == CURLM_OK ? NULL : curl_multi_strerror(code);
}


bool multi_remove (struct multi *m, void *easy)
{
  return curl_multi_remove_handle(m->curl, easy) == CURLM_OK;
}


struct exchange *multi_ended (struct multi *m, int *code, bool *more)
{
  int left = 0;
  CURLMsg *message = curl_multi_info_read(m->curl, &left);
  *more = left > 0;
  if (message == NULL || message->msg != CURLMSG_DONE)
    return NULL;
  *code = message->data.result;
  return exchange_of(message->easy_handle);
}

/* }====================================================== */


/*
** {======================================================
** Having it act
** =======================================================
*/

static int socket_events (int ready)
{
  int events = 0;
  if (ready & POLLER_READ)
    events |= CURL_CSELECT_IN;
  if (ready & POLLER_WRITE)
    events |= CURL_CSELECT_OUT;
  if (ready & POLLER_ERROR)
    events |= CURL_CSELECT_ERR;
  return events;
}


static void run (struct multi *m, curl_socket_t descriptor, int events)
{
  int running;
  CURLMcode code = curl_multi_socket_action(m->curl, descriptor, events,
                                            &running);
  if (code != CURLM_OK)
    m->failure = curl_multi_strerror(code);
}


void multi_act (struct multi *m, int descriptor, int ready)
{
  run(m, descriptor, socket_events(ready));
}


void multi_act_in_time (struct multi *m)
{
  m->timer = -1.0;          /* libcurl sets it anew from inside the call */
  run(m, CURL_SOCKET_TIMEOUT, 0);
}


bool multi_keeps (const struct exchange *x)
{
  curl_off_t sent = 0;
  curl_easy_getinfo(x->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  return sent < x->sent;
}


void multi_look_again (struct multi *m, int descriptor)
{
  struct connection *c = connections_find(&m->connections, descriptor);
  if (c == NULL || !c->is_held || c->wanted == 0)
    return;
  c->is_held = false;
  if (!poller_watch(m->poller, descriptor, c->wanted))
    m->failure = NO_MORE_WATCHED;
}


void multi_watch_untold (struct multi *m, int descriptor)
{
  struct connection *c = connections_find(&m->connections, descriptor);
  if (c == NULL || c->is_told)
    return;
  connections_tell(&m->connections, c);
  c->has_answered = true;
  if (!poller_watch(m->poller, descriptor, POLLER_READ)
      || !poller_watch(m->poller, descriptor, 0))
    connections_shut(&m->connections, descriptor);
}

/* }====================================================== */
