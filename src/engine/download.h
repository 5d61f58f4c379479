/*
** A file that appears under its name only when it is complete. Until then
** its bytes have no name at all where the system can do that, else a
** temporary one in the same folder, removed when the download is dropped.
*/
#ifndef OAI_DOWNLOAD_H
#define OAI_DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct download;

/* NULL when the target cannot be written (errno says why). */
struct download *download_create (const char *target);

/* False when the disk refuses (errno says why). */
bool download_write (struct download *d, const char *bytes, size_t length);

/* Gives the file its name, in place of what had it. False: see errno. */
bool download_commit (struct download *d);

/* Leaves nothing behind unless the download was committed. */
void download_free (struct download *d);

#endif
