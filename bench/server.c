/*
** A server of many streams at a steady rate, or of one reply, with little
** work of its own. Usage: server STREAMS RATE SECONDS [REPLY]. It prints its
** port and ends after SECONDS.
**
** A POST to /reply/... is answered with what the file REPLY holds, header and
** all. A POST to /EVENTS/... is answered with so many chat chunks, RATE of them a
** second, and [DONE]; the text of each is its number. The streams take turns
** evenly within 1 / RATE seconds, as streams that know nothing of one
** another do. A GET is answered with an object: how many streams are open,
** when (CLOCK_MONOTONIC) the last connection was closed by its client, and
** how late (in seconds) an event was sent at the most.
*/
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MOST 8192
#define REPLY_MOST 65536
#define TICK 0.0001         /* seconds: it looks no more often */
#define STRIDE 619          /* streams that begin together: turns far apart */
#define BATCH 64

struct connection {
  int descriptor;
  int slot;                 /* whose turn; -1: no stream under way */
  long number, events;      /* of the next event; of the stream */
  size_t sent;              /* bytes of the next event that are out */
  size_t filled;
  char request[REQUEST_MOST + 1];
};

static int epoll, listener, slots, open_streams;
static double interval;     /* seconds between two turns */
static struct connection **turns;
static double due;          /* when the next turn is */
static int next_turn;
static double last_closed, latest;
static const char *reply_file;
static char kept_reply[REPLY_MOST];
static size_t kept_length;


static void die (const char *what)
{
  fprintf(stderr, "bench/server: %s: %s\n", what, strerror(errno));
  exit(1);
}


static double now (void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}


/*
** {======================================================
** Events
** =======================================================
*/

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" \
  "Transfer-Encoding: chunked\r\n\r\n"

#define EVENT "data: {\"id\":\"chatcmpl-abcdefghijklmnopqrstu%06d\"," \
  "\"object\":\"chat.completion.chunk\",\"created\":1700000000," \
  "\"model\":\"gpt-4o-2024-08-06\",\"service_tier\":\"default\"," \
  "\"system_fingerprint\":\"fp_abcdef\",\"choices\":[{\"index\":0," \
  "\"delta\":{\"content\":\"%06ld\"},\"logprobs\":null," \
  "\"finish_reason\":%s}],\"obfuscation\":\"a\"}\n\n"

#define DONE "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"


/* What is sent in a turn, as one or two chunks. */
static size_t write_event (const struct connection *c, char *text,
                           size_t size)
{
  char event[512];
  bool last = c->number + 1 == c->events;
  int length = snprintf(event, sizeof(event), EVENT, c->slot, c->number,
                        last ? "\"stop\"" : "null");
  return (size_t)snprintf(text, size, "%x\r\n%s\r\n%s", length, event,
                          last ? DONE : "");
}


static void end_stream (struct connection *c)
{
  turns[c->slot] = NULL;
  c->slot = -1;
  open_streams--;
}


static void drop (struct connection *c)
{
  if (c->slot >= 0) {
    end_stream(c);
    last_closed = now();
  }
  close(c->descriptor);
  free(c);
}


/* One that the client does not take is sent when its turn comes again. */
static void send_event (struct connection *c)
{
  char text[1024];
  size_t length = write_event(c, text, sizeof(text));
  ssize_t sent = send(c->descriptor, text + c->sent, length - c->sent,
                      MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0)
    c->sent += (size_t)sent;
  if (c->sent < length)
    return;                 /* a broken connection is seen by epoll */
  c->sent = 0;
  if (++c->number == c->events)
    end_stream(c);
}


static void take_turns (double time)
{
  while (due <= time) {
    if (turns[next_turn]) {
      if (time - due > latest)
        latest = time - due;
      send_event(turns[next_turn]);
    }
    next_turn = (next_turn + 1) % slots;
    due += interval;
  }
}

/* }====================================================== */


/*
** {======================================================
** Requests
** =======================================================
*/

static void reply (int descriptor, const char *text, size_t length)
{
  if (send(descriptor, text, length, MSG_NOSIGNAL) != (ssize_t)length)
    fprintf(stderr, "bench/server: a reply was not sent\n");
}


static void tell_state (struct connection *c)
{
  char body[128], text[256];
  int length = snprintf(body, sizeof(body),
                        "{\"open\":%d,\"closed\":%.6f,\"late\":%.6f}",
                        open_streams, last_closed, latest);
  length = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Type: "
                    "application/json\r\nContent-Length: %d\r\n\r\n%s",
                    length, body);
  reply(c->descriptor, text, (size_t)length);
}


