/*
** What is known of each connection of an engine, by its descriptor. One that
** nobody uses must not be used again once something has come over it: it has
** ended, or says what nobody asked for, which libcurl before 8.0 would take
** for the reply to the next request. The idle ones are looked at before each
** start, too: a stepped engine may not have run for a while. A reply too many
** that comes while the next request is under way is taken for that one's:
** HTTP/1.1 has nothing to tell them apart. The engine's thread alone.
*/
#ifndef OAI_CONNECTION_H
#define OAI_CONNECTION_H

#include <stdbool.h>

struct connection {
  bool open;
  bool is_told;             /* its first exchange knows of it */
  bool has_answered;        /* something came */
  bool is_http1;            /* over TLS; see sharing.h */
  bool is_http2;            /* it may say something of itself at any time */
  bool is_held;             /* its exchange waits for its reader */
  bool is_socket;           /* and has it alone */
  int wanted;               /* by libcurl of the poller */
  bool is_shut;             /* by us; libcurl has not seen it yet */
  int port;                 /* ours; of one that is shut or is_http1 */
  double opened;            /* on the engine's clock, as is */
  double heard;             /* when something last came */
};

struct connections {
  struct connection *all;   /* by descriptor */
  int room;
  int shut;                 /* how many are shut */
  int untold;               /* how many are not is_told */
  int http1;                /* how many are is_http1 */
  bool spoke_http1;         /* one of them was, at some time */
  bool speaks_http2;        /* one of them has agreed to that */
  int held;                 /* exchanges that wait for their readers */
  bool socket_is_due;       /* its peer has gone, or it may send */
};

/* All zero bytes is an empty set. */
void connections_clear (struct connections *c);

/* The descriptor was opened. False when there is no memory. */
bool connections_add (struct connections *c, int descriptor, double now);

/* Before a descriptor is closed. */
void connections_remove (struct connections *c, int descriptor);

/* The first exchange of one of them knows of it from now on. */
void connections_tell (struct connections *c, struct connection *one);

/* NULL when it is none of them. */
struct connection *connections_find (struct connections *c, int descriptor);

/* The descriptor of the one whose own port this is; -1: there is none. */
int connections_at_port (const struct connections *c, int port);

/* What the descriptor of one at this port of ours has agreed to. */
void connections_speaks_http1 (struct connections *c, int descriptor,
                               int port);

/* Whether the one at this port is known for that. */
bool connections_is_http1 (const struct connections *c, int port);

/* Ends it for both sides, so that libcurl finds it dead. */
void connections_shut (struct connections *c, int descriptor);

/* Whether the one at this port was shut: nothing can be sent over it. */
bool connections_has_shut (const struct connections *c, int port);

/* Something had come, as of `now`, over one that nobody used. By the time this
** is called the descriptor may be that of another one. */
void connections_disturbed (struct connections *c, int descriptor,
                            double now);

#endif
