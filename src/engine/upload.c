/*
** Lends a form to libcurl through a read callback, which only copies and
** counts. A file that is not what it was at the call is given up before
** its last byte is sent: the server never has the whole of another content.
*/
#include "upload.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "form.h"

#define TROUBLE_MOST 512

/* A part, as far as it has been read. */
struct reading {
  struct upload *upload;
  const struct form_part *part;
  long long position;
};

struct upload {
  struct form *form;
  curl_mime *mime;
  long long *sent;
  char trouble[TROUBLE_MOST];       /* "": none */
  struct reading readings[];
};


/*
** {======================================================
** What libcurl calls
** =======================================================
*/

static size_t give_up (struct reading *r, const char *verb,
                       const char *reason)
{
  snprintf(r->upload->trouble, TROUBLE_MOST, "cannot %s '%.256s': %s", verb,
           r->part->source, reason);
  return CURL_READFUNC_ABORT;
}


static void count (struct reading *r, long long more)
{
  r->position += more;
  __atomic_add_fetch(r->upload->sent, more, __ATOMIC_RELAXED);
}


/* What is wrong once `got` bytes have been read: looked at before the last
** ones are handed out, and where they are missing. */
static const char *find_trouble (const struct reading *r, ssize_t got)
{
  const char *reason = NULL;
  bool whole = r->position + got == r->part->size;
  if (whole || got == 0)
    reason = form_part_trouble(r->part);
  return reason || whole || got > 0 ? reason : "it ended too early";
}


static size_t on_read (char *to, size_t size, size_t items, void *arg)
{
  struct reading *r = arg;
  const char *reason;
  ssize_t got = form_part_read(r->part, r->position, to, size * items);
  if (got < 0)
    return give_up(r, "read", strerror(errno));
  reason = find_trouble(r, got);
  if (reason)
    return give_up(r, "send", reason);
  count(r, got);
  return (size_t)got;
}

/* }====================================================== */


static bool build_part (struct reading *r, curl_mimepart *to)
{
  const struct form_part *p = r->part;
  return curl_mime_name(to, p->name) == CURLE_OK
      && curl_mime_filename(to, p->filename) == CURLE_OK
      && curl_mime_type(to, p->content_type) == CURLE_OK
      && curl_mime_data_cb(to, (curl_off_t)p->size, on_read, NULL, NULL,
                           r) == CURLE_OK;
}


static bool build (struct upload *u, CURL *easy)
{
  const struct form_part *p;
  struct reading *r = u->readings;
  u->mime = curl_mime_init(easy);
  if (u->mime == NULL)
    return false;
  for (p = form_parts(u->form); p; p = p->next, r++) {
    curl_mimepart *to = curl_mime_addpart(u->mime);
    r->upload = u;
    r->part = p;
    if (to == NULL || !build_part(r, to))
      return false;
  }
  return true;
}


struct upload *upload_create (struct form *f, void *easy, long long *sent)
{
  struct upload *u = calloc(1, sizeof(*u)
                               + form_count(f) * sizeof(u->readings[0]));
  if (u == NULL)
    return NULL;
  form_retain(f);
  u->form = f;
  u->sent = sent;
  __atomic_store_n(sent, 0, __ATOMIC_RELAXED);
  if (build(u, easy))
    return u;
  upload_free(u);
  return NULL;
}


void upload_free (struct upload *u)
{
  curl_mime_free(u->mime);
  form_release(u->form);
  free(u);
}


void *upload_mime (struct upload *u)
{
  return u->mime;
}


const char *upload_check (struct upload *u)
{
  size_t i;
  for (i = 0; i < form_count(u->form); i++) {
    struct reading *r = &u->readings[i];
    const char *reason = form_part_trouble(r->part);
    if (reason) {
      give_up(r, "send", reason);
      break;
    }
  }
  return upload_trouble(u);
}


const char *upload_trouble (const struct upload *u)
{
  return u->trouble[0] ? u->trouble : NULL;
}
