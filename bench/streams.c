/*
** The floor of many streams at once: libcurl's curl_multi_socket_action over
** epoll, and events cut out and counted. Usage: streams URL COUNT SECONDS
**
** Prints CPU microseconds an event, events a second, and KB a stream, taken
** while all streams run, and the seconds that it took to end all.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#define BATCH 64
#define CARRY 4096
#define BODY "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\"," \
  "\"content\":\"hello there, say something\"}],\"stream\":true}"

struct stream {
  CURL *easy;
  long events;
  size_t carried;
  char carry[CARRY];        /* what the input cut off */
};

static int epoll;
static CURLM *multi;
static double timer = -1;   /* when libcurl wants a call; negative: never */
static long events, begun;


static void die (const char *what)
{
  fprintf(stderr, "streams: %s\n", what);
  exit(1);
}


static double now (void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}


static double cpu (void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}


static long peak_memory (void)
{
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}


static void count_event (struct stream *s)
{
  if (s->events++ == 0)
    begun++;
  events++;
}


static void keep (struct stream *s, const char *bytes, size_t length)
{
  if (s->carried + length > CARRY)
    die("an event is too large");
  memcpy(s->carry + s->carried, bytes, length);
  s->carried += length;
}


/* Events in libcurl's own buffer are not copied. */
static size_t split (char *bytes, size_t size, size_t count, void *arg)
{
  struct stream *s = arg;
  char *at = bytes, *stop = bytes + size * count, *end;
  if (s->carried && *at == '\n' && s->carry[s->carried - 1] == '\n') {
    count_event(s);
    s->carried = 0;
    at++;
  }
  while ((end = memmem(at, (size_t)(stop - at), "\n\n", 2))) {
    count_event(s);
    s->carried = 0;
    at = end + 2;
  }
  keep(s, at, (size_t)(stop - at));
  return size * count;
}


static int on_socket (CURL *easy, curl_socket_t descriptor, int what,
                      void *arg, void *known)
{
  struct epoll_event event;
  (void)easy;
  (void)arg;
  memset(&event, 0, sizeof(event));
  event.data.fd = descriptor;
  event.events = (what & CURL_POLL_IN ? EPOLLIN : 0)
                 | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
  if (what == CURL_POLL_REMOVE)
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
  else
    epoll_ctl(epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor,
              &event);
  curl_multi_assign(multi, descriptor, &epoll);
  return 0;
}


static int on_timer (CURLM *m, long milliseconds, void *arg)
{
  (void)m;
  (void)arg;
  timer = milliseconds < 0 ? -1 : now() + (double)milliseconds / 1000;
  return 0;
}


static void step (double until)
{
  struct epoll_event happened[BATCH];
  int i, count, running;
  double left = (timer >= 0 && timer < until ? timer : until) - now();
  count = epoll_wait(epoll, happened, BATCH,
                     left > 0 ? (int)(left * 1000) + 1 : 0);
  for (i = 0; i < count; i++) {
    unsigned what = happened[i].events;
    curl_multi_socket_action(multi, happened[i].data.fd,
                             (what & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN
                                                          : 0)
                             | (what & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                             | (what & EPOLLERR ? CURL_CSELECT_ERR : 0),
                             &running);
  }
  if (timer >= 0 && now() >= timer) {
    timer = -1;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}


static void begin (struct stream *s, const char *url,
                   struct curl_slist *headers)
{
  s->easy = curl_easy_init();
  curl_easy_setopt(s->easy, CURLOPT_URL, url);
  curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, split);
  curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
  curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, BODY);
  curl_multi_add_handle(multi, s->easy);
}


static void end_all (struct stream *all, long count)
{
  long i;
  for (i = 0; i < count; i++) {
    curl_multi_remove_handle(multi, all[i].easy);
    curl_easy_cleanup(all[i].easy);
  }
}


static struct curl_slist *headers (void)
{
  struct curl_slist *list = NULL;
  list = curl_slist_append(list, "Accept: text/event-stream");
  list = curl_slist_append(list, "Content-Type: application/json");
  list = curl_slist_append(list, "User-Agent: streams/1.0");
  return curl_slist_append(list, "Authorization: Bearer sk-streams-0000");
}


static void set_up (void)
{
  epoll = epoll_create1(0);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
}


int main (int argc, char **argv)
{
  struct stream *all;
  double spent, began, until;
  long i, count, seen, memory;
  if (argc < 4)
    die("usage: streams URL COUNT SECONDS");
  count = atol(argv[2]);
  set_up();
  all = calloc((size_t)count, sizeof(*all));
  if (all == NULL)
    die("out of memory");
  memory = peak_memory();
  for (i = 0; i < count; i++)
    begin(&all[i], argv[1], headers());
  until = now() + 30;
  while (begun < count && now() < until)
    step(until);
  if (begun < count)
    die("not all streams begin");
  began = now();
  spent = cpu();
  seen = events;
  until = began + atof(argv[3]);
  while (now() < until)
    step(until);
  spent = cpu() - spent;
  seen = events - seen;
  printf("%.4f %.0f %.2f", spent / (double)seen * 1e6,
         (double)seen / (now() - began),
         (double)(peak_memory() - memory) / (double)count);
  began = now();
  end_all(all, count);
  curl_multi_cleanup(multi);
  printf(" %.4f\n", now() - began);
  return 0;
}
