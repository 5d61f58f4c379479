/*
** A multipart/form-data body (RFC 7578) as a list of parts, fixed when they
** are added: bytes are copied, files are held open. Files are read by
** position while they are sent, so that a form can be sent again, by two
** threads at once, and costs the same memory whatever their size. Must not
** know how far anybody has read: that is the upload's (upload.h).
*/
#ifndef OAI_FORM_H
#define OAI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

struct form;

/* What every part may have beside its content; NULL leaves it out. The
** texts are copied. Quotes and line ends in names are percent-encoded;
** `content_type` is sent as it is. */
struct form_label {
  const char *name;
  const char *filename;
  const char *content_type;
};

/* A part, which never changes once it is in a form. */
struct form_part {
  struct form_part *next;
  char *name, *filename, *content_type;
  char *bytes;              /* owned; NULL for a file */
  char *source;             /* what messages call the file */
  int descriptor;           /* owned; -1 for bytes */
  long long offset;         /* where a file's content begins */
  long long size;           /* of the content */
  long long file_size;      /* of the whole file, and when it was changed */
  struct timespec changed;  /* last, at the time it was added */
};

/* One reference, for the caller; NULL when there is no memory. A form is
** filled by one thread before others see it. */
struct form *form_create (void);
void form_retain (struct form *f);
void form_release (struct form *f);

/* A part with these bytes, copied. False when there is no memory. */
bool form_add_bytes (struct form *f, const struct form_label *label,
                     const void *bytes, size_t length);

/* A part with `size` bytes of a file from `offset` on; size -1: with all of
** them. False when it cannot be opened, has not as many (errno EINVAL), is no
** regular file (EISDIR for a folder, else ESPIPE) or there is no memory. */
bool form_add_path (struct form *f, const struct form_label *label,
                    const char *path, long long offset, long long size);

/*
** A part with what an open file holds from `offset` to its end. The
** descriptor is duplicated: the caller's may be moved and closed. `source`
** is what messages call it. False with errno ESPIPE when it is no regular
** file, EBADF when it is not open for reading.
*/
bool form_add_descriptor (struct form *f, const struct form_label *label,
                          int descriptor, long long offset,
                          const char *source);

/* When the file of the first part was changed last, in seconds, and how large
** it is; both are 0 where that is none. */
double form_changed (const struct form *f, long long *size);

/* The parts in order, how many there are, and all their content in bytes. */
const struct form_part *form_parts (const struct form *f);
size_t form_count (const struct form *f);
long long form_total (const struct form *f);

/* Copies at most `most` bytes of the content from `position` on: how many,
** 0 where the content or the file ends, -1 with errno. */
ssize_t form_part_read (const struct form_part *p, long long position,
                        char *to, size_t most);

/* What keeps the content from being what it was when it was added, such as
** "it has changed since the call"; NULL when nothing does. */
const char *form_part_trouble (const struct form_part *p);

#endif
