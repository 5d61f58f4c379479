/*
** What requests have in common: the struct, behind it libcurl's list of the
** header lines, then the texts.
*/
#include "plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "buffer.h"
#include "identity.h"


struct plan *plan_create (const char *method, size_t count, size_t size)
{
  size_t method_size = strlen(method) + 1;
  struct curl_slist *lines;
  struct plan *p = malloc(sizeof(*p) + count * sizeof(*lines) + size + count
                          + method_size);
  if (p == NULL)
    return NULL;
  memset(p, 0, sizeof(*p));
  lines = (struct curl_slist *)(p + 1);
  p->references = 1;
  p->lines = count > 0 ? lines : NULL;
  p->reply_ceiling = BODY_CEILING;
  p->event_ceiling = EVENT_CEILING;
  p->method = memcpy(lines + count, method, method_size);
  p->free = (char *)(lines + count) + method_size;
  return p;
}


/* Notes what a line says of the requests' id. */
static void note_identity (struct plan *p, const char *line, size_t length)
{
  const char *end = line + IDENTITY_OFFSET - 2;     /* ':', or ';' */
  if (strncasecmp(line, IDENTITY_FIELD, IDENTITY_OFFSET - 2) == 0
      && (*end | 1) == ';')
    p->identity = line + (length < IDENTITY_OFFSET ? length
                                                   : IDENTITY_OFFSET);
}


void plan_add_line (struct plan *p, const char *line, size_t length)
{
  struct curl_slist *added = &p->lines[p->used];
  added->data = memcpy(p->free, line, length);
  added->data[length] = '\0';
  added->next = NULL;
  note_identity(p, added->data, length);
  if (p->used > 0)
    added[-1].next = added;
  p->free += length + 1;
  p->used++;
}


void plan_retain (struct plan *p)
{
  __atomic_add_fetch(&p->references, 1, __ATOMIC_RELAXED);
}


void plan_release (struct plan *p)
{
  if (__atomic_sub_fetch(&p->references, 1, __ATOMIC_ACQ_REL) == 0)
    free(p);
}
