/*
** A libcurl multi handle, driven by curl_multi_socket_action: libcurl says
** which descriptors and which time it waits for, and a poller waits (turn.h),
** so that a turn costs what happened, not what is open. It owns the poller and
** what is known of the connections; the easy handles in it are others'. What
** fails inside libcurl cannot be told there: it is noted in `failure`, and
** whoever owns it ends what is under way. One thread at a time.
*/
#ifndef OAI_MULTI_H
#define OAI_MULTI_H

#include <stdbool.h>

#include "connection.h"

struct exchange;
struct poller;

struct multi {
  void *curl;               /* libcurl's; NULL after a failure, until needed */
  struct poller *poller;
  struct connections connections;
  int open;                 /* connections */
  double now;               /* as of this turn */
  double timer;             /* when libcurl wants a call; negative: never */
  bool hurried;             /* the last turn did not look at descriptors */
  bool reads_on;            /* libcurl, for an exchange that is held back */
  const char *failure;      /* why it cannot go on; static; else NULL */
};

/* Makes one of all zero bytes. False when there is no memory or the system
** refuses (errno says why); then there is nothing to close. */
bool multi_open (struct multi *m);

/* When no handle is in it any more. */
void multi_close (struct multi *m);

/* A new one in its place, after it has failed; no handle is in it. */
void multi_renew (struct multi *m);

/* Has an easy handle open and close its connections here, once. False when
** libcurl refuses. */
bool multi_install (struct multi *m, void *easy);

/* Begins the transfer of an easy handle. Returns why it cannot (static); NULL
** when it goes on, until multi_remove. */
const char *multi_add (struct multi *m, void *easy);

/* Takes an easy handle out, whose transfer ends if it has not. False when
** libcurl refuses: then it is not to be used again. */
bool multi_remove (struct multi *m, void *easy);

/* The next exchange that libcurl is done with, and its CURLcode; NULL when
** there is none. Sets `more` where it may have another. */
struct exchange *multi_ended (struct multi *m, int *code, bool *more);

/* Has libcurl act on what has come to a descriptor, as the poller says. */
void multi_act (struct multi *m, int descriptor, int ready);

/* Has libcurl act, since its time has come. */
void multi_act_in_time (struct multi *m);

/* Whether libcurl keeps some of what it was given of a socket. Once it is told
** that there is no more so far, libcurl since 8.18 does not wait to send that
** (7.84 to 8.6: less than 2 KiB of it), until it is asked to go on. */
bool multi_keeps (const struct exchange *x);

/* A connection that was left alone is looked at again, if libcurl has not seen
** to that: its exchange is held back no more. */
void multi_look_again (struct multi *m, int descriptor);

/* Has a connection watched from now on of which libcurl has not told: its
** first reply was there at once, and ended before libcurl had to say what it
** waits for. */
void multi_watch_untold (struct multi *m, int descriptor);

#endif
