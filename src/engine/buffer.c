/*
** Bytes that grow up to a named ceiling. Consumed space at the front is
** reused before memory is asked for, so a buffer that is drained as fast
** as it fills never grows.
*/
#include "buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_CAPACITY 512


void buffer_init (struct buffer *b, size_t ceiling)
{
  memset(b, 0, sizeof(*b));
  b->ceiling = ceiling;
}


void buffer_free (struct buffer *b)
{
  free(b->bytes);
  buffer_init(b, b->ceiling);
}


static void move_to_front (struct buffer *b)
{
  size_t length = buffer_length(b);
  if (b->start == 0)
    return;
  memmove(b->bytes, b->bytes + b->start, length);
  b->start = 0;
  b->end = length;
}


static enum buffer_result set_capacity (struct buffer *b, size_t capacity)
{
  char *bytes = realloc(b->bytes, capacity);
  if (bytes == NULL)
    return BUFFER_NO_MEMORY;
  b->bytes = bytes;
  b->capacity = capacity;
  return BUFFER_OK;
}


static enum buffer_result grow (struct buffer *b, size_t needed)
{
  size_t capacity = b->capacity ? b->capacity : SMALLEST_CAPACITY;
  while (capacity < needed)
    capacity *= 2;
  return set_capacity(b, capacity);
}


static inline enum buffer_result make_room (struct buffer *b, size_t length)
{
  size_t unread = buffer_length(b);
  if (length > b->ceiling || unread > b->ceiling - length)
    return BUFFER_FULL;
  /* moving is linear only while more is moved out than stays */
  if (b->start >= unread && b->capacity - unread >= length) {
    move_to_front(b);
    return BUFFER_OK;
  }
  return grow(b, b->end + length);
}


static bool has_room (const struct buffer *b, size_t length)
{
  return length <= b->capacity - b->end
      && length + buffer_length(b) <= b->ceiling;
}


/* Adds bytes, for which there is room. */
static enum buffer_result put (struct buffer *b, const void *bytes,
                               size_t length)
{
  char *to = b->bytes + b->end;
  b->end += length;
  memmove(to, bytes, length);   /* small code's memcpy is slow */
  return BUFFER_OK;
}


/* Makes room, and adds bytes. It is a function of its own since there is room
** nearly always: inside buffer_append the registers that it needs would be
** saved each time. */
static __attribute__((noinline)) enum buffer_result
make_room_and_put (struct buffer *b, const void *bytes, size_t length)
{
  enum buffer_result result = make_room(b, length);
  return result == BUFFER_OK ? put(b, bytes, length) : result;
}


enum buffer_result buffer_append (struct buffer *b, const void *bytes,
                                  size_t length)
{
  if (length == 0)
    return BUFFER_OK;
  return has_room(b, length) ? put(b, bytes, length)
                             : make_room_and_put(b, bytes, length);
}


/* Makes room for that and no more, where there is none: small blocks cost the
** C library a tenth of what large ones do. */
void buffer_reserve (struct buffer *b, size_t length)
{
  if (b->bytes == NULL && length <= b->ceiling)
    (void)set_capacity(b, length);
  else if (!has_room(b, length))
    (void)make_room(b, length);
}


void buffer_fit (struct buffer *b)
{
  if (b->end > 0)
    (void)set_capacity(b, b->end);
}


void buffer_consume (struct buffer *b, size_t length)
{
  b->start += length;
  if (b->start == b->end)
    b->start = b->end = 0;
}


void buffer_clear (struct buffer *b)
{
  b->start = b->end = 0;
}


void buffer_swap (struct buffer *a, struct buffer *b)
{
  struct buffer kept = *a;
  size_t ceiling = b->ceiling;
  *a = *b;
  *b = kept;
  b->ceiling = ceiling;
  a->ceiling = kept.ceiling;
}


const char *buffer_text (struct buffer *b)
{
  if (b->end == b->capacity && grow(b, b->end + 1) != BUFFER_OK)
    return NULL;
  b->bytes[b->end] = '\0';
  return b->bytes + b->start;
}
