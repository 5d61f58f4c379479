/*
** Where a text holds a secret, however it is written there: as it is, in
** the other case, with any of its characters escaped as in a URL, JSON, a
** string of C or HTML, or in base64 within whatever stands around it. A
** piece that was cut off counts from 16 bytes on.
*/
#ifndef OAI_MASK_H
#define OAI_MASK_H

#include <stddef.h>

/* A shorter secret is none: it would be found in any text. */
#define MASK_SHORTEST ((size_t)8)

/* Where it is next, and how many bytes of the text it takes; `length` when
** it is not there. */
size_t mask_find (const char *secret, size_t secret_length,
                  const char *text, size_t length, size_t *span);

#endif
