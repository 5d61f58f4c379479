/*
** One attempt at sending a form: how far libcurl has read each part, and
** what went wrong with one. Other attempts may send that form before, after
** and beside it. Used by one thread, but for what is said of `sent`.
*/
#ifndef OAI_UPLOAD_H
#define OAI_UPLOAD_H

struct form;
struct upload;

/* For the libcurl handle `easy`; NULL when there is no memory. Takes a
** reference of the form. Counts into *sent what has been handed to libcurl,
** atomically: any thread may read it, until the upload is freed. */
struct upload *upload_create (struct form *f, void *easy, long long *sent);

/* Once libcurl uses it no more. */
void upload_free (struct upload *u);

/* The curl_mime for CURLOPT_MIMEPOST, the upload's own. */
void *upload_mime (struct upload *u);

/* Why the form cannot be sent, such as "cannot send 'a.jsonl': it has
** shrunk since the call"; NULL when nothing is wrong. Looks at the files. */
const char *upload_check (struct upload *u);

/* What went wrong, as far as reading has found; NULL: reading went well. */
const char *upload_trouble (const struct upload *u);

#endif
