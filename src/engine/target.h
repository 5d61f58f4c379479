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
#include <sys/stat.h>

struct download;

struct target {
  int references;           /* atomic */
  char *given;              /* the name as it was asked for */
  char *path;               /* absolute, no link; NULL: see descriptor */
  int folder;               /* bytes of `path` up to its last slash */
  bool exists;              /* a regular file, which is to be replaced */
  struct stat status;       /* of that file */
  int descriptor;           /* of what is written through; else -1 */
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
