/*
** Digests. Their rounds are loops over tables: four times as much code, with
** the rounds written out, is hardly faster.
*/
#include "digest.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "wipe.h"

#define LENGTH_BYTES 8      /* behind the padding: how many bits there were */
#define FILE_PIECE 16384
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

static const uint32_t sha256_words[] = {
  0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1,
  0x923F82A4, 0xAB1C5ED5, 0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3,
  0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786,
  0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
  0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147,
  0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13,
  0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85, 0xA2BFE8A1, 0xA81A664B,
  0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
  0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A,
  0x5B9CCA4F, 0x682E6FF3, 0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208,
  0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2
};


static uint32_t high_first (const unsigned char *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
       | (uint32_t)bytes[2] << 8 | bytes[3];
}


static void sha256_schedule (uint32_t w[64], const unsigned char *block)
{
  size_t i;
  for (i = 0; i < 16; i++)
    w[i] = high_first(block + 4 * i);
  for (; i < 64; i++) {
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
  sha256_schedule(w, block);
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
** SHA-1
** =======================================================
*/

static void sha1_block (uint32_t s[5], const unsigned char *block)
{
  static const uint32_t words[] = {
    0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6
  };
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
  uint32_t w[80];
  int i;
  for (i = 0; i < 80; i++) {
    int turn = i / 20;
    uint32_t t = turn == 0 ? d ^ (b & (c ^ d))
               : turn == 2 ? (b & c) | (d & (b | c)) : b ^ c ^ d;
    w[i] = i < 16 ? high_first(block + 4 * i)
                  : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    t += left(a, 5) + e + words[turn] + w[i];
    e = d, d = c, c = left(b, 30), b = a, a = t;
  }
  s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e;
}

/* }====================================================== */


/*
** {======================================================
** MD5
** =======================================================
*/

static const uint32_t md5_words[] = {
  0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A,
  0xA8304613, 0xFD469501, 0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE,
  0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821, 0xF61E2562, 0xC040B340,
  0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
  0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8,
  0x676F02D9, 0x8D2A4C8A, 0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C,
  0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70, 0x289B7EC6, 0xEAA127FA,
  0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
  0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92,
  0xFFEFF47D, 0x85845DD1, 0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1,
  0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391
};

static const unsigned char md5_turns[] = {
  7, 12, 17, 22,  5, 9, 14, 20,  4, 11, 16, 23,  6, 10, 15, 21
};

static uint32_t low_first (const unsigned char *bytes)
{
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
       | (uint32_t)bytes[3] << 24;
}


/* What the words b, c and d come to in step `i`, and which word of the block
** is added. */
static uint32_t md5_mix (int i, uint32_t b, uint32_t c, uint32_t d,
                         int *word)
{
  if (i < 16)
    return *word = i, d ^ (b & (c ^ d));
  if (i < 32)
    return *word = 5 * i + 1, c ^ (d & (b ^ c));
  if (i < 48)
    return *word = 3 * i + 5, b ^ c ^ d;
  return *word = 7 * i, c ^ (b | ~d);
}


static void md5_block (uint32_t s[4], const unsigned char *block)
{
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
  uint32_t w[16];
  int i, word;
  for (i = 0; i < 16; i++, block += 4)
    w[i] = low_first(block);
  for (i = 0; i < 64; i++) {
    uint32_t t = a + md5_mix(i, b, c, d, &word) + md5_words[i];
    t = b + left(t + w[word & 15], md5_turns[i >> 4 << 2 | (i & 3)]);
    a = d, d = c, c = b, b = t;
  }
  s[0] += a, s[1] += b, s[2] += c, s[3] += d;
}


/*
** {======================================================
** All
** =======================================================
*/

void digest_begin (struct digest *d, enum digest_kind kind)
{
  static const uint32_t others[8] = {     /* of which MD5 has four */
    0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0
  };
  d->kind = kind;
  d->length = 0;
  memcpy(d->state, kind == DIGEST_SHA256 ? sha256_state : others,
         sizeof(d->state));
}


static void add_block (struct digest *d, const unsigned char *block)
{
  if (d->kind == DIGEST_MD5)
    md5_block(d->state, block);
  else if (d->kind == DIGEST_SHA1)
    sha1_block(d->state, block);
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


long long digest_add_file (struct digest *d, const char *path,
                           long long offset, long long size)
{
  unsigned char piece[FILE_PIECE];
  long long done = 0;
  ssize_t got = 1;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return -1;
  while (done < size && got > 0) {
    size_t wanted = size - done < FILE_PIECE ? (size_t)(size - done)
                                             : FILE_PIECE;
    got = pread(file, piece, wanted, (off_t)(offset + done));
    if (got > 0) {
      digest_add(d, piece, (size_t)got);
      done += got;
    }
  }
  close(file);
  return got < 0 ? -1 : done;
}


/* Byte `i` of a row of words, of which MD5 writes the lowest first, and
** the others the highest. */
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
  size_t size = d->kind == DIGEST_MD5 ? 16 : d->kind == DIGEST_SHA1 ? 20 : 32;
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
