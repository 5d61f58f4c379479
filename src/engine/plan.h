/*
** What the requests of one endpoint have in common: method, header lines and
** limits, in one piece of memory. It never changes once an exchange has it, so
** that any number of them may share it, on any thread.
*/
#ifndef OAI_PLAN_H
#define OAI_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct curl_slist;

enum plan_http {
  HTTP_ANY,                 /* HTTP/2 where it serves better */
  HTTP_1,
  HTTP_2
};

struct plan {
  int references;           /* atomic */
  const char *method;
  struct curl_slist *lines; /* of the header; NULL: none */
  const char *identity;     /* of the requests, or ""; NULL: their own */
  long connect_timeout;     /* milliseconds */
  enum plan_http http;
  bool measured;            /* it is noted what takes how long */
  bool fresh;               /* each on a connection of its own */
  size_t reply_ceiling;     /* of a reply that is kept whole */
  size_t event_ceiling;     /* of one event */

  /* While it is made. */
  size_t used;              /* lines */
  char *free;               /* where the next text goes */
};

/* Room for `count` lines of `size` bytes in all, without their NULs. One
** reference, for the caller; NULL when there is no memory. */
struct plan *plan_create (const char *method, size_t count, size_t size);

/* A line "Name: value", "Name;" (empty value) or "Name:" (not sent). */
void plan_add_line (struct plan *p, const char *line, size_t length);

void plan_retain (struct plan *p);
void plan_release (struct plan *p);

#endif
