/*
** Keeps a request off a connection that another one is using and that speaks
** HTTP/1.1. libcurl before 8.5 shares such a connection as it does one of
** HTTP/2, once any of its connections to that server speaks HTTP/2: the
** calls get each other's replies, or the program crashes. Servers speak both
** when a proxy is in front of unlike ones; we do when forms go out.
*/
#ifndef OAI_SHARING_H
#define OAI_SHARING_H

#include <stdbool.h>
#include <stddef.h>

struct handle;

/* Whether libcurl is one that does so. */
bool sharing_matters (void);

/* The handle makes a connection over TLS: libcurl is to say what it does. */
void sharing_listen (struct handle *h);

/* What libcurl says while it connects. */
void sharing_hear (struct handle *h, const char *text, size_t length);

/* The handle's request is about to go out over the connection with this
** port of ours. False when it must go elsewhere. */
bool sharing_may_use (struct handle *h, int port);

#endif
