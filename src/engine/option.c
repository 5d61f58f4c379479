/*
** The one table of transport options, and the defaults that libcurl makes
** cheap. A default that the running libcurl does not know is left out: what
** is newer is used where it exists. What was given must not be.
*/
#include "option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "authority.h"

struct option {
  char name[12];            /* no address: tables of those cost twice */
  enum option_kind kind;
  CURLoption code;
  int on, off;              /* what a flag means to libcurl */
};

/* Rows of one name share the value of the first. What is said of a server is
** said of an HTTPS proxy too, where libcurl knows one. */
static const struct option options[] = {
  { "proxy",        OPTION_STRING, CURLOPT_PROXY, 0, 0 },
  { "no_proxy",     OPTION_STRING, CURLOPT_NOPROXY, 0, 0 },
  { "ca_file",      OPTION_STRING, CURLOPT_CAINFO, 0, 0 },
  { "ca_path",      OPTION_STRING, CURLOPT_CAPATH, 0, 0 },
  { "client_cert",  OPTION_STRING, CURLOPT_SSLCERT, 0, 0 },
  { "client_key",   OPTION_STRING, CURLOPT_SSLKEY, 0, 0 },
  { "unix_socket",  OPTION_STRING, CURLOPT_UNIX_SOCKET_PATH, 0, 0 },
  { "verify",       OPTION_FLAG,   CURLOPT_SSL_VERIFYPEER, 1, 0 },
  { "verify",       OPTION_FLAG,   CURLOPT_SSL_VERIFYHOST, 2, 0 },
  { "ca_file",      OPTION_STRING, CURLOPT_PROXY_CAINFO, 0, 0 },
  { "ca_path",      OPTION_STRING, CURLOPT_PROXY_CAPATH, 0, 0 },
  { "verify",       OPTION_FLAG,   CURLOPT_PROXY_SSL_VERIFYPEER, 1, 0 },
  { "verify",       OPTION_FLAG,   CURLOPT_PROXY_SSL_VERIFYHOST, 2, 0 },
};

/* What every server knows. libcurl undoes any encoding it can; to list them
** all costs each request some 4,000 instructions. */
#define ENCODING "gzip"

#define OPTION_COUNT ((int)(sizeof(options) / sizeof(options[0])))

struct default_option {
  CURLoption code;
  long value;
};

static const struct default_option defaults[] = {
  { CURLOPT_NOSIGNAL, 1L },
  { CURLOPT_NOPROGRESS, 1L },
  { CURLOPT_FOLLOWLOCATION, 0L },       /* call/send.lua decides */
  { CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L },
  { CURLOPT_TCP_NODELAY, 1L },
  { CURLOPT_TCP_KEEPALIVE, 1L },        /* seconds: */
  { CURLOPT_TCP_KEEPIDLE, 60L },
  { CURLOPT_TCP_KEEPINTVL, 60L },
#if LIBCURL_VERSION_NUM >= 0x075700
  { CURLOPT_QUICK_EXIT, 1L },           /* do not wait for a resolver */
#endif
};

#define DEFAULT_COUNT (sizeof(defaults) / sizeof(defaults[0]))


int option_find (const char *name)
{
  int row;
  for (row = 0; row < OPTION_COUNT; row++) {
    if (strcmp(options[row].name, name) == 0)
      return row;
  }
  return -1;
}


enum option_kind option_kind (int row)
{
  return options[row].kind;
}


bool option_set_string (struct option_set *set, int row, const char *value)
{
  char *copy = strdup(value);
  if (copy == NULL)
    return false;
  free(set->values[row].string);
  set->values[row].string = copy;
  set->values[row].given = true;
  return true;
}


void option_set_flag (struct option_set *set, int row, bool value)
{
  set->values[row].flag = value;
  set->values[row].given = true;
}


void option_set_clear (struct option_set *set)
{
  int row;
  for (row = 0; row < OPTION_COUNT; row++)
    free(set->values[row].string);
  memset(set, 0, sizeof(*set));
}


/* Whether it was set, or need not be on a libcurl without it. */
static bool is_fine (CURLcode code)
{
  return code == CURLE_OK || code == CURLE_UNKNOWN_OPTION
      || code == CURLE_NOT_BUILT_IN;
}


static CURLcode apply_value (const struct option *o,
                             const struct option_value *value, CURL *easy)
{
  if (o->kind == OPTION_STRING)
    return curl_easy_setopt(easy, o->code, value->string);
  return curl_easy_setopt(easy, o->code, (long)(value->flag ? o->on : o->off));
}


static bool apply_given (const struct option_set *set, CURL *easy,
                         char reason[OPTION_REASON])
{
  int row;
  for (row = 0; row < OPTION_COUNT; row++) {
    int first = option_find(options[row].name);
    const struct option_value *value = &set->values[first];
    CURLcode code = value->given ? apply_value(&options[row], value, easy)
                                 : CURLE_OK;
    if (code == CURLE_OK || (row != first && is_fine(code)))
      continue;
    snprintf(reason, OPTION_REASON, "libcurl refuses the option '%.12s': %s",
             options[row].name, curl_easy_strerror(code));
    return false;
  }
  return true;
}


static bool apply_protocols (CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
                                   (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  return is_fine(code);
}


/* Without a proxy in the environment libcurl need not look for one again at
** each request. */
static bool apply_no_proxy (const struct option_set *set, CURL *easy)
{
  static const char *const names[] = {
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"
  };
  size_t i;
  if (set->values[option_find("proxy")].given)
    return true;
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (getenv(names[i]))
      return true;
  }
  return is_fine(curl_easy_setopt(easy, CURLOPT_PROXY, ""))
      && is_fine(curl_easy_setopt(easy, CURLOPT_NOPROXY, ""));
}


/* One source of trust alone: with both, libcurl loads the whole bundle
** again for each connection. */
static bool apply_authority (const struct option_set *set, CURL *easy)
{
  bool file = set->values[option_find("ca_file")].given;
  bool path = set->values[option_find("ca_path")].given;
  if (file && !path)
    return authority_set(easy, AUTHORITY_PATH, NULL);
  if (path && !file)
    return authority_set(easy, AUTHORITY_FILE, NULL);
  return file || authority_apply(easy);
}


static bool apply_defaults (CURL *easy)
{
  size_t i;
  for (i = 0; i < DEFAULT_COUNT; i++) {
    if (!is_fine(curl_easy_setopt(easy, defaults[i].code,
                                  defaults[i].value)))
      return false;
  }
  return is_fine(curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ENCODING))
      && apply_protocols(easy);
}


bool option_apply (const struct option_set *set, void *easy,
                   char reason[OPTION_REASON])
{
  snprintf(reason, OPTION_REASON, "out of memory");
  return apply_defaults(easy) && apply_given(set, easy, reason)
      && apply_no_proxy(set, easy) && apply_authority(set, easy);
}
