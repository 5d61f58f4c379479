/*
** One HTTP exchange: what to send, what came back, how it ended.
**
** It is shared by its reader (Lua's thread) and its engine, which may run on a
** thread of its own; each holds a reference, and what both touch is under its
** lock. Commands to a worker travel in it, so that none can fail for want of
** memory. What libcurl does with it is transfer.h's. Must not decide anything
** about HTTP meaning: retries, redirects and bodies are Lua's.
*/
#ifndef OAI_EXCHANGE_H
#define OAI_EXCHANGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "identity.h"
#include "socket.h"
#include "sse.h"

struct form;
struct upload;
struct download;
struct target;
struct news;
struct handle;
struct plan;
struct secret_line;

enum exchange_sink {
  SINK_BODY,                /* the whole body is kept for the reader */
  SINK_BYTES,               /* so it is; nothing in it tells a cut */
  SINK_STREAM,              /* it pauses when the reader falls behind */
  SINK_FILE,                /* the body of a 2xx reply goes to a file */
  SINK_SOCKET               /* a stream, which may become a WebSocket */
};

enum exchange_end {
  EXCHANGE_OPEN,            /* not started, or under way */
  EXCHANGE_COMPLETE,
  EXCHANGE_FAILED           /* kind, message and retryable say how */
};

/* What is measured: microseconds from the start until the name was looked up,
** the connection was made, TLS was agreed on, the first byte came, the last
** came; then the bytes of bodies that were sent and received. */
#define EXCHANGE_TIMES 7

#define STATUS_SOCKET 101   /* of a socket that is open */

/* What is looked at for each event comes first and together: of a thousand
** streams none is in the processor's cache. */
struct exchange {
  unsigned long long id;    /* no other of the process has it; never 0 */
  int references;           /* atomic */
  enum exchange_sink sink;  /* SINK_STREAM of a socket */

  /* The engine's alone. */
  struct handle *handle;    /* libcurl's, while it runs */
  void *easy;               /* the same as libcurl knows it */
  struct upload *upload;    /* of the form, while it runs */
  struct exchange *next, *previous;
  struct news *news;        /* where to tell that the reader has work */
  double drain_end;         /* on the engine's clock; 0: not draining */
  int descriptor;           /* its connection's, if it was told; else -1 */
  int port;                 /* ours, of its connection; 0: not known */
  bool went_out;            /* the request has, at least once */
  bool crowded;             /* it must go out over another connection */
  bool was_crowded;         /* once, so that it now has one of its own */
  bool wiping;              /* its header may be in what libcurl frees */
  bool held;                /* libcurl holds bytes back */
  bool watched;             /* the poller looks when its pipe has room */
  bool is_http2;
  bool is_interim;          /* what comes is the header of an interim reply */
  bool encoded;             /* the body is compressed */
  bool bad_length;          /* the header's is none, or there are two */
  bool cut;                 /* enough has come: the rest is not waited for */
  size_t header_bytes;      /* interim replies, header, trailers */
  size_t error_ceiling;     /* how much of what an error says is kept */
  long long said_length;    /* in the header; -1: none yet */
  long long uploaded;       /* bytes of the body */

  /* Shared, under `lock` when `shared`. */
  bool shared;
  bool paused;              /* the reader must resume it */
  bool draining;            /* nobody reads; bytes are dropped */
  bool expired;             /* nothing came in time */
  bool retryable;
  int status;               /* 0 until the header is complete */
  enum exchange_end end;
  double moved;             /* when a byte of it was last sent or received */
  long long received;       /* body bytes, after decompression */
  long long expected;       /* -1 when the server did not say */
  const char *kind;         /* static */
  char *message;            /* NULL: no memory for it, or no failure */
  char *redirect;           /* absolute; NULL when there is none */
  struct buffer incoming;
  struct buffer header_block;
  pthread_mutex_t lock;

  /* The engine's list of news, guarded by its lock. */
  struct exchange *news_next, *news_previous;
  bool news_listed, news_unwanted;

  /* The reader's alone. */
  struct buffer reading;
  struct sse sse;

  /* What to send: the engine's from the start to the end, else the
  ** reader's. */
  struct plan *plan;        /* shared */
  char *url;
  struct secret_line *secret;   /* the credential's; shared; NULL: none */
  char *body;
  size_t body_length;
  bool has_body;
  struct form *form;        /* shared by attempts; NULL: none */
  long long sent;           /* atomic: of the form or frames, to libcurl */
  struct download *download;    /* owned; SINK_FILE only */
  bool resumes;             /* a file that has begun with another reply, or
                               a part of one: its reader names it */
  bool judged;              /* a file that is a text as far as is known: its
                               reader sees how it begins, and names it */
  bool is_secure;           /* it goes over TLS, by its URL */
  bool fresh;               /* it goes over a connection of its own */

