/*
** Which certificate authorities to trust when the caller named none: the
** environment's (CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR), else the
** system's hashed folder alone, else its bundle alone.
*/
#ifndef OAI_AUTHORITY_H
#define OAI_AUTHORITY_H

/* Finds out, once; authority_apply may then run on any thread. */
void authority_find (void);

/* Sets a libcurl easy handle up. */
void authority_apply (void *easy);

#endif
