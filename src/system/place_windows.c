/*
** What a name stands for that is to be written, on Windows: a file on a disk,
** or a device such as NUL or CON. A link is written through by its name, which
** its file then loses.
*/
#include "place.h"

#if defined(_WIN32)
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>


static char *full_path (const char *name)
{
  DWORD size = GetFullPathNameA(name, 0, NULL, NULL);
  char *path = size > 0 ? malloc(size) : NULL;
  errno = size > 0 ? ENOMEM : ENOENT;
  if (path == NULL || GetFullPathNameA(name, size, path, NULL) < size)
    return path;
  free(path);
  errno = ENOENT;
  return NULL;
}


static bool is_device (const char *path)
{
  return strncmp(path, "\\\\.\\", 4) == 0;
}


/* Bytes up to the last slash of either kind. */
static int folder_length (const char *path)
{
  int length = (int)strlen(path);
  while (length > 0 && path[length - 1] != '\\' && path[length - 1] != '/')
    length--;
  return length;
}


/* Whether there is a folder to put it in. */
static bool has_folder (const char *path, int length)
{
  char *folder = malloc((size_t)length + 2);
  DWORD found;
  errno = ENOMEM;
  if (folder == NULL)
    return false;
  memcpy(folder, path, (size_t)length);
  strcpy(folder + length, ".");
  found = GetFileAttributesA(folder);
  free(folder);
  errno = ENOENT;
  return found != INVALID_FILE_ATTRIBUTES
      && (found & FILE_ATTRIBUTE_DIRECTORY) != 0;
}


static bool open_through (struct place *p)
{
  p->descriptor = _open(p->path, _O_WRONLY | _O_BINARY | _O_NOINHERIT);
  if (p->descriptor < 0)
    return false;
  free(p->path);
  p->path = NULL;
  return true;
}


static bool set_file (struct place *p)
{
  DWORD found = GetFileAttributesA(p->path);
  p->folder = folder_length(p->path);
  if (found == INVALID_FILE_ATTRIBUTES)
    return has_folder(p->path, p->folder) && p->path[p->folder] != '\0';
  p->exists = true;
  errno = found & FILE_ATTRIBUTE_DIRECTORY ? EISDIR : EACCES;
  return (found & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_READONLY)) == 0;
}


bool place_find (struct place *p, const char *name, const char **why)
{
  (void)why;
  errno = ENOENT;
  p->path = *name ? full_path(name) : NULL;
  if (p->path == NULL)
    return false;
  return is_device(p->path) ? open_through(p) : set_file(p);
}

#endif
