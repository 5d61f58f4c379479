/*
** A reply's header while it comes, line by line: kept for its reader, who is
** told when it is complete, and read as far as the body depends on it. All
** memory is the exchange's. Knows nothing of libcurl, which says what of a
** header it has understood itself. The exchange's lock is held in all of this.
*/
#ifndef OAI_HEADER_H
#define OAI_HEADER_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;

enum header_result {
  HEADER_TAKEN,
  HEADER_ENDS,              /* so it was taken, and header_end is to follow */
  HEADER_REFUSED            /* the exchange says why, or is cut off */
};

/* A line of a header, of a trailer once the header is complete. */
enum header_result header_take (struct exchange *x, const char *line,
                                size_t length);

/* The end of a header, which may be an interim reply's: then nothing is
** complete yet. `length` is of the body; -1: it says none. False when what
** follows cannot be taken: the exchange says why. */
bool header_end (struct exchange *x, int status, long long length);

static inline bool header_is_success (int status)
{
  return status >= 200 && status < 300;
}

#endif
