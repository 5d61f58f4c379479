/*
** The bytes of one reply on their way to a target. A regular file appears
** under its name only when it is complete, in place of the one that had
** it, whose mode it keeps, and whose owner and group where the process may
** give them (no ACLs, no attributes). Until then the bytes have no name at
** all where the system can do that, else a temporary one in the same
** folder, removed when the download is dropped. The disk is not waited
** for: no fsync, as with any file that a program writes.
**
** A pipe or a device gets the bytes as they come, and an attempt of which it
** has some is the last. A full pipe pauses its transfer meanwhile.
*/
#ifndef OAI_DOWNLOAD_H
#define OAI_DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct download;
struct target;

enum download_result {
  DOWNLOAD_WRITTEN,
  DOWNLOAD_LATER,           /* the pipe is full: offer the bytes again */
  DOWNLOAD_FAILED           /* errno says why */
};

/* Takes a reference to the target; NULL when it cannot be written (errno
** says why). */
struct download *download_create (struct target *target);

/* Lets go of what has come, all of which comes anew. False: see errno. */
bool download_restart (struct download *d);

/* All of the bytes, unless it says something else. After DOWNLOAD_LATER the
** next call must begin with those of this one: some of them are written. */
enum download_result download_write (struct download *d, const char *bytes,
                                     size_t length);

/* What it writes to, when that may ask for patience; else -1. */
int download_pipe (const struct download *d);

/* The name as it was asked for. */
const char *download_name (const struct download *d);

/* Gives the file its name, in place of what had it, if it has not got that
** yet. False: see errno. */
bool download_commit (struct download *d);

/* Leaves nothing behind unless the download was committed. */
void download_free (struct download *d);

#endif
