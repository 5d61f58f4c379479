/*
** Digests. SHA-256 is a loop over a table, since all that it is for is short;
** MD5 is for whole files, and as fast as it gets without being written out.
*/
#include "digest.h"

#include <math.h>
#include <string.h>

#include "wipe.h"

#define LENGTH_BYTES 8      /* behind the padding: how many bits there were */
#define INNER_PAD 0x36
#define OUTER_PAD 0x5C

static uint32_t left (uint32_t word, int count)
{
  return word << count | word >> (32 - count);
}


static uint32_t right (uint32_t word, int count)
{
  return word >> count | word << (32 - count);
}


/*
** {======================================================
** SHA-256
** =======================================================
*/

static const uint32_t sha256_state[] = {
  0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C,
  0x1F83D9AB, 0x5BE0CD19
};

static uint32_t sha256_words[64];


/* Of the first primes' cube roots, 32 bits behind the point. */
static void sha256_prepare (void)
{
  int number, divisor, i, count = 0;
  for (number = 2; count < 64; number++) {
    double root = number;
    for (divisor = 2; number % divisor != 0; divisor++)
      ;
    if (divisor < number)
      continue;
    for (i = 0; i < 24; i++)
      root -= (root - number / (root * root)) / 3;
    sha256_words[count++] = (uint32_t)(int64_t)(root * 4294967296.0);
  }
}


static uint32_t high_first (const unsigned char *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
       | (uint32_t)bytes[2] << 8 | bytes[3];
}


static void read_words (uint32_t w[16], const unsigned char *block)
{
  size_t i;
  for (i = 0; i < 16; i++)
    w[i] = high_first(block + 4 * i);
}


static void sha256_schedule (uint32_t w[64])
{
  size_t i;
  for (i = 16; i < 64; i++) {
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (right(x, 7) ^ right(x, 18) ^ x >> 3)
         + w[i - 7] + (right(y, 17) ^ right(y, 19) ^ y >> 10);
  }
}


static void sha256_block (uint32_t s[8], const unsigned char *block)
{
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
  uint32_t e = s[4], f = s[5], g = s[6], h = s[7];
  uint32_t w[64];
  int i;
  read_words(w, block);
  sha256_schedule(w);
  for (i = 0; i < 64; i++) {
    uint32_t t = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25))
               + (g ^ (e & (f ^ g))) + sha256_words[i] + w[i];
    uint32_t u = (right(a, 2) ^ right(a, 13) ^ right(a, 22))
               + ((a & b) | (c & (a | b)));
    h = g, g = f, f = e, e = d + t;
    d = c, c = b, b = a, a = t + u;
  }
  s[0] += a, s[1] += b, s[2] += c, s[3] += d;
  s[4] += e, s[5] += f, s[6] += g, s[7] += h;
  wipe(w, sizeof(w));       /* an HMAC's key may be in it */
}


/*
** {======================================================
** MD5
** =======================================================
*/

#define MD5_STEPS 64
#define MD5_OFFSETS 60      /* in a block: of its words, in bytes */

/* What a step adds: a number, and a word of the block. */
static struct md5_step {
  uint32_t number;
  uint32_t offset;
} md5_steps[MD5_STEPS];


/* The numbers are 2^32 times the absolute values of sin(1), sin(2), ... */
void digest_prepare (void)
{
  static const unsigned char first[] = { 0, 4, 20, 0 };
  static const unsigned char further[] = { 4, 20, 12, 28 };
  double before = 0, sine = 0.8414709848078965;
  int i;
  sha256_prepare();
  for (i = 0; i < MD5_STEPS; i++) {
    int round = i / 16;
    double after = 1.0806046117362795 * sine - before;  /* 2 cos(1) */
    md5_steps[i].number = (uint32_t)(fabs(sine) * 4294967296.0);
    md5_steps[i].offset = (first[round] + further[round] * i) & MD5_OFFSETS;
    before = sine;
    sine = after;
  }
}


static uint32_t low_first (const unsigned char *bytes)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  uint32_t word;
  memcpy(&word, bytes, sizeof(word));
  return word;
#else
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
       | (uint32_t)bytes[3] << 24;
#endif
}


#define MIX_1(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define MIX_2(x, y, z) ((~(z) & (y)) + ((z) & (x)))
#define MIX_3(x, y, z) ((x) ^ ((y) ^ (z)))
#define MIX_4(x, y, z) ((y) ^ ((x) | ~(z)))

#define MD5_STEP(mix, a, b, c, d, i, turns) \
  ((a) += known[i] + mix(b, c, d), (a) = (b) + left(a, turns))

#define MD5_FOUR(mix, one, two, three, four) \
  (MD5_STEP(mix, a, b, c, d, 0, one), MD5_STEP(mix, d, a, b, c, 1, two), \
   MD5_STEP(mix, c, d, a, b, 2, three), MD5_STEP(mix, b, c, d, a, 3, four))


