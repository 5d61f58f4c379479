/*
** Looks at the first line of a reply's header before libcurl does. When it
** begins with a blank, libcurl 7.83.0 to 8.0.1 takes it for the rest of a
** line of the handle's last reply, whose memory is gone, and the program
** crashes (curl's issue 11101).
*/
#ifndef OAI_FIRST_LINE_H
#define OAI_FIRST_LINE_H

#include <stdbool.h>

struct handle;

/* Once per handle. False when libcurl refuses. */
bool first_line_install (struct handle *h);

/* The status line of a reply has come over the handle. */
void first_line_expect (struct handle *h);

#endif
