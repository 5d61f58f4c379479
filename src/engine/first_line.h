/*
** Looks at the first line of a reply's header before libcurl does. When it
** begins with a blank, libcurl 7.83.0 to 8.0.1 takes it for the rest of a
** line of the handle's last reply, whose memory is gone, and the program
** crashes (curl's issue 11101).
*/
#ifndef OAI_FIRST_LINE_H
#define OAI_FIRST_LINE_H

#include <stddef.h>

struct handle;

/* Once per handle. */
void first_line_install (struct handle *h);

/* A line of a header, which libcurl has not kept yet. */
void first_line_hear (struct handle *h, const char *line, size_t length);

/* The status line of a reply has come over the handle. */
void first_line_expect (struct handle *h);

#endif
