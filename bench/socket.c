/*
** The floor of a socket's round trips: bare libcurl in C, with nothing but
** the work itself. Usage: socket COUNT URL TEXT. An ordinary transfer asks
** for the upgrade; what comes in is its reply's body, what goes out an upload
** that is paused while there is nothing. TEXT is sent, masked, and has to
** come back, COUNT times.
*/
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#define TEXT 0x81
#define MASKED 0x80
#define SHORT 126
#define HEAD 4              /* of a frame of 126 to 65,535 bytes, unmasked */
#define MASK 4
#define MOST 65536

struct socket {
  CURL *easy;
  const char *text;
  size_t length;
  char out[MOST + HEAD + MASK], in[MOST + HEAD];
  size_t unsent, sent, received;
  int is_paused;
  long left;
  uint32_t random;
};


static void die (const char *what)
{
  fprintf(stderr, "socket: %s\n", what);
  exit(1);
}


static uint32_t next_random (struct socket *s)
{
  s->random ^= s->random << 13;
  s->random ^= s->random >> 17;
  s->random ^= s->random << 5;
  return s->random;
}


static void write_frame (struct socket *s)
{
  uint32_t mask = next_random(s);
  const char *key = (const char *)&mask;
  size_t i;
  s->out[0] = (char)TEXT;
  s->out[1] = (char)(MASKED | SHORT);
  s->out[2] = (char)(s->length >> 8);
  s->out[3] = (char)s->length;
  memcpy(s->out + HEAD, key, MASK);
  for (i = 0; i < s->length; i++)
    s->out[HEAD + MASK + i] = (char)(s->text[i] ^ key[i & 3]);
  s->unsent = HEAD + MASK + s->length;
  s->sent = 0;
}


static size_t on_read (char *to, size_t size, size_t count, void *arg)
{
  struct socket *s = arg;
  size_t most = size * count;
  if (s->left == 0)
    return 0;
  if (s->unsent == 0) {
    s->is_paused = 1;
    return CURL_READFUNC_PAUSE;
  }
  if (most > s->unsent)
    most = s->unsent;
  memcpy(to, s->out + s->sent, most);
  s->sent += most;
  s->unsent -= most;
  return most;
}


static size_t on_write (char *bytes, size_t size, size_t count, void *arg)
{
  struct socket *s = arg;
  size_t total = size * count;
  if (s->received + total > HEAD + s->length)
    die("more came back than was sent");
  memcpy(s->in + s->received, bytes, total);
  s->received += total;
  return total;
}


/* A frame that has come back whole is followed by the next. */
static void answer (struct socket *s)
{
  if (s->received < HEAD + s->length)
    return;
  if (memcmp(s->in + HEAD, s->text, s->length) != 0)
    die("something else came back");
  s->received = 0;
  s->left--;
  if (s->left > 0)
    write_frame(s);
  if (s->is_paused) {
    s->is_paused = 0;
    curl_easy_pause(s->easy, CURLPAUSE_CONT);
  }
}


static struct curl_slist *headers (void)
{
  struct curl_slist *list = NULL;
  list = curl_slist_append(list, "Upgrade: websocket");
  list = curl_slist_append(list, "Connection: Upgrade");
  list = curl_slist_append(list, "Sec-WebSocket-Version: 13");
  list = curl_slist_append(list,
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  list = curl_slist_append(list, "Authorization: Bearer sk-baseline-0000");
  list = curl_slist_append(list, "Transfer-Encoding:");
  return curl_slist_append(list, "Expect:");
}


static void prepare (struct socket *s, const char *url)
{
  s->easy = curl_easy_init();
  curl_easy_setopt(s->easy, CURLOPT_URL, url);
  curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(s->easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, headers());
  curl_easy_setopt(s->easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(s->easy, CURLOPT_CUSTOMREQUEST, "GET");
  curl_easy_setopt(s->easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(s->easy, CURLOPT_READDATA, s);
  curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
}


int main (int argc, char **argv)
{
  static struct socket s;
  CURLM *multi;
  int running = 1;
  if (argc < 4 || strlen(argv[3]) < SHORT || strlen(argv[3]) >= MOST)
    die("usage: socket COUNT URL TEXT");
  s.left = atol(argv[1]);
  s.text = argv[3];
  s.length = strlen(s.text);
  s.random = 2463534242u;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  prepare(&s, argv[2]);
  write_frame(&s);
  curl_multi_add_handle(multi, s.easy);
  while (running && s.left > 0) {
    curl_multi_perform(multi, &running);
    answer(&s);
    if (running && s.left > 0)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  if (s.left > 0)
    die("the connection ended");
  curl_multi_remove_handle(multi, s.easy);
  curl_easy_cleanup(s.easy);
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  return 0;
}
