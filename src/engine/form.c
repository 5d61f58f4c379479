/*
** Multipart parts: bytes, and descriptors that are read by position. Must
** not know libcurl; upload.c lends it the content.
*/
#include "form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../system/file.h"

#define TICK_NAPS 20        /* at most, of a millisecond */

struct form {
  int references;           /* atomic */
  struct form_part *first, **end;
  size_t count;
  long long total;
};


struct form *form_create (void)
{
  struct form *f = calloc(1, sizeof(*f));
  if (f == NULL)
    return NULL;
  f->references = 1;
  f->end = &f->first;
  return f;
}


void form_retain (struct form *f)
{
  __atomic_add_fetch(&f->references, 1, __ATOMIC_RELAXED);
}


static void part_free (struct form_part *p)
{
  if (p->descriptor >= 0)
    close(p->descriptor);
  free(p->name);
  free(p->filename);
  free(p->content_type);
  free(p->source);
  free(p->bytes);
  free(p);
}


void form_release (struct form *f)
{
  struct form_part *p = f->first;
  if (__atomic_sub_fetch(&f->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  while (p) {
    struct form_part *next = p->next;
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


static bool copy_label (struct form_part *p, const struct form_label *label)
{
  p->name = escaped_copy(label->name);
  if (label->filename)
    p->filename = escaped_copy(label->filename);
  if (label->content_type)
    p->content_type = strdup(label->content_type);
  return p->name && (p->filename || !label->filename)
      && (p->content_type || !label->content_type);
}


static struct form_part *part_create (const struct form_label *label)
{
  struct form_part *p = calloc(1, sizeof(*p));
  if (p == NULL)
    return NULL;
  p->descriptor = -1;
  if (copy_label(p, label))
    return p;
  part_free(p);
  errno = ENOMEM;
  return NULL;
}


static void attach (struct form *f, struct form_part *p)
{
  *f->end = p;
  f->end = &p->next;
  f->count++;
  f->total += p->size;
}


bool form_add_bytes (struct form *f, const struct form_label *label,
                     const void *bytes, size_t length)
{
  struct form_part *p = part_create(label);
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

/* }====================================================== */


/*
** {======================================================
** Adding files
** =======================================================
*/

static bool is_same_time (struct timespec a, struct timespec b)
{
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}


#if defined(CLOCK_REALTIME_COARSE)

/* Whether a change from now on gets another time than `changed`, which many
** systems take from a clock that ticks every few milliseconds. */
static bool is_settled (struct timespec changed)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec != changed.tv_sec ? now.tv_sec > changed.tv_sec
                                      : now.tv_nsec > changed.tv_nsec;
}

#else

static bool is_settled (struct timespec changed)
{
  (void)changed;
  return true;
}

#endif


/* Whether `changed` may soon be in the past: a clock may have been set. */
static bool is_near (struct timespec changed)
{
  return changed.tv_sec <= time(NULL) + 1;
}


/* What a file is now, such that what changes it later can be seen: one that
** has just been written waits for the clock to tick. */
static bool look_at (int descriptor, struct file_status *status)
{
  static const struct timespec nap = { 0, 1000000 };
  int naps = 0;
  while (file_look(descriptor, status) == 0) {
    if (naps++ == TICK_NAPS || is_settled(FILE_CHANGED(*status))
        || !is_near(FILE_CHANGED(*status)))
      return true;
    nanosleep(&nap, NULL);
  }
  return false;
}


static bool is_readable (int descriptor)
{
  if (file_is_readable(descriptor))
    return true;
  errno = EBADF;
  return false;
}


static bool is_regular (int descriptor)
{
  struct file_status status;
  if (file_look(descriptor, &status) != 0)
    return false;
  if (S_ISREG(status.st_mode))
    return true;
  errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
  return false;
}


/* Some systems have files that say they are empty and are not, such as
** those below /proc: how much to announce nobody knows. */
static bool has_size (const struct form_part *p)
{
  char byte;
  if (p->file_size > 0 || file_read(p->descriptor, &byte, 1, 0) <= 0)
    return true;
  errno = ESPIPE;
  return false;
}


static bool measure (struct form_part *p)
{
  struct file_status status;
  if (!is_regular(p->descriptor) || !is_readable(p->descriptor)
      || !look_at(p->descriptor, &status))
    return false;
  p->file_size = (long long)status.st_size;
  p->changed = FILE_CHANGED(status);
  if (p->size >= 0) {
    errno = EINVAL;
    return p->file_size - p->offset >= p->size;
  }
  p->size = p->file_size > p->offset ? p->file_size - p->offset : 0;
  return has_size(p);
}


static bool set_file (struct form_part *p, int descriptor,
                      const char *source)
{
  p->descriptor = descriptor;
  p->source = strdup(source);
  return p->source && measure(p);
}


/* Takes the descriptor over, also when it fails. */
static bool add_file (struct form *f, const struct form_label *label,
                      int descriptor, long long offset, long long size,
                      const char *source)
{
  struct form_part *p;
  int error;
  if (descriptor < 0)
    return false;
  p = part_create(label);
  if (p == NULL) {
    close(descriptor);
    return false;
  }
  p->offset = offset;
  p->size = size;
  if (set_file(p, descriptor, source)) {
    attach(f, p);
    return true;
  }
  error = errno;
  part_free(p);
  errno = error;
  return false;
}


bool form_add_path (struct form *f, const struct form_label *label,
                    const char *path, long long offset, long long size)
{
  return add_file(f, label, file_open(path), offset, size, path);
}


bool form_add_descriptor (struct form *f, const struct form_label *label,
                          int descriptor, long long offset,
                          const char *source)
{
  return add_file(f, label, file_duplicate(descriptor), offset, -1, source);
}

/* }====================================================== */


/*
** {======================================================
** Reading them
** =======================================================
*/

const struct form_part *form_parts (const struct form *f)
{
  return f->first;
}


size_t form_count (const struct form *f)
{
  return f->count;
}


long long form_total (const struct form *f)
{
  return f->total;
}


double form_changed (const struct form *f, long long *size)
{
  const struct form_part *p = f->first;
  *size = p ? p->file_size : 0;
  return p ? (double)p->changed.tv_sec + (double)p->changed.tv_nsec / 1e9 : 0;
}


ssize_t form_part_read (const struct form_part *p, long long position,
                        char *to, size_t most)
{
  long long left = p->size - position;
  ssize_t got;
  if ((long long)most > left)
    most = (size_t)left;
  if (p->bytes) {
    memcpy(to, p->bytes + position, most);
    return (ssize_t)most;
  }
  do {
    got = file_read(p->descriptor, to, most, p->offset + position);
  } while (got < 0 && errno == EINTR);
  return got;
}


const char *form_part_trouble (const struct form_part *p)
{
  struct file_status status;
  if (p->bytes)
    return NULL;
  if (file_look(p->descriptor, &status) != 0)
    return strerror(errno);
  if ((long long)status.st_size < p->file_size)
    return "it has shrunk since the call";
  if ((long long)status.st_size > p->file_size
      || !is_same_time(FILE_CHANGED(status), p->changed))
    return "it has changed since the call";
  return NULL;
}

/* }====================================================== */
