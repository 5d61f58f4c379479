/*
** Multipart parts. The form owns bytes and descriptors; libcurl is lent
** them through read and seek callbacks, which only copy and count.
*/
#include "form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

struct part {
  struct part *next;
  struct form *form;
  char *name, *filename, *content_type;
  char *bytes;              /* owned; NULL for a file */
  int descriptor;           /* owned; -1 for bytes */
  long long offset;         /* where a file's content begins */
  long long size;
  long long position;       /* how far libcurl has read */
};

struct form {
  struct part *first, **end;
  long long total;
  long long sent;           /* atomic: read by any thread */
};


struct form *form_create (void)
{
  struct form *f = calloc(1, sizeof(*f));
  if (f)
    f->end = &f->first;
  return f;
}


static void part_free (struct part *p)
{
  if (p->descriptor >= 0)
    close(p->descriptor);
  free(p->name);
  free(p->filename);
  free(p->content_type);
  free(p->bytes);
  free(p);
}


void form_free (struct form *f)
{
  struct part *p = f->first;
  while (p) {
    struct part *next = p->next;
    part_free(p);
    p = next;
  }
  free(f);
}


/*
** {======================================================
** Adding parts
** =======================================================
*/

static const char *escape (char c)
{
  switch (c) {
    case '"': return "%22";
    case '\r': return "%0D";
    case '\n': return "%0A";
    default: return NULL;
  }
}


/* A copy of a name as browsers write it; older libcurl would write
** backslashes, so it must find nothing left to escape. */
static char *escaped_copy (const char *text)
{
  char *copy = malloc(3 * strlen(text) + 1), *to = copy;
  if (copy == NULL)
    return NULL;
  for (; *text; text++) {
    const char *instead = escape(*text);
    if (instead) {
      memcpy(to, instead, 3);
      to += 3;
    }
    else
      *to++ = *text;
  }
  *to = '\0';
  return copy;
}


static bool copy_label (struct part *p, const struct form_label *label)
{
  p->name = escaped_copy(label->name);
  if (label->filename)
    p->filename = escaped_copy(label->filename);
  if (label->content_type)
    p->content_type = strdup(label->content_type);
  return p->name && (p->filename || !label->filename)
      && (p->content_type || !label->content_type);
}


static struct part *part_create (const struct form_label *label)
{
  struct part *p = calloc(1, sizeof(*p));
  if (p == NULL)
    return NULL;
  p->descriptor = -1;
  if (copy_label(p, label))
    return p;
  part_free(p);
  errno = ENOMEM;
  return NULL;
}


static void attach (struct form *f, struct part *p)
{
  p->form = f;
  *f->end = p;
  f->end = &p->next;
  f->total += p->size;
}


bool form_add_bytes (struct form *f, const struct form_label *label,
                     const void *bytes, size_t length)
{
  struct part *p = part_create(label);
  if (p == NULL)
    return false;
  p->bytes = malloc(length ? length : 1);
  if (p->bytes == NULL) {
    part_free(p);
    return false;
  }
  memcpy(p->bytes, bytes, length);
  p->size = (long long)length;
  attach(f, p);
  return true;
}


static bool measure (struct part *p)
{
  struct stat status;
  if (fstat(p->descriptor, &status) != 0)
    return false;
  if (!S_ISREG(status.st_mode)) {
    errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
    return false;
  }
  p->size = (long long)status.st_size - p->offset;
  if (p->size < 0)
    p->size = 0;
  return true;
}


/* Takes the descriptor over, also when it fails. */
static bool add_file (struct form *f, const struct form_label *label,
                      int descriptor, long long offset)
{
  struct part *p;
  if (descriptor < 0)
    return false;
  p = part_create(label);
  if (p == NULL) {
    close(descriptor);
    return false;
  }
  p->descriptor = descriptor;
  p->offset = offset;
  if (!measure(p)) {
    int error = errno;
    part_free(p);
    errno = error;
    return false;
  }
  attach(f, p);
  return true;
}


bool form_add_path (struct form *f, const struct form_label *label,
                    const char *path)
{
  /* O_NONBLOCK: a named pipe must not hang the caller */
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  return add_file(f, label, descriptor, 0);
}


bool form_add_descriptor (struct form *f, const struct form_label *label,
                          int descriptor, long long offset)
{
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  return add_file(f, label, copy, offset);
}

/* }====================================================== */


/*
** {======================================================
** Lending them to libcurl
** =======================================================
*/

static size_t read_some (struct part *p, char *to, size_t most)
{
  long long left = p->size - p->position;
  ssize_t got;
  if ((long long)most > left)
    most = (size_t)left;
  if (p->bytes) {
    memcpy(to, p->bytes + p->position, most);
    return most;
  }
  do {
    got = pread(p->descriptor, to, most, (off_t)(p->offset + p->position));
  } while (got < 0 && errno == EINTR);
  /* a file that shrank would leave the body shorter than announced */
  return got < 0 || (got == 0 && most > 0) ? CURL_READFUNC_ABORT
                                           : (size_t)got;
}


static size_t on_read (char *to, size_t size, size_t count, void *arg)
{
  struct part *p = arg;
  size_t got = read_some(p, to, size * count);
  if (got != CURL_READFUNC_ABORT) {
    p->position += (long long)got;
    __atomic_add_fetch(&p->form->sent, (long long)got, __ATOMIC_RELAXED);
  }
  return got;
}


static int on_seek (void *arg, curl_off_t offset, int origin)
{
  struct part *p = arg;
  if (origin != SEEK_SET)
    return CURL_SEEKFUNC_CANTSEEK;
  __atomic_add_fetch(&p->form->sent, (long long)offset - p->position,
                     __ATOMIC_RELAXED);
  p->position = (long long)offset;
  return CURL_SEEKFUNC_OK;
}


static bool build_part (struct part *p, curl_mimepart *to)
{
  p->position = 0;
  return curl_mime_name(to, p->name) == CURLE_OK
      && curl_mime_filename(to, p->filename) == CURLE_OK
      && curl_mime_type(to, p->content_type) == CURLE_OK
      && curl_mime_data_cb(to, (curl_off_t)p->size, on_read, on_seek, NULL,
                           p) == CURLE_OK;
}


void *form_build (struct form *f, void *easy)
{
  struct part *p;
  curl_mime *mime = curl_mime_init(easy);
  if (mime == NULL)
    return NULL;
  __atomic_store_n(&f->sent, 0, __ATOMIC_RELAXED);
  for (p = f->first; p; p = p->next) {
    curl_mimepart *to = curl_mime_addpart(mime);
    if (to == NULL || !build_part(p, to)) {
      curl_mime_free(mime);
      return NULL;
    }
  }
  return mime;
}


long long form_total (const struct form *f)
{
  return f->total;
}


long long form_sent (const struct form *f)
{
  return __atomic_load_n(&f->sent, __ATOMIC_RELAXED);
}

/* }====================================================== */
