/*
** Bytes that grow up to a named ceiling.
** A reader consumes from the front, a writer appends at the back. Knows
** nothing of what the bytes mean and never fails by aborting.
*/
#ifndef OAI_BUFFER_H
#define OAI_BUFFER_H

#include <stddef.h>

/* Every ceiling of the core, in bytes of unread content. */
#define HEADER_CEILING ((size_t)256 * 1024)          /* one header block */
#define INTERIM_CEILING ((size_t)1024 * 1024)        /* with interim ones */
#define TRAILER_CEILING ((size_t)2 * 1024 * 1024)    /* and with trailers */
#define ERROR_CEILING ((size_t)1024 * 1024)          /* what an error says */
#define STREAM_CEILING ((size_t)256 * 1024)          /* then it pauses */
#define SHARED_CEILING ((size_t)16 * 1024 * 1024)    /* see protocol.h */
#define SOCKET_CEILING ((size_t)16 * 1024 * 1024)    /* waits to go out */
#define BODY_CEILING ((size_t)1024 * 1024 * 1024)    /* one whole body */
#define EVENT_CEILING ((size_t)256 * 1024 * 1024)    /* one SSE event */
#define NAME_CEILING ((size_t)64 * 1024)             /* SSE name or id */

struct buffer {
  char *bytes;
  size_t start;     /* first unread byte */
  size_t end;       /* one past the last byte */
  size_t capacity;
  size_t ceiling;   /* most unread bytes it may hold */
};

enum buffer_result { BUFFER_OK, BUFFER_FULL, BUFFER_NO_MEMORY };

/* Starts empty and owns no memory. */
void buffer_init (struct buffer *b, size_t ceiling);

/* Gives the memory back; the buffer is empty and usable again. */
void buffer_free (struct buffer *b);

/* Copies `length` bytes in; on any failure the buffer is unchanged. */
enum buffer_result buffer_append (struct buffer *b, const void *bytes,
                                  size_t length);

/* Makes room for `length` more bytes; a hint, so failure is not told. */
void buffer_reserve (struct buffer *b, size_t length);

/* Gives back what is not needed for the bytes that are there. */
void buffer_fit (struct buffer *b);

/* Drops `length` bytes (no more than are there) from the front. */
void buffer_consume (struct buffer *b, size_t length);

/* Drops all bytes and keeps the memory. */
void buffer_clear (struct buffer *b);

/* Exchanges the contents and memory of two buffers, not their ceilings. */
void buffer_swap (struct buffer *a, struct buffer *b);

/* The bytes, with a NUL behind them that does not belong to them; NULL when
** there is no memory for it. */
const char *buffer_text (struct buffer *b);

static inline size_t buffer_length (const struct buffer *b)
{
  return b->end - b->start;
}

/* Valid until the next call that changes the buffer. May be NULL when
** the buffer is empty. */
static inline const char *buffer_bytes (const struct buffer *b)
{
  return b->bytes ? b->bytes + b->start : NULL;
}

#endif
