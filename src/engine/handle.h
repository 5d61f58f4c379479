/*
** A libcurl easy handle, used by one exchange after the other: to make one
** for each would cost a tenth of a request. What does not change from one
** to the next stays set. Whoever made or took one owns it, until it is freed
** or given to a pool; what it points to of its engine outlives it, and the
** header lines that it is given must last as long as its transfer. One thread
** at a time.
*/
#ifndef OAI_HANDLE_H
#define OAI_HANDLE_H

#include <stdbool.h>

#include "option.h"

struct connections;
struct curl_slist;
struct exchange;

/* What a TLS connection that the handle has just made is to speak. */
enum agreed { AGREED_NOTHING, AGREED_HTTP1, AGREED_HTTP2 };

/* What is set for every exchange, and is mostly what it was for the last. */
enum handle_option {
  HANDLE_BUFFER,            /* a wish: not all of libcurl's may be had */
  HANDLE_CONNECT_TIMEOUT,
  HANDLE_QUIET,             /* no calls to tell the progress */
  HANDLE_NO_REUSE,
  HANDLE_HTTP,
  HANDLE_WAIT,              /* for a connection to share */
  HANDLE_FRESH,
  HANDLE_LOUD,              /* it says what it does, to a callback */
  HANDLE_NAMES,             /* how long addresses are kept */
  HANDLE_OPTIONS
};

struct handle {
  void *easy;               /* libcurl's */
  struct exchange *exchange;    /* whose turn it is */
  struct handle *next;      /* in a pool */
  char *url;                /* the last one; NULL before the first */
  void *parsed;             /* libcurl's CURLU of it, or NULL */
  struct curl_slist *own;   /* the beginning of an exchange's header lines:
                               its own, behind the first of its plan's */
  long set[HANDLE_OPTIONS];     /* as they are set; HANDLE_UNKNOWN */
  const double *now;        /* its engine's clock, as of this turn */
  struct connections *connections;  /* its engine's */
  struct exchange *const *under_way;    /* its engine's list */
  enum agreed agreed;       /* see sharing.h */
  bool is_loud;             /* see sharing.h */
  bool is_used;             /* it had an exchange before */
  bool is_post;             /* it is set to POST a body */
  bool is_concerned;        /* see first_line.h */
  bool sees_resending;      /* it is asked before a request goes out */
  char *message;            /* where libcurl writes what went wrong */
};

#define HANDLE_UNKNOWN (-1L)
#define HANDLE_FIRST 4      /* lines of a plan go before an exchange's own, or
                               fewer: libcurl looks for these */
#define HANDLE_HTTP1 2L     /* values of HANDLE_HTTP, which are libcurl's */
#define HANDLE_HTTP2 4L     /* over TLS; else it is HTTP/1.1 as well */

/* NULL when that fails; `reason` says why. */
struct handle *handle_create (const struct option_set *options,
                              char reason[OPTION_REASON]);
void handle_free (struct handle *h);

/* Handles that wait for their next exchange; empty when it is all zero. */
struct handle_pool {
  struct handle *first;
  int count;
};

/* NULL when there is none. */
struct handle *handle_pool_take (struct handle_pool *p);

/* Keeps it, or frees it when there are many. */
void handle_pool_give (struct handle_pool *p, struct handle *h);

/* Frees all. */
void handle_pool_clear (struct handle_pool *p);

/* Where its next transfer goes; false when there is no memory. */
bool handle_set_url (struct handle *h, const char *url);

/* Sets an option, if it is not what it is; false when libcurl refuses. */
bool handle_set (struct handle *h, enum handle_option which, long value);

/* Has libcurl take no more of its reply. */
void handle_hold (struct handle *h);

#endif
