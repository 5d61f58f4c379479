/*
** A table: the faults of libcurl, and the versions that have them.
*/
#include "libcurl.h"

#include <string.h>

#include <curl/curl.h>

#include "memory.h"

struct fault {
  unsigned since;           /* the first version with it: 0xMMmmpp */
  unsigned before;          /* the first one without it again */
};

static const struct fault faults[] = {
  [LIBCURL_FOLDS_INTO_FREED]  = { 0x075300, 0x080100 },
  [LIBCURL_BREAKS_HTTP2]      = { 0x000000, 0x074D00 },
  [LIBCURL_ASKS_EARLY]        = { 0x000000, 0x075800 },
  [LIBCURL_MIXES_PROTOCOLS]   = { 0x000000, 0x080500 },
  [LIBCURL_HOLDS_CONNECTIONS] = { 0x000000, 0x080100 },
  [LIBCURL_READS_WHEN_HELD]   = { 0x080500, 0x080501 },
  [LIBCURL_SPINS_WHEN_HELD]   = { 0x080500, 0x080900 }
};

static unsigned version;


static CURLcode begin (void)
{
#if MEMORY_IS_OURS
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_make, memory_free,
                              memory_move, memory_copy, memory_make_clear);
#else
  return curl_global_init(CURL_GLOBAL_DEFAULT);
#endif
}


bool libcurl_init (void)
{
  CURLcode code = begin();
  version = curl_version_info(CURLVERSION_NOW)->version_num;
  return code == CURLE_OK;
}


bool libcurl_has (enum libcurl_fault fault)
{
  return version >= faults[fault].since && version < faults[fault].before;
}


const char *libcurl_version (void)
{
  return curl_version_info(CURLVERSION_NOW)->version;
}


const char *libcurl_tls_version (void)
{
  const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return tls ? tls : "";
}