static void begin_stream (struct connection *c)
{
  static int begun;
  int slot = begun++ * STRIDE % slots;
  if (open_streams == slots) {
    fprintf(stderr, "bench/server: more streams than %d\n", slots);
    return;
  }
  while (turns[slot])
    slot = (slot + 1) % slots;
  if (open_streams++ == 0)
    due = now();
  c->slot = slot;
  c->number = 0;
  c->events = atol(c->request + sizeof("POST /") - 1);
  turns[slot] = c;
  reply(c->descriptor, HEAD, sizeof(HEAD) - 1);
}


/* Read when it is first asked for. */
static void send_kept (const struct connection *c)
{
  if (kept_length == 0) {
    FILE *file = reply_file ? fopen(reply_file, "rb") : NULL;
    if (file == NULL)
      die("the reply cannot be read");
    kept_length = fread(kept_reply, 1, sizeof(kept_reply), file);
    fclose(file);
  }
  reply(c->descriptor, kept_reply, kept_length);
}


/* The length of the request that has come whole, or 0. */
static size_t request_length (const struct connection *c)
{
  static const char name[] = "\r\ncontent-length:";
  const char *end = strstr(c->request, "\r\n\r\n"), *at;
  size_t length;
  if (end == NULL)
    return 0;
  length = (size_t)(end - c->request) + 4;
  for (at = c->request; at < end; at++) {
    if (strncasecmp(at, name, sizeof(name) - 1) == 0)
      length += (size_t)atol(at + sizeof(name) - 1);
  }
  return c->filled >= length ? length : 0;
}


static void take_request (struct connection *c)
{
  size_t length = request_length(c);
  if (length == 0)
    return;
  if (strncmp(c->request, "POST /reply/", 12) == 0)
    send_kept(c);
  else if (strncmp(c->request, "POST ", 5) == 0)
    begin_stream(c);
  else
    tell_state(c);
  c->filled = 0;            /* nobody sends two at once */
}


static void take_bytes (struct connection *c)
{
  ssize_t got = recv(c->descriptor, c->request + c->filled,
                     REQUEST_MOST - c->filled, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN)
    return;
  if (got <= 0) {
    drop(c);
    return;
  }
  c->filled += (size_t)got;
  c->request[c->filled] = '\0';
  take_request(c);
}


static void watch (int descriptor, void *what)
{
  struct epoll_event event;
  memset(&event, 0, sizeof(event));
  event.events = EPOLLIN;
  event.data.ptr = what;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0)
    die("epoll_ctl");
}


static void take_connection (void)
{
  int one = 1;
  struct connection *c = calloc(1, sizeof(*c));
  if (c == NULL)
    die("calloc");
  c->slot = -1;
  c->descriptor = accept(listener, NULL, NULL);
  if (c->descriptor < 0)
    die("accept");
  setsockopt(c->descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  watch(c->descriptor, c);
}


static void take_all (void)
{
  struct epoll_event happened[BATCH];
  int i, count = epoll_wait(epoll, happened, BATCH, 0);
  for (i = 0; i < count; i++) {
    if (happened[i].data.ptr)
      take_bytes(happened[i].data.ptr);
    else
      take_connection();
  }
}

/* }====================================================== */


static void wait_until (double time)
{
  struct pollfd entry = { epoll, POLLIN, 0 };
  struct timespec left = { 1, 0 };
  double seconds = time - now();
  if (open_streams > 0) {
    left.tv_sec = 0;
    left.tv_nsec = seconds > 0 ? (long)(seconds * 1e9) : 0;
  }
  ppoll(&entry, 1, &left, NULL);
}


static int start (void)
{
  struct sockaddr_in address;
  socklen_t size = sizeof(address);
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  epoll = epoll_create1(0);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (epoll < 0 || listener < 0
      || bind(listener, (struct sockaddr *)&address, size) != 0
      || listen(listener, 4096) != 0
      || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
    die("cannot listen");
  watch(listener, NULL);
  return ntohs(address.sin_port);
}


int main (int argc, char **argv)
{
  double rate;
  if (argc < 4) {
    fprintf(stderr, "usage: server STREAMS RATE SECONDS [REPLY]\n");
    return 2;
  }
  slots = atoi(argv[1]);
  rate = atof(argv[2]);
  alarm((unsigned)atoi(argv[3]));
  reply_file = argv[4];
  prctl(PR_SET_TIMERSLACK, 1000UL);
  interval = 1 / (rate * slots);
  turns = calloc((size_t)slots, sizeof(*turns));
  if (turns == NULL)
    die("calloc");
  printf("%d\n", start());
  fflush(stdout);
  for (;;) {
    double time = now();
    take_turns(time);
    take_all();
    wait_until(due > time + TICK ? due : time + TICK);
  }
}
