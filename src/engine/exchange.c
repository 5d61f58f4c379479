/*
** One HTTP exchange: what its reader and its engine share. Knows nothing of
** libcurl.
*/
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "credential.h"
#include "download.h"
#include "form.h"
#include "plan.h"
#include "target.h"

#define REASON_SIZE ((size_t)4096 + 256)  /* holds the longest name */


/* Sets how much is kept unread. What is read as it comes is not kept whole. */
static void set_ceilings (struct exchange *x, const struct plan *plan)
{
  size_t kept = x->sink >= SINK_STREAM ? BODY_CEILING : plan->reply_ceiling;
  x->header_block.ceiling = HEADER_CEILING;
  x->incoming.ceiling = x->reading.ceiling = kept;
  x->error_ceiling = plan->reply_ceiling < ERROR_CEILING ? plan->reply_ceiling
                                                         : ERROR_CEILING;
  sse_set_ceiling(&x->sse, plan->event_ceiling);
}


/* Has nobody else use its connection, before or after. */
static bool begin_socket (struct exchange *x)
{
  x->fresh = true;
  x->sink = SINK_STREAM;
  x->socket = calloc(1, sizeof(*x->socket));
  if (x->socket == NULL)
    return false;
  x->socket->outgoing.ceiling = BODY_CEILING;
  x->socket->frames.message.ceiling = x->plan->event_ceiling;
  return true;
}


struct exchange *exchange_create (struct plan *plan, const char *url,
                                  enum exchange_sink sink)
{
  static unsigned long long last_id;
  size_t url_size = strlen(url) + 1;
  struct exchange *x = malloc(sizeof(*x) + url_size);
  if (x == NULL)
    return NULL;
  memset(x, 0, sizeof(*x));
  x->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
  x->references = 1;
  x->expected = -1;
  x->descriptor = -1;
  x->sink = sink;
  x->is_secure = strncasecmp(url, "https:", 6) == 0;
  x->fresh = plan->fresh;
  pthread_mutex_init(&x->lock, NULL);
  if (sink == SINK_STREAM)
    sse_init(&x->sse);
  set_ceilings(x, plan);
  plan_retain(plan);
  x->plan = plan;
  x->url = memcpy(x + 1, url, url_size);
  if (sink != SINK_SOCKET || begin_socket(x))
    return x;
  exchange_release(x);
  return NULL;
}


void exchange_retain (struct exchange *x)
{
  __atomic_add_fetch(&x->references, 1, __ATOMIC_RELAXED);
}


void exchange_forget_request (struct exchange *x)
{
  if (x->secret)
    secret_line_release(x->secret);
  free(x->body);
  if (x->form)
    form_release(x->form);
  if (x->download)
    download_free(x->download);
  x->secret = NULL;
  x->body = NULL;
  x->form = NULL;
  x->download = NULL;
}


static void free_reply (struct exchange *x)
{
  buffer_free(&x->header_block);
  buffer_free(&x->incoming);
  buffer_free(&x->reading);
  if (x->sink == SINK_STREAM)
    sse_free(&x->sse);
  if (x->socket) {
    buffer_free(&x->socket->outgoing);
    buffer_free(&x->socket->frames.message);
    free(x->socket);
  }
  free(x->redirect);
  free(x->message);
}


