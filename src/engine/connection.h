/*
** What is known of each connection of an engine, by its descriptor. An idle
** connection must not be used again once something has come over it: its peer
** has closed it, or has sent what nobody asked for, which libcurl before 8.0
** would take for the reply to the next request. Idle connections are looked at
** before each start, too: a stepped engine may not have run for a while. A
** reply too many that comes while the next request is under way is taken for
** that one's: HTTP/1.1 has nothing to tell them apart. For the engine's thread
** alone.
*/
#ifndef OAI_CONNECTION_H
#define OAI_CONNECTION_H

#include <stdbool.h>

struct connection {
  bool open;
  bool is_told;             /* its first exchange knows of it */
  bool has_answered;        /* something has come over it */
  bool is_http1;            /* it speaks that over TLS; see sharing.h */
  bool is_http2;            /* so its peer may send something at any time */
  bool is_held;             /* its exchange waits until its reader reads */
  bool is_socket;           /* one exchange has it, as a WebSocket */
  int wanted;               /* what libcurl wants the poller to wait for */
  bool is_shut;             /* connections_shut; libcurl has yet to see it */
  int port;                 /* our end's; set with is_shut and is_http1 */
  double opened;            /* when, on the engine's clock */
  double heard;             /* when something last came, on that clock */
};

struct connections {
  struct connection *all;   /* by descriptor */
  int room;
  int shut;                 /* how many are shut */
  int untold;               /* how many are not is_told */
  int http1;                /* how many are is_http1 */
  bool spoke_http1;         /* some connection has been is_http1 */
  bool speaks_http2;        /* some connection has agreed to HTTP/2 */
  int held;                 /* exchanges that wait for their readers */
  bool socket_is_due;       /* its peer has gone, or it may send */
};

/* All zero bytes is an empty set. */
void connections_clear (struct connections *c);

/* The descriptor was opened. False when there is no memory. */
bool connections_add (struct connections *c, int descriptor, double now);

/* The descriptor is about to be closed. */
void connections_remove (struct connections *c, int descriptor);

/* The first exchange of a connection knows of it from now on. */
void connections_tell (struct connections *c, struct connection *one);

/* The connection of a descriptor; NULL when it is that of none. */
struct connection *connections_find (struct connections *c, int descriptor);

/* The descriptor of the connection whose end here has this port; -1: there is
** none. */
int connections_at_port (const struct connections *c, int port);

/* The connection, whose end here has this port, has agreed to HTTP/1.1. */
void connections_speaks_http1 (struct connections *c, int descriptor,
                               int port);

/* Whether the connection at this port has agreed to HTTP/1.1. */
bool connections_is_http1 (const struct connections *c, int port);

/* Ends a connection for both sides, so that libcurl finds it dead. */
void connections_shut (struct connections *c, int descriptor);

/* Whether the connection at this port was shut: nothing can go out over it. */
bool connections_has_shut (const struct connections *c, int port);

/* Something had come, as of `now`, over an idle connection. By this call the
** descriptor may be that of another one. */
void connections_disturbed (struct connections *c, int descriptor,
                            double now);

#endif
