/*
** A libcurl easy handle, and what stays set on it: the struct, behind it
** header lines of an exchange, then room for libcurl's message.
*/
#include "handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "memory.h"

#define OWN_LINES (HANDLE_FIRST + 3)
#define POOL_MOST 64        /* more are not kept */

/* From libcurl 7.74 on: before, it changed the parsed URL that it was
** given. */
#if LIBCURL_VERSION_NUM >= 0x074A00
#define KEEPS_PARSED 1
#else
#define KEEPS_PARSED 0
#endif


/* Does not compile where they are not what libcurl calls them. */
typedef char check_http[HANDLE_HTTP1 == CURL_HTTP_VERSION_1_1
                        && HANDLE_HTTP2 == CURL_HTTP_VERSION_2TLS ? 1 : -1];


struct handle *handle_create (const struct option_set *options,
                              char reason[OPTION_REASON])
{
  int i;
  struct handle *h = calloc(1, sizeof(*h) + OWN_LINES * sizeof(*h->own)
                               + CURL_ERROR_SIZE);
  snprintf(reason, OPTION_REASON, "out of memory");
  if (h == NULL)
    return NULL;
  h->own = (struct curl_slist *)(h + 1);
  h->message = (char *)(h->own + OWN_LINES);
  h->easy = curl_easy_init();
  for (i = 0; i < HANDLE_OPTIONS; i++)
    h->set[i] = HANDLE_UNKNOWN;
  if (h->easy && option_apply(options, h->easy, reason)
      && curl_easy_setopt(h->easy, CURLOPT_PRIVATE, h) == CURLE_OK
      && curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER,
                          h->message) == CURLE_OK)
    return h;
  handle_free(h);
  return NULL;
}


void handle_free (struct handle *h)
{
  memory_begin_wiping();
  curl_easy_cleanup(h->easy);
  memory_end_wiping();
#if KEEPS_PARSED
  curl_url_cleanup(h->parsed);
#endif
  free(h->url);
  free(h);
}


#if KEEPS_PARSED

/* Keeps the URL parsed, which libcurl would do again for each request. A URL
** that libcurl cannot parse is left to it as text, and refused there. */
static bool keep_parsed (struct handle *h)
{
  curl_url_cleanup(h->parsed);
  h->parsed = curl_url();
  if (h->parsed && curl_url_set(h->parsed, CURLUPART_URL, h->url,
                                CURLU_GUESS_SCHEME
                                | CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    curl_url_cleanup(h->parsed);
    h->parsed = NULL;
  }
  return curl_easy_setopt(h->easy, CURLOPT_CURLU, h->parsed) == CURLE_OK;
}

#else

static bool keep_parsed (struct handle *h)
{
  (void)h;
  return true;
}

#endif


/* What is kept is forgotten when one of them fails. */
bool handle_set_url (struct handle *h, const char *url)
{
  if (h->url && strcmp(h->url, url) == 0)
    return true;
  free(h->url);
  h->url = strdup(url);
  if (h->url && keep_parsed(h)
      && curl_easy_setopt(h->easy, CURLOPT_URL, url) == CURLE_OK)
    return true;
  free(h->url);
  h->url = NULL;
  return false;
}


bool handle_set (struct handle *h, enum handle_option which, long value)
{
  static const CURLoption options[HANDLE_OPTIONS] = {
    [HANDLE_BUFFER] = CURLOPT_BUFFERSIZE,
    [HANDLE_CONNECT_TIMEOUT] = CURLOPT_CONNECTTIMEOUT_MS,
    [HANDLE_QUIET] = CURLOPT_NOPROGRESS,
    [HANDLE_NO_REUSE] = CURLOPT_FORBID_REUSE,
    [HANDLE_HTTP] = CURLOPT_HTTP_VERSION,
    [HANDLE_WAIT] = CURLOPT_PIPEWAIT,
    [HANDLE_FRESH] = CURLOPT_FRESH_CONNECT,
    [HANDLE_LOUD] = CURLOPT_VERBOSE,
    [HANDLE_NAMES] = CURLOPT_DNS_CACHE_TIMEOUT
  };
  if (h->set[which] == value)
    return true;
  h->set[which] = HANDLE_UNKNOWN;
  if (curl_easy_setopt(h->easy, options[which], value) != CURLE_OK)
    return false;
  h->set[which] = value;
  return true;
}


void handle_hold (struct handle *h)
{
  curl_easy_pause(h->easy, CURLPAUSE_RECV);
}


struct handle *handle_pool_take (struct handle_pool *p)
{
  struct handle *h = p->first;
  if (h == NULL)
    return NULL;
  p->first = h->next;
  p->count--;
  return h;
}


void handle_pool_give (struct handle_pool *p, struct handle *h)
{
  if (p->count == POOL_MOST) {
    handle_free(h);
    return;
  }
  h->next = p->first;
  p->first = h;
  p->count++;
}


void handle_pool_clear (struct handle_pool *p)
{
  while (p->first)
    handle_free(handle_pool_take(p));
}
