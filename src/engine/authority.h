/*
** Which certificate authorities to trust when the caller named none: the
** environment's (CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR), else the
** system's hashed folder alone, else its bundle alone.
*/
#ifndef OAI_AUTHORITY_H
#define OAI_AUTHORITY_H

#include <stdbool.h>

/* Finds out, once; authority_apply may then run on any thread. */
void authority_find (void);

enum authority_kind { AUTHORITY_FILE, AUTHORITY_PATH };

/* Sets a libcurl easy handle up. False: no memory. */
bool authority_apply (void *easy);

/* Sets one source of trust, for a server and an HTTPS proxy; NULL: none of
** this kind. False: no memory. */
bool authority_set (void *easy, enum authority_kind kind, const char *value);

#endif
