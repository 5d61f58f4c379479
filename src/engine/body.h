/*
** A reply's body while it comes: kept for its reader, up to a ceiling, written
** to its file, or dropped where nobody reads it any more. All memory is the
** exchange's. A reader who falls behind, or a full pipe, holds it back; then
** the bytes are offered once more. Knows nothing of libcurl.
*/
#ifndef OAI_BODY_H
#define OAI_BODY_H

#include <stddef.h>

struct exchange;

enum body_result {
  BODY_TAKEN,
  BODY_HELD,                /* nothing was taken: the exchange is held back */
  BODY_REFUSED              /* the exchange says why, or is cut off */
};

/* All of the bytes, unless it says something else. On the engine's thread,
** without the lock. */
enum body_result body_take (struct exchange *x, const char *bytes,
                            size_t length);

#endif
