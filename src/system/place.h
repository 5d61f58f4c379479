/*
** What a name stands for that is to be written: a regular file, or where one
** can be made; or something that is written through, such as a pipe or a
** device.
*/
#ifndef OAI_PLACE_H
#define OAI_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

struct place {
  char *path;               /* absolute, no link; NULL: see descriptor */
  int folder;               /* bytes of `path` up to its last slash */
  bool exists;              /* a regular file, which is to be replaced */
  struct stat status;       /* of that file */
  int descriptor;           /* of what is written through; else -1 */
};

/* Looks at a name. False when it cannot be written: see errno, or *why, which
** is static, where that is not NULL. `path` and `descriptor` are the caller's
** either way. */
bool place_find (struct place *p, const char *name, const char **why);

#endif
