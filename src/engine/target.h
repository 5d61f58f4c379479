/*
** Where a download goes, looked at once, when it is asked for: a relative
** name is made absolute and links are followed, so that nothing that
** happens later moves it. What is no regular file is opened here, to be
** written through; nothing else is opened or changed.
*/
#ifndef OAI_TARGET_H
#define OAI_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "../system/place.h"

struct download;

struct target {
  int references;           /* atomic */
  char *given;              /* the name as it was asked for */
  struct place place;       /* what that stands for */
  bool judged;              /* what comes as a text is looked at first */
  bool touched;             /* atomic; that has got bytes, for good */
  struct download *kept;    /* of a reply that broke off, for the next one;
                            ** the reader's alone */
};

/* One reference, for the caller; NULL when it cannot be written, and *why
** says the reason, static or strerror's. */
struct target *target_resolve (const char *name, const char **why);

void target_retain (struct target *t);
void target_release (struct target *t);

#endif
