/*
** The ids by which a client names its requests. Each is that of one request,
** of this process and of all others; none is a secret.
*/
#ifndef OAI_IDENTITY_H
#define OAI_IDENTITY_H

#include <stddef.h>

#define IDENTITY_FIELD "X-Client-Request-Id"
#define IDENTITY_OFFSET (sizeof(IDENTITY_FIELD ": ") - 1)  /* of the id */
#define IDENTITY_LINE ((size_t)48)

/* Once in a process, and again in a child that it has forked. */
void identity_begin (void);

/* Writes the header line of the process's request number `number`. */
void identity_write (char line[IDENTITY_LINE], unsigned long long number);

#endif
