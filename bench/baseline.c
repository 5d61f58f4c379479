/*
** The floor that the library is measured against: bare libcurl in C, with
** nothing but the work itself. Usage: baseline MODE COUNT URL [BODY | FILE]
**
**   request   COUNT sequential POSTs of BODY on one handle; replies dropped
**   stream    COUNT streams; each SSE event is cut out and given to
**             lua-cjson's decoder, as in a program that embeds Lua
**   split     the same without the decoder
**   download  COUNT downloads into FILE
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <lauxlib.h>
#include <lualib.h>

#define CARRY (1 << 20)

struct stream {
  lua_State *L;             /* NULL: split only */
  int decode;               /* registry reference */
  char *carry;
  size_t carried;
  long events;
};


static void die (const char *what)
{
  fprintf(stderr, "baseline: %s\n", what);
  exit(1);
}


static size_t drop (char *bytes, size_t size, size_t count, void *arg)
{
  (void)bytes;
  (void)arg;
  return size * count;
}


static void take_event (struct stream *s, const char *data, size_t length)
{
  s->events++;
  if (s->L == NULL || length == 6)      /* [DONE] */
    return;
  lua_rawgeti(s->L, LUA_REGISTRYINDEX, s->decode);
  lua_pushlstring(s->L, data, length);
  lua_call(s->L, 1, 1);
  lua_settop(s->L, 0);
}


/* Events of one data line each, which is all that chat streams send. */
static size_t split (char *bytes, size_t size, size_t count, void *arg)
{
  struct stream *s = arg;
  size_t total = size * count, used = 0;
  char *end;
  if (s->carried + total > CARRY)
    return 0;
  memcpy(s->carry + s->carried, bytes, total);
  s->carried += total;
  while ((end = memmem(s->carry + used, s->carried - used, "\n\n", 2))) {
    size_t length = (size_t)(end - (s->carry + used));
    take_event(s, s->carry + used + 6, length - 6);
    used += length + 2;
  }
  memmove(s->carry, s->carry + used, s->carried - used);
  s->carried -= used;
  return total;
}


static size_t to_file (char *bytes, size_t size, size_t count, void *arg)
{
  return fwrite(bytes, size, count, arg);
}


/* Drives one transfer through the multi interface. */
static void perform (CURLM *multi, CURL *easy)
{
  int running = 1, left;
  CURLMsg *message;
  curl_multi_add_handle(multi, easy);
  while (running) {
    curl_multi_perform(multi, &running);
    if (running)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  message = curl_multi_info_read(multi, &left);
  if (message == NULL || message->data.result != CURLE_OK)
    die("the transfer failed");
  curl_multi_remove_handle(multi, easy);
}


static struct curl_slist *headers (void)
{
  struct curl_slist *list = NULL;
  list = curl_slist_append(list, "Accept: application/json");
  list = curl_slist_append(list, "Content-Type: application/json");
  list = curl_slist_append(list, "User-Agent: baseline/1.0");
  list = curl_slist_append(list, "Authorization: Bearer sk-baseline-0000");
  return curl_slist_append(list, "Expect:");
}


static void open_lua (struct stream *s)
{
  s->L = luaL_newstate();
  luaL_openlibs(s->L);
  if (luaL_dostring(s->L, "return require 'cjson'.decode"))
    die(lua_tostring(s->L, -1));
  s->decode = luaL_ref(s->L, LUA_REGISTRYINDEX);
}


int main (int argc, char **argv)
{
  struct stream s = { NULL, 0, NULL, 0, 0 };
  const char *mode, *extra = argc > 4 ? argv[4] : "";
  CURLM *multi;
  CURL *easy;
  FILE *file = NULL;
  long i, count;
  if (argc < 4)
    die("usage: baseline MODE COUNT URL [BODY | FILE]");
  mode = argv[1];
  count = atol(argv[2]);
  s.carry = malloc(CARRY);
  if (strcmp(mode, "stream") == 0)
    open_lua(&s);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, argv[3]);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  if (strcmp(mode, "stream") == 0 || strcmp(mode, "split") == 0) {
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, split);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &s);
  }
  if (strcmp(mode, "download") == 0)
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 262144L);
  else {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, extra);
  }
  for (i = 0; i < count; i++) {
    if (strcmp(mode, "download") == 0) {
      file = fopen(extra, "wb");
      if (file == NULL)
        die("cannot write the file");
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, to_file);
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, file);
    }
    perform(multi, easy);
    if (file)
      fclose(file);
    s.carried = 0;
  }
  curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  if (s.L)
    lua_close(s.L);
  printf("%ld events\n", s.events);
  return 0;
}