/* Every step waits for the one before, and for nothing else: what is known of
** four is put together first. */
static void md5_block (uint32_t s[4], const unsigned char *block)
{
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
  const struct md5_step *step = md5_steps;
  int four, i;
  for (four = 0; four < MD5_STEPS / 4; four++) {
    uint32_t known[4];
    for (i = 0; i < 4; i++, step++)
      known[i] = step->number + low_first(block + step->offset);
    if (four < 4)
      MD5_FOUR(MIX_1, 7, 12, 17, 22);
    else if (four < 8)
      MD5_FOUR(MIX_2, 5, 9, 14, 20);
    else if (four < 12)
      MD5_FOUR(MIX_3, 4, 11, 16, 23);
    else
      MD5_FOUR(MIX_4, 6, 10, 15, 21);
  }
  s[0] += a, s[1] += b, s[2] += c, s[3] += d;
}


/*
** {======================================================
** Both
** =======================================================
*/

void digest_begin (struct digest *d, enum digest_kind kind)
{
  static const uint32_t md5_state[8] = {
    0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
  };
  d->kind = kind;
  d->length = 0;
  memcpy(d->state, kind == DIGEST_MD5 ? md5_state : sha256_state,
         sizeof(d->state));
}


static void add_block (struct digest *d, const unsigned char *block)
{
  if (d->kind == DIGEST_MD5)
    md5_block(d->state, block);
  else
    sha256_block(d->state, block);
}


void digest_add (struct digest *d, const void *bytes, size_t length)
{
  const unsigned char *at = bytes;
  size_t waiting = d->length % DIGEST_BLOCK;
  d->length += length;
  if (waiting > 0 && length >= DIGEST_BLOCK - waiting) {
    size_t missing = DIGEST_BLOCK - waiting;
    memcpy(d->block + waiting, at, missing);
    add_block(d, d->block);
    at += missing, length -= missing;
    waiting = 0;
  }
  for (; waiting + length >= DIGEST_BLOCK; length -= DIGEST_BLOCK) {
    add_block(d, at);
    at += DIGEST_BLOCK;
  }
  if (length > 0)
    memcpy(d->block + waiting, at, length);
}


/* Byte `i` of a row of words, of which SHA-256 writes the highest first, and
** MD5 the lowest. */
static unsigned char byte_of (const struct digest *d, uint64_t word, int i,
                              int last)
{
  return (unsigned char)(word >> 8 * (d->kind == DIGEST_MD5 ? i : last - i));
}


size_t digest_finish (struct digest *d, unsigned char out[DIGEST_MOST])
{
  static const unsigned char padding[DIGEST_BLOCK] = { 0x80 };
  unsigned char length[LENGTH_BYTES];
  uint64_t bits = d->length * 8;
  size_t waiting = d->length % DIGEST_BLOCK, i;
  size_t size = d->kind == DIGEST_MD5 ? 16 : 32;
  for (i = 0; i < LENGTH_BYTES; i++)
    length[i] = byte_of(d, bits, (int)i, LENGTH_BYTES - 1);
  digest_add(d, padding, (waiting < DIGEST_BLOCK - LENGTH_BYTES
                          ? DIGEST_BLOCK : 2 * DIGEST_BLOCK)
                         - LENGTH_BYTES - waiting);
  digest_add(d, length, LENGTH_BYTES);
  for (i = 0; i < size; i++)
    out[i] = byte_of(d, d->state[i / 4], (int)(i % 4), 3);
  wipe(d, sizeof(*d));
  return size;
}


/*
** {======================================================
** HMAC
** =======================================================
*/

static void add_padded (struct digest *d, unsigned char key[DIGEST_BLOCK],
                        unsigned char pad)
{
  int i;
  for (i = 0; i < DIGEST_BLOCK; i++)
    key[i] ^= pad;
  digest_begin(d, DIGEST_SHA256);
  digest_add(d, key, DIGEST_BLOCK);
}


/* A key longer than a block stands for its digest. */
void hmac_begin (struct hmac *h, const void *key, size_t length)
{
  unsigned char padded[DIGEST_BLOCK] = { 0 };
  if (length <= DIGEST_BLOCK)
    memcpy(padded, key, length);
  else {
    digest_begin(&h->inner, DIGEST_SHA256);
    digest_add(&h->inner, key, length);
    digest_finish(&h->inner, padded);
  }
  add_padded(&h->inner, padded, INNER_PAD);
  add_padded(&h->outer, padded, INNER_PAD ^ OUTER_PAD);
  wipe(padded, sizeof(padded));
}


void hmac_finish (struct hmac *h, unsigned char out[DIGEST_MOST])
{
  digest_add(&h->outer, out, digest_finish(&h->inner, out));
  digest_finish(&h->outer, out);
}


void hmac_wipe (struct hmac *h)
{
  wipe(h, sizeof(*h));
}


bool digest_is_same (const void *a, const void *b, size_t length)
{
  const volatile unsigned char *p = a, *q = b;
  unsigned char difference = 0;
  size_t i;
  for (i = 0; i < length; i++)
    difference |= p[i] ^ q[i];
  return difference == 0;
}
