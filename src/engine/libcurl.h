/*
** The libcurl that the program runs with, which need not be the one that the
** core was compiled with: it is initialised, with memory that is wiped
** (memory.h), and asked its version, by which it is known what it gets wrong
** that is met elsewhere in the engine. Never undone: others in the process may
** use it too.
*/
#ifndef OAI_LIBCURL_H
#define OAI_LIBCURL_H

#include <stdbool.h>

enum libcurl_fault {
  /* A reply whose header begins with a folded line crashes a handle that is
  ** used again (curl's issue 11101): first_line.h. */
  LIBCURL_FOLDS_INTO_FREED,
  /* Over HTTP/2 a reply is whole wherever its connection ends (before
  ** 7.76), and what asks for HTTP/1.1 is given an idle connection of HTTP/2
  ** (before 7.77). */
  LIBCURL_BREAKS_HTTP2,
  /* Leave is asked to send a body of more than 1 KiB; in 7.88 it is 1 MiB. */
  LIBCURL_ASKS_EARLY,
  /* What may share a connection by HTTP/2 is given one of HTTP/1.1 to that
  ** host which is in use, if the host has one of HTTP/2 as well: sharing.h. */
  LIBCURL_MIXES_PROTOCOLS,
  /* Over HTTP/2 an exchange that is held back holds back every other one on
  ** its connection. */
  LIBCURL_HOLDS_CONNECTIONS,
  /* libcurl reads on for an exchange over HTTP/1 that it holds back, when told
  ** that there is something to read, and keeps it all (issue 12632). */
  LIBCURL_READS_WHEN_HELD,
  /* Over HTTP/2 it has the descriptor of an exchange that is held back
  ** watched, and does not read. */
  LIBCURL_SPINS_WHEN_HELD
};

/* Once, before anything else; false when it refuses. */
bool libcurl_init (void);

/* Whether it has that fault. */
bool libcurl_has (enum libcurl_fault fault);

/* The version of the libcurl in use, and "OpenSSL/3.0.11" or "". Static. */
const char *libcurl_version (void);
const char *libcurl_tls_version (void);

#endif
