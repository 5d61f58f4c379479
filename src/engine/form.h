/*
** A multipart/form-data body (RFC 7578) as a list of parts. Files are read
** from disk while they are sent, by position, so a form can be sent again
** and costs the same memory whatever their size.
*/
#ifndef OAI_FORM_H
#define OAI_FORM_H

#include <stdbool.h>
#include <stddef.h>

struct form;

/* What every part may have beside its content; NULL leaves it out. The
** texts are copied. `filename` is sent as it is, but for quotes and line
** ends, which are percent-encoded. */
struct form_label {
  const char *name;
  const char *filename;
  const char *content_type;
};

/* NULL when there is no memory. */
struct form *form_create (void);
void form_free (struct form *f);

/* A part with these bytes, copied. False when there is no memory. */
bool form_add_bytes (struct form *f, const struct form_label *label,
                     const void *bytes, size_t length);

/* A part with a file's content. False when it cannot be opened, is no
** regular file (errno EISDIR for a folder) or there is no memory. */
bool form_add_path (struct form *f, const struct form_label *label,
                    const char *path);

/*
** A part with what an open file holds from `offset` to its end. The
** descriptor is duplicated: the caller's stays open and is not moved.
** False with errno ESPIPE when it is no regular file.
*/
bool form_add_descriptor (struct form *f, const struct form_label *label,
                          int descriptor, long long offset);

/* All the content in bytes, and how much of it has been handed to libcurl
** since the last form_build. The second may be asked from any thread. */
long long form_total (const struct form *f);
long long form_sent (const struct form *f);

/* A new curl_mime for `easy`, for the caller to pass to curl_mime_free
** while the form is alive; NULL when there is no memory. Engine only. */
void *form_build (struct form *f, void *easy);

#endif