  /* Commands to a worker, guarded by the worker's lock. */
  int commands;
  struct exchange *next_command;

  struct socket *socket;    /* owned; NULL: it is no WebSocket */

  /* Last, since what is in the first 128 bytes costs less code. */
  long long times[EXCHANGE_TIMES];  /* guarded by the lock */
  char identity[IDENTITY_LINE]; /* a line; of no use where the plan has one */
};

/* One reference, for the caller; takes one of the plan. NULL when there is no
** memory. */
struct exchange *exchange_create (struct plan *plan, const char *url,
                                  enum exchange_sink sink);
void exchange_retain (struct exchange *x);
void exchange_release (struct exchange *x);

/*
** {======================================================
** Making it, before the start. False: no memory, unless said otherwise.
** =======================================================
*/

/* One more line, with a secret; takes a reference of its own. */
void exchange_set_secret (struct exchange *x, struct secret_line *line);

bool exchange_set_body (struct exchange *x, const char *body, size_t length);

/* Takes a reference of its own. */
void exchange_set_form (struct exchange *x, struct form *form);

/* The sink is SINK_FILE. False when the target cannot be written: see
** errno. */
bool exchange_set_target (struct exchange *x, struct target *target);

/* }====================================================== */

/*
** {======================================================
** Reading it, on the reader's thread
** =======================================================
*/

/* Moves what has arrived into x->reading if that is empty. True when the
** engine must be told to resume a paused transfer. */
bool exchange_take (struct exchange *x);

/* Moves all that has arrived behind what is in x->reading. Sets *resume as
** exchange_take does. False: no memory; nothing is lost. */
bool exchange_take_all (struct exchange *x, bool *resume);

/* The next event of what has arrived; SSE_MORE when there is none yet.
** Sets *resume as exchange_take does. */
enum sse_result exchange_event (struct exchange *x, struct sse_event *event,
                                bool *resume);

/* Sends a frame, as socket_queue does. */
enum socket_result exchange_send (struct exchange *x, enum frames_kind kind,
                                  int code, const char *bytes,
                                  size_t length);

/* Whether frames wait to go out. */
bool exchange_has_unsent (struct exchange *x);

/* The next message of what has arrived over it, after which nothing is taken
** when it is a close frame, or when what came was none; both are answered, and
** so is a ping. False: there is none. Sets *resume as exchange_take does. */
bool exchange_message (struct exchange *x, struct frames_message *message,
                       bool *resume);

/* How a socket has ended, of which no more messages come, is its outcome from
** here on. Any other exchange is left as it is. */
void exchange_conclude (struct exchange *x);

/* 0 until the header of the (final) reply is complete. */
int exchange_status (struct exchange *x);

enum exchange_end exchange_outcome (struct exchange *x);

/* Gives back, after the end, the memory of what was sent. */
void exchange_forget_request (struct exchange *x);

/* Nobody will read it any more: what comes is dropped. */
void exchange_discard (struct exchange *x);

/* Before it is stopped, since nothing came in time. */
void exchange_expire (struct exchange *x);

/* When a byte of it was last sent or received, on the engine's clock; 0
** before the start. */
double exchange_moved (struct exchange *x);

/* While something below the returned pointers may change. */
void exchange_lock (struct exchange *x);
void exchange_unlock (struct exchange *x);

/* }====================================================== */

/*
** {======================================================
** Ending it
** =======================================================
*/

/* Ends it, unless it has ended, once the engine has let go of it: what was
** sent is the reader's from here on. */
void exchange_finish (struct exchange *x, enum exchange_end end);

/* Ends it from outside, unless it has ended. `kind` must be static. From
** any thread; does not stop the transfer. */
void exchange_fail (struct exchange *x, const char *kind, bool retryable,
                    const char *message);

/* Notes why it is about to fail, for exchange_finish. The lock is held. */
void exchange_blame (struct exchange *x, const char *kind, bool retryable,
                     const char *message);

/* Notes that there is no room for what has come: it is more than a ceiling, as
** the message says, or than there is memory. The lock is held. */
void exchange_blame_room (struct exchange *x, enum buffer_result result,
                          const char *message);

/* Notes that its file cannot take more, by an errno. The lock is held. */
void exchange_blame_file (struct exchange *x, int error);

/* }====================================================== */

#endif
