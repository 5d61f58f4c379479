-- Programs in a child process whose libcurl says that it is another one: of
-- another version, with another library for TLS, with other certificates that
-- it trusts. What it does stays what it does.

local child = require "spec.support.child"
local folder = require "spec.support.folder"

local other_libcurl = {}

-- Between a program and libcurl. In the environment: OTHER_VERSION, a number,
-- and OTHER_AGE, that of what libcurl tells of itself; OTHER_TLS, OTHER_CAPATH
-- and OTHER_CAINFO, where "-" is none; OTHER_REFUSES, an option, with what is
-- answered; OTHER_ENDS, the codes with which transfers end, one after another;
-- OTHER_LOG, a file that gets a line for each folder, bundle or
-- number that is set.
local SOURCE = [[
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <stdarg.h>
  #include <stdio.h>
  #include <stdlib.h>
  #include <string.h>
  #include <curl/curl.h>
  #undef curl_easy_setopt

  static void *of_libcurl (const char *name) {
    return dlsym(dlopen("libcurl.so.4", RTLD_LAZY | RTLD_NOLOAD), name);
  }

  static const char *other (const char *name, const char *own) {
    const char *value = getenv(name);
    return value == NULL ? own : strcmp(value, "-") == 0 ? NULL : value;
  }

  curl_version_info_data *curl_version_info (CURLversion version) {
    static curl_version_info_data data;
    curl_version_info_data *(*own)(CURLversion)
      = (curl_version_info_data *(*)(CURLversion))of_libcurl("curl_version_info");
    data = *own(version);
    if (getenv("OTHER_VERSION"))
      data.version_num = (unsigned)strtoul(getenv("OTHER_VERSION"), NULL, 0);
    if (getenv("OTHER_AGE"))
      data.age = (CURLversion)atoi(getenv("OTHER_AGE"));
    else if (getenv("OTHER_CAPATH") || getenv("OTHER_CAINFO"))
      data.age = (CURLversion)6;        /* an older one does not say them */
    data.ssl_version = other("OTHER_TLS", data.ssl_version);
    data.capath = other("OTHER_CAPATH", data.capath);
    data.cainfo = other("OTHER_CAINFO", data.cainfo);
    return &data;
  }

  CURLMsg *curl_multi_info_read (CURLM *multi, int *left) {
    static const char *ends = NULL;
    CURLMsg *(*own)(CURLM *, int *) = (CURLMsg *(*)(CURLM *, int *))of_libcurl("curl_multi_info_read");
    CURLMsg *said = own(multi, left);
    char *rest;
    if (ends == NULL)
      ends = getenv("OTHER_ENDS") ? getenv("OTHER_ENDS") : "";
    if (said && *ends) {
      said->data.result = (CURLcode)strtol(ends, &rest, 10);
      ends = rest;
    }
    return said;
  }

  static void note (const char *what, const char *value) {
    FILE *file = getenv("OTHER_LOG") ? fopen(getenv("OTHER_LOG"), "a") : NULL;
    if (file == NULL)
      return;
    fprintf(file, "%s %s\n", what, value ? value : "-");
    fclose(file);
  }

  static void note_number (CURLoption option, long value) {
    char what[40], number[40];
    snprintf(what, sizeof(what), "option %d", (int)option);
    snprintf(number, sizeof(number), "%ld", value);
    if ((int)option < CURLOPTTYPE_OBJECTPOINT)
      note(what, number);
  }

  static CURLcode refused (CURLoption option) {
    int which = 0, answer = 0;
    if (getenv("OTHER_REFUSES") && sscanf(getenv("OTHER_REFUSES"), "%d %d", &which, &answer) == 2
        && which == (int)option)
      return (CURLcode)answer;
    return CURLE_OK;
  }

  CURLcode curl_easy_setopt (CURL *easy, CURLoption option, ...) {
    CURLcode (*own)(CURL *, CURLoption, ...) = (CURLcode (*)(CURL *, CURLoption, ...))of_libcurl("curl_easy_setopt");
    va_list all;
    void *value;
    va_start(all, option);
    value = va_arg(all, void *);
    va_end(all);
    switch ((int)option) {
      case CURLOPT_CAPATH: note("folder", value); break;
      case CURLOPT_CAINFO: note("bundle", value); break;
      case CURLOPT_PROXY_CAPATH: note("proxy: folder", value); break;
      case CURLOPT_PROXY_CAINFO: note("proxy: bundle", value); break;
      default: note_number(option, (long)value);
    }
    if (refused(option))
      return refused(option);
    return own(easy, option, value);
  }
]]

--- Options of curl_easy_setopt, and what it may answer: curl/curl.h.
other_libcurl.options = {
  NOPROGRESS = 43, FOLLOWLOCATION = 52, NOSIGNAL = 99, TCP_NODELAY = 121, TCP_KEEPALIVE = 213, TCP_KEEPIDLE = 214,
  TCP_KEEPINTVL = 215, SUPPRESS_CONNECT_HEADERS = 265, QUICK_EXIT = 322, SSL_VERIFYPEER = 64, SSL_VERIFYHOST = 81,
  PROXY_SSL_VERIFYPEER = 248, PROXY_SSL_VERIFYHOST = 249,
  PROXY = 10004, CAINFO = 10065, CAPATH = 10097, ACCEPT_ENCODING = 10102, NOPROXY = 10177, PROXY_CAINFO = 10246,
  PROXY_CAPATH = 10247, PROTOCOLS_STR = 10318, SSL_CTX_FUNCTION = 20108,
}
other_libcurl.answers = { NOT_BUILT_IN = 4, OUT_OF_MEMORY = 27, UNKNOWN_OPTION = 48 }

--- For OTHER_REFUSES.
---@param option string
---@param answer string
---@return string
function other_libcurl.refusal(option, answer)
  return ("%d %d"):format(other_libcurl.options[option], other_libcurl.answers[answer])
end

other_libcurl.missing = child.preloads_nothing()

--- Runs a program: what it wrote, its exit status, and the lines that OTHER_LOG
--- got.
---@param environment table<string, string|false>  as above, and others
---@param code string
---@return string output
---@return integer status
---@return string log
function other_libcurl.run(environment, code)
  local here, all = folder.new(), {}
  local library = here:file "other.so"
  assert(here:run(("cc -shared -fPIC -o %s %s -ldl"):format(library, here:write("other.c", SOURCE))), "cc has failed")
  for name, value in pairs(environment) do
    all[name] = value
  end
  all.LD_PRELOAD, all.OTHER_LOG = library, here:write("log", "")
  local output, status = child.run(code, all)
  local log = here:read "log"
  here:remove()
  return output, status, log
end

return other_libcurl