void exchange_release (struct exchange *x)
{
  if (__atomic_sub_fetch(&x->references, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  exchange_forget_request(x);
  plan_release(x->plan);
  free_reply(x);
  pthread_mutex_destroy(&x->lock);
  free(x);
}


void exchange_lock (struct exchange *x)
{
  if (x->shared)
    pthread_mutex_lock(&x->lock);
}


void exchange_unlock (struct exchange *x)
{
  if (x->shared)
    pthread_mutex_unlock(&x->lock);
}


/*
** {======================================================
** Making it
** =======================================================
*/

void exchange_set_secret (struct exchange *x, struct secret_line *line)
{
  secret_line_retain(line);
  x->secret = line;
}


bool exchange_set_body (struct exchange *x, const char *body, size_t length)
{
  x->body = malloc(length + 1);
  if (x->body == NULL)
    return false;
  memcpy(x->body, body, length);
  x->body_length = length;
  x->has_body = true;
  return true;
}


void exchange_set_form (struct exchange *x, struct form *form)
{
  form_retain(form);
  x->form = form;
}


bool exchange_set_target (struct exchange *x, struct target *target)
{
  x->judged = target->judged;
  x->download = target->kept;
  x->resumes = x->download != NULL;
  target->kept = NULL;
  if (!x->resumes)
    x->download = download_create(target);
  return x->download != NULL;
}

/* }====================================================== */


/*
** {======================================================
** Reading it
** =======================================================
*/

bool exchange_take (struct exchange *x)
{
  bool resume;
  exchange_lock(x);
  if (buffer_length(&x->reading) == 0)
    buffer_swap(&x->reading, &x->incoming);
  resume = x->paused;
  x->paused = false;
  exchange_unlock(x);
  return resume;
}


bool exchange_take_all (struct exchange *x, bool *resume)
{
  bool done;
  *resume = exchange_take(x);
  exchange_lock(x);
  done = buffer_append(&x->reading, buffer_bytes(&x->incoming),
                       buffer_length(&x->incoming)) == BUFFER_OK;
  if (done)
    buffer_clear(&x->incoming);
  exchange_unlock(x);
  return done;
}


/* Takes more where a half event is at the end of what was taken: the rest may
** be there, and its news gone. */
enum sse_result exchange_event (struct exchange *x, struct sse_event *event,
                                bool *resume)
{
  enum sse_result result = SSE_MORE;
  size_t used;
  *resume = false;
  while (result == SSE_MORE) {
    if (buffer_length(&x->reading) == 0 && exchange_take(x))
      *resume = true;
    if (buffer_length(&x->reading) == 0)
      break;
    result = sse_next(&x->sse, buffer_bytes(&x->reading),
                      buffer_length(&x->reading), &used, event);
    buffer_consume(&x->reading, used);
  }
  return result;
}


enum socket_result exchange_send (struct exchange *x, enum frames_kind kind,
                                  int code, const char *bytes, size_t length)
{
  enum socket_result result = SOCKET_OVER;
  exchange_lock(x);
  if (x->socket && x->status == STATUS_SOCKET && x->end == EXCHANGE_OPEN)
    result = socket_queue(x->socket, kind, code, bytes, length);
  exchange_unlock(x);
  return result;
}


bool exchange_has_unsent (struct exchange *x)
{
  bool has;
  exchange_lock(x);
  has = x->socket && buffer_length(&x->socket->outgoing) > 0;
  exchange_unlock(x);
  return has;
}


/* Gives the memory back of what was long, and takes all that has arrived.
** False: there was nothing, or no memory for it. */
static bool take_frames (struct exchange *x, bool *resume)
{
  size_t before = buffer_length(&x->reading);
  bool more;
  if (before == 0 && x->reading.capacity > 2 * STREAM_CEILING)
    buffer_free(&x->reading);
  if (!exchange_take_all(x, &more))
    x->socket->frames.code = FRAMES_NO_MEMORY;
  *resume = *resume || more;
  return buffer_length(&x->reading) > before;
}


/* Has a close frame or a ping answered, and what broke the protocol. */
static void answer (struct exchange *x, const struct frames_message *message,
                    bool *resume)
{
  const struct socket *s = x->socket;
  enum frames_kind kind = s->is_over ? FRAMES_CLOSE : FRAMES_PONG;
  int code = s->frames.code ? s->frames.code : message->code;
  size_t length = s->is_over ? 0 : message->length;
  if ((s->is_over || message->kind == FRAMES_PING)
      && exchange_send(x, kind, code, message->bytes,
                       length) == SOCKET_RESUME)
    *resume = true;
}


bool exchange_message (struct exchange *x, struct frames_message *message,
                       bool *resume)
{
  struct socket *s = x->socket;
  size_t used;
  bool found;
  *resume = false;
  if (s == NULL || s->is_over || exchange_status(x) != STATUS_SOCKET)
    return false;
  do {
    found = frames_next(&s->frames, buffer_bytes(&x->reading),
                        buffer_length(&x->reading), &used, message);
    buffer_consume(&x->reading, used);
  } while (!found && s->frames.code == 0 && take_frames(x, resume));
  s->is_over = s->frames.code != 0 || message->kind == FRAMES_CLOSE;
  answer(x, message, resume);
  return found;
}


void exchange_conclude (struct exchange *x)
{
  const struct socket *s = x->socket;
  if (s == NULL || x->status != STATUS_SOCKET)
    return;
  exchange_lock(x);
  x->end = EXCHANGE_FAILED;
  if (s->frames.code >= FRAMES_TOO_LARGE)
    exchange_blame(x, "limit", false,
                   "an event is larger than max_event_bytes");
  else if (s->frames.code != 0)
    exchange_blame(x, "protocol", false,
                   "the server broke the WebSocket protocol");
  else if (s->is_over)
    x->end = EXCHANGE_COMPLETE;
  else if (x->kind == NULL)
    exchange_blame(x, "connection", true,
                   "the connection ended without a close frame");
  exchange_unlock(x);
}


void exchange_discard (struct exchange *x)
{
  exchange_lock(x);
  x->draining = true;
  exchange_unlock(x);
}


void exchange_expire (struct exchange *x)
{
  exchange_lock(x);
  x->expired = true;
  exchange_unlock(x);
}


double exchange_moved (struct exchange *x)
{
  double moved;
  exchange_lock(x);
  moved = x->moved;
  exchange_unlock(x);
  return moved;
}


int exchange_status (struct exchange *x)
{
  int status;
  exchange_lock(x);
  status = x->status;
  exchange_unlock(x);
  return status;
}


enum exchange_end exchange_outcome (struct exchange *x)
{
  enum exchange_end end;
  exchange_lock(x);
  end = x->end;
  exchange_unlock(x);
  return end;
}

/* }====================================================== */


/*
** {======================================================
** Ending it
** =======================================================
*/

void exchange_blame (struct exchange *x, const char *kind, bool retryable,
                     const char *message)
{
  x->kind = kind;
  x->retryable = retryable;
  free(x->message);
  x->message = strdup(message);
}


void exchange_blame_room (struct exchange *x, enum buffer_result result,
                          const char *message)
{
  if (result == BUFFER_FULL)
    exchange_blame(x, "too_large", false, message);
  else
    exchange_blame(x, "limit", false, "out of memory");
}


void exchange_blame_file (struct exchange *x, int error)
{
  char reason[REASON_SIZE];
  snprintf(reason, sizeof(reason), "cannot write '%s': %s",
           download_name(x->download), strerror(error));
  exchange_blame(x, "io", false, reason);
}


void exchange_finish (struct exchange *x, enum exchange_end end)
{
  exchange_lock(x);
  if (x->end == EXCHANGE_OPEN)
    x->end = end;
  exchange_unlock(x);
}


void exchange_fail (struct exchange *x, const char *kind, bool retryable,
                    const char *message)
{
  exchange_lock(x);
  if (x->end == EXCHANGE_OPEN) {
    exchange_blame(x, kind, retryable, message);
    x->end = EXCHANGE_FAILED;
  }
  exchange_unlock(x);
}

/* }====================================================== */
