/*
** A secret: kept out of Lua strings, shown only in part, wiped when freed.
** Must not be logged, compared or written anywhere but into a request
** header; but it may be the key of an HMAC.
*/
#ifndef OAI_CREDENTIAL_H
#define OAI_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

/* A line of a request's header with a secret in it, shared by those who send
** it; wiped when the last of them lets go. */
struct secret_line {
  int references;           /* atomic */
  char text[];              /* ends with NUL */
};

void secret_line_retain (struct secret_line *line);
void secret_line_release (struct secret_line *line);

struct credential {
  struct secret_line *line; /* a prefix and the secret */
  const char *secret;       /* within it; NULL when closed */
  size_t length;
};

enum credential_result {
  CREDENTIAL_OK,
  CREDENTIAL_EMPTY,         /* nothing but white space */
  CREDENTIAL_FORBIDDEN,     /* a byte that no header may hold */
  CREDENTIAL_UNREADABLE,    /* the file cannot be read: see errno */
  CREDENTIAL_NO_MEMORY
};

#define CREDENTIAL_SHOWN 16 /* size of what credential_show writes */

/* Takes a copy, without the white space around it, which is sent behind a
** prefix such as "Authorization: Bearer ". */
enum credential_result credential_set (struct credential *c,
                                       const char *prefix,
                                       const char *secret, size_t length);

/* Sets it to a file's whole content (up to 64 KiB), as credential_set. */
enum credential_result credential_read (struct credential *c,
                                        const char *prefix,
                                        const char *path);

/* Writes "sk-...abcd", or "..." where so much would tell too much. */
void credential_show (const struct credential *c,
                      char shown[CREDENTIAL_SHOWN]);

/* Forgets, and wipes as soon as nobody sends it any more; harmless when done
** already. */
void credential_close (struct credential *c);

#endif
