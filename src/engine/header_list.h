/*
** The lines of a request's header, in one piece of memory. It never changes
** once an exchange has it, so that any number of them may share it, on any
** thread.
*/
#ifndef OAI_HEADER_LIST_H
#define OAI_HEADER_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct header_list;

/* Room for `count` lines of `size` bytes in all, without their NULs. One
** reference, for the caller; NULL when there is no memory. */
struct header_list *header_list_create (size_t count, size_t size);

/* A line "Name: value", "Name;" (empty value) or "Name:" (not sent). */
void header_list_add (struct header_list *h, const char *line,
                      size_t length);

void header_list_retain (struct header_list *h);
void header_list_release (struct header_list *h);

/* The first line, a curl_slist; NULL when there is none. */
void *header_list_lines (struct header_list *h);

#endif
