/*
** libcurl shows its debug callback a line before it keeps it, and keeps
** nothing while the transfer is paused. So the callback is called from the
** status line, which is not kept, to the next, on the versions concerned;
** such a reply is paused, and ended by transfer.c's progress callback.
*/
#include "first_line.h"

#include <string.h>

#include "exchange.h"
#include "handle.h"
#include "libcurl.h"


static void refuse (struct handle *h)
{
  struct exchange *x = h->exchange;
  exchange_lock(x);
  exchange_blame(x, "connection", false,
                 "the reply's header begins with a folded line");
  exchange_unlock(x);
  handle_hold(h);
  handle_set(h, HANDLE_QUIET, 0);
}


static bool is_status_line (const char *line, size_t length)
{
  return length >= 5 && memcmp(line, "HTTP/", 5) == 0;
}


/* Interim replies may have no lines of their own. */
void first_line_hear (struct handle *h, const char *line, size_t length)
{
  if (length == 0 || *line == '\r' || *line == '\n'
      || is_status_line(line, length))
    return;
  if (*line == ' ' || *line == '\t')
    refuse(h);
  handle_set(h, HANDLE_LOUD, 0);
}


void first_line_install (struct handle *h)
{
  h->is_concerned = libcurl_has(LIBCURL_FOLDS_INTO_FREED);
}


void first_line_expect (struct handle *h)
{
  if (h->is_concerned && h->is_used)
    handle_set(h, HANDLE_LOUD, 1);
}
