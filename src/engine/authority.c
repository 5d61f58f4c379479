/*
** A hashed folder costs a new TLS connection a few milliseconds, the bundle
** 20 to 40, both together 30 for every connection; hence one alone. Only
** OpenSSL and its kin look a certificate up in a folder by its hash; the
** others would read all of it.
*/
#include "authority.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "ascii.h"

#define SYSTEM_FOLDER "/etc/ssl/certs"
#define HASH_LENGTH 8       /* 0a1b2c3d.0 */

static struct {
  char *file;
  char *path;
  bool has_bundle;          /* libcurl was built with one */
} found;


static char *environment (const char *name)
{
  const char *value = getenv(name);
  return value && *value ? strdup(value) : NULL;
}


static bool is_hashed_name (const char *name)
{
  int i;
  for (i = 0; i < HASH_LENGTH; i++) {
    if (!ascii_is_hex(name[i]))
      return false;
  }
  return name[HASH_LENGTH] == '.' && ascii_is_digit(name[HASH_LENGTH + 1]);
}


static bool is_hashed_folder (const char *path)
{
  struct dirent *entry;
  bool hashed = false;
  DIR *folder = opendir(path);
  if (folder == NULL)
    return false;
  while (!hashed && (entry = readdir(folder)) != NULL)
    hashed = is_hashed_name(entry->d_name);
  closedir(folder);
  return hashed;
}


static bool looks_up_by_hash (const curl_version_info_data *version)
{
  const char *tls = version->ssl_version ? version->ssl_version : "";
  return strstr(tls, "OpenSSL") || strstr(tls, "LibreSSL")
      || strstr(tls, "quictls") || strstr(tls, "BoringSSL")
      || strstr(tls, "AWS-LC");
}


/* What libcurl was built to trust, which it tells since 7.70.0. NULL: nothing,
** or not known. */
static const char *default_bundle (const curl_version_info_data *version)
{
#if LIBCURL_VERSION_NUM >= 0x074600
  if (version->age >= CURLVERSION_SEVENTH)
    return version->cainfo;
#endif
  (void)version;
  return NULL;
}


static const char *default_folder (const curl_version_info_data *version)
{
#if LIBCURL_VERSION_NUM >= 0x074600
  if (version->age >= CURLVERSION_SEVENTH)
    return version->capath;
#endif
  (void)version;
  return NULL;
}


static const char *system_folder (const curl_version_info_data *version)
{
  const char *folder = default_folder(version);
  return folder ? folder : SYSTEM_FOLDER;
}


void authority_find (void)
{
  const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
  found.has_bundle = default_bundle(version) != NULL;
  found.file = environment("CURL_CA_BUNDLE");
  if (found.file == NULL)
    found.file = environment("SSL_CERT_FILE");
  if (found.file == NULL)
    found.path = environment("SSL_CERT_DIR");
  if (found.file == NULL && found.path == NULL
      && looks_up_by_hash(version)
      && is_hashed_folder(system_folder(version)))
    found.path = strdup(system_folder(version));
}


/* Sets an option of an HTTPS proxy's, where libcurl knows one. */
static bool set_for_proxy (CURL *easy, CURLoption option, const char *value)
{
  CURLcode code = curl_easy_setopt(easy, option, value);
  return code == CURLE_OK || code == CURLE_UNKNOWN_OPTION
      || code == CURLE_NOT_BUILT_IN;
}


bool authority_set (void *easy, enum authority_kind kind, const char *value)
{
  if (kind == AUTHORITY_FILE)
    return curl_easy_setopt(easy, CURLOPT_CAINFO, value) == CURLE_OK
        && set_for_proxy(easy, CURLOPT_PROXY_CAINFO, value);
  if (curl_easy_setopt(easy, CURLOPT_CAPATH, value) == CURLE_OUT_OF_MEMORY)
    return false;           /* some TLS libraries know no folders */
  return set_for_proxy(easy, CURLOPT_PROXY_CAPATH, value);
}


bool authority_apply (void *easy)
{
  if (found.file)
    return authority_set(easy, AUTHORITY_FILE, found.file)
        && authority_set(easy, AUTHORITY_PATH, NULL);
  if (found.path)
    return authority_set(easy, AUTHORITY_PATH, found.path)
        && authority_set(easy, AUTHORITY_FILE, NULL);
  return !found.has_bundle || authority_set(easy, AUTHORITY_PATH, NULL);
}
