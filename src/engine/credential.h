/*
** A secret: kept out of Lua strings, shown only in part, wiped when freed.
** Must not be logged, compared or written anywhere but into a request
** header.
*/
#ifndef OAI_CREDENTIAL_H
#define OAI_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

struct credential {
  char *secret;             /* ends with NUL; NULL when closed */
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

/* Takes a copy, without the white space around it. */
enum credential_result credential_set (struct credential *c,
                                       const char *secret, size_t length);

/* The same from a file's whole content (up to 64 KiB). */
enum credential_result credential_read (struct credential *c,
                                        const char *path);

/* Writes "sk-...abcd", or "..." where so much would tell too much. */
void credential_show (const struct credential *c,
                      char shown[CREDENTIAL_SHOWN]);

/* A new string `prefix` .. secret for the caller to pass to secret_free;
** NULL when there is no memory. */
char *credential_header (const struct credential *c, const char *prefix);

/* Wipes and forgets; harmless when done already. */
void credential_close (struct credential *c);

/* Wipes a string that holds a secret, and frees it. NULL is fine. */
void secret_free (char *text);

#endif
