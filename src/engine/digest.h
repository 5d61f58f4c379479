/*
** Digests of bytes that come in pieces: SHA-256 (FIPS 180-4), MD5 (RFC 1321),
** HMAC-SHA256 (RFC 2104), and their comparison. No libcurl, no I/O.
*/
#ifndef OAI_DIGEST_H
#define OAI_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BLOCK 64     /* bytes that are digested at once */
#define DIGEST_MOST 32      /* of a digest */

enum digest_kind { DIGEST_SHA256, DIGEST_MD5 };

struct digest {
  enum digest_kind kind;
  uint32_t state[8];
  uint64_t length;          /* bytes so far; what is no whole block waits: */
  unsigned char block[DIGEST_BLOCK];
};

/* Makes the table of MD5, once in a process. */
void digest_prepare (void);

void digest_begin (struct digest *d, enum digest_kind kind);
void digest_add (struct digest *d, const void *bytes, size_t length);

/* Writes the digest, says of how many bytes it is, and wipes the rest. */
size_t digest_finish (struct digest *d, unsigned char out[DIGEST_MOST]);

/* An HMAC: its message is added to `inner`. Whoever has one can sign as its
** key does, so hmac_finish wipes it, or hmac_wipe where that is not to be. */
struct hmac {
  struct digest inner, outer;
};

void hmac_begin (struct hmac *h, const void *key, size_t length);
void hmac_finish (struct hmac *h, unsigned char out[DIGEST_MOST]);
void hmac_wipe (struct hmac *h);

/* Whether they are the same, in a time that says nothing of where they are
** not. */
bool digest_is_same (const void *a, const void *b, size_t length);

#endif
