/*
** The lines of a request's header: libcurl's list, behind it the texts.
*/
#include "header_list.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct header_list {
  int references;           /* atomic */
  size_t used;              /* lines */
  char *free;               /* where the next text goes */
  struct curl_slist lines[];
};


struct header_list *header_list_create (size_t count, size_t size)
{
  struct header_list *h = malloc(sizeof(*h) + count * sizeof(h->lines[0])
                                 + size + count);
  if (h == NULL)
    return NULL;
  h->references = 1;
  h->used = 0;
  h->free = (char *)(h->lines + count);
  return h;
}


void header_list_add (struct header_list *h, const char *line, size_t length)
{
  struct curl_slist *added = &h->lines[h->used];
  added->data = memcpy(h->free, line, length);
  added->data[length] = '\0';
  added->next = NULL;
  if (h->used > 0)
    added[-1].next = added;
  h->free += length + 1;
  h->used++;
}


void header_list_retain (struct header_list *h)
{
  __atomic_add_fetch(&h->references, 1, __ATOMIC_RELAXED);
}


void header_list_release (struct header_list *h)
{
  if (__atomic_sub_fetch(&h->references, 1, __ATOMIC_ACQ_REL) == 0)
    free(h);
}


void *header_list_lines (struct header_list *h)
{
  return h->used > 0 ? h->lines : NULL;
}
