/*
** Where a download goes: a name, and what it stands for. A file that can be
** replaced is left to download.c.
*/
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


void target_retain (struct target *t)
{
  __atomic_add_fetch(&t->references, 1, __ATOMIC_RELAXED);
}


void target_release (struct target *t)
{
  if (__atomic_sub_fetch(&t->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  if (t->place.descriptor >= 0)
    close(t->place.descriptor);
  free(t->given);
  free(t->place.path);
  free(t);
}


struct target *target_resolve (const char *name, const char **why)
{
  struct target *t = calloc(1, sizeof(*t));
  *why = NULL;
  if (t) {
    t->references = 1;
    t->place.descriptor = -1;
    t->given = strdup(name);
    if (t->given && place_find(&t->place, t->given, why))
      return t;
  }
  if (*why == NULL)
    *why = strerror(errno);
  if (t)
    target_release(t);      /* leaves *why alone: it is not errno's */
  return NULL;
}
