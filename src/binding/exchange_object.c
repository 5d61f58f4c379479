/*
** The userdata of an exchange: made by exchange_make.c, started by an engine,
** read piece by piece. Collecting it ends its transfer: nobody could read
** the rest.
*/
#include <string.h>

#include "../engine/exchange.h"
#include "../engine/form.h"
#include "../engine/plan.h"
#include "../engine/process.h"
#include "object.h"


#define LONGEST_PEEK ((size_t)256)  /* bytes */


const char exchange_type[] = EXCHANGE_TYPE;


static struct exchange_object *to_exchange (lua_State *L, int i)
{
  return check_object(L, i, exchange_type, sizeof(struct exchange_object));
}


struct exchange_object *check_exchange (lua_State *L, int i)
{
  struct exchange_object *o = to_exchange(L, i);
  luaL_argcheck(L, o->exchange != NULL, i, "the exchange is closed");
  if (o->engine && engine_object_is_foreign(o->engine))
    luaL_error(L, "oai: this call was made before fork(): it is the parent "
                  "process's");
  return o;
}


/*
** {======================================================
** Reading it
** =======================================================
*/

/* x:status() -> the HTTP status, or nil before the header is complete. */
static int method_status (lua_State *L)
{
  int status = exchange_status(check_exchange(L, 1)->exchange);
  if (status)
    lua_pushinteger(L, status);
  else
    lua_pushnil(L);
  return 1;
}


/* x:headers() -> the reply's header as it came, status line first. */
static int method_headers (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  if (exchange_status(x) == 0)
    return 0;               /* complete and unchanging from here on */
  lua_pushlstring(L, buffer_bytes(&x->header_block),
                  buffer_length(&x->header_block));
  return 1;
}


/* Has all that has arrived in x->reading. */
static struct exchange *take_all (lua_State *L, struct exchange_object *o)
{
  bool resume, done = exchange_take_all(o->exchange, &resume);
  if (resume)
    engine_object_resume(o);
  if (!done)
    luaL_error(L, "out of memory");
  return o->exchange;
}


/* x:read() -> all bytes that have arrived since the last call, or nil. */
static int method_read (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  struct exchange *x = take_all(L, o);
  if (buffer_length(&x->reading) == 0)
    return 0;
  lua_pushlstring(L, buffer_bytes(&x->reading), buffer_length(&x->reading));
  if (o->engine)
    buffer_clear(&x->reading);
  else
    buffer_free(&x->reading);       /* there will be no more */
  return 1;
}


static void refuse_event (struct exchange_object *o, enum sse_result result)
{
  bool is_large = result == SSE_OVERFLOW;
  exchange_fail(o->exchange, is_large ? "too_large" : "limit", false,
                is_large ? "an event is larger than max_event_bytes"
                         : "out of memory");
  engine_object_stop(o);
}


/* The next event that has arrived, also just before the end. Resumes a
** transfer that had to wait for its reader. */
static enum sse_result take_event (struct exchange_object *o,
                                   struct sse_event *event, bool *ended)
{
  bool resume;
  enum sse_result result = exchange_event(o->exchange, event, &resume);
  if (resume)
    engine_object_resume(o);
  *ended = false;
  if (result == SSE_MORE && exchange_outcome(o->exchange) != EXCHANGE_OPEN) {
    result = exchange_event(o->exchange, event, &resume);
    *ended = result == SSE_MORE;
  }
  return result;
}


/* x:event([template]) -> data, name, id of the next event
**   | true, value, what it has at the template's own place: it is like it
**   | nil, as x:id(): none has arrived yet | false: no more will */
static int method_event (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  struct sse_event event;
  bool ended;
  enum sse_result result = take_event(o, &event, &ended);
  if (result == SSE_EVENT)
    return push_event(L, 2, &event);
  if (result != SSE_MORE)
    refuse_event(o, result);
  if (ended || result != SSE_MORE) {
    lua_pushboolean(L, 0);
    return 1;
  }
  lua_pushnil(L);
  compat_pushid(L, o->exchange->id);
  return 2;
}


/* x:rest() -> lines that were no part of an event, or nil; the data of the
** last event, where nothing ended it, or nil. After x:event() gave false, or
** what is the last event. */
static int method_rest (lua_State *L)
{
  return push_rest(L, &check_exchange(L, 1)->exchange->sse);
}


/* x:peek() -> the first bytes that have arrived and were not read, or nil. */
static int method_peek (lua_State *L)
{
  struct exchange *x = take_all(L, check_exchange(L, 1));
  size_t length = buffer_length(&x->reading);
  if (length == 0)
    return 0;
  lua_pushlstring(L, buffer_bytes(&x->reading),
                  length < LONGEST_PEEK ? length : LONGEST_PEEK);
  return 1;
}


static int push_failure (lua_State *L, const struct exchange *x)
{
  lua_pushboolean(L, false);
  lua_pushstring(L, x->kind);
  lua_pushstring(L, x->message ? x->message : "out of memory");
  lua_pushboolean(L, x->retryable);
  return 4;
}


/* x:outcome() -> nil while it goes on | true
**              | false, kind, message, retryable */
static int method_outcome (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  enum exchange_end end = exchange_outcome(x);
  if (end == EXCHANGE_OPEN)
    return 0;
  if (end == EXCHANGE_FAILED)
    return push_failure(L, x);
  lua_pushboolean(L, true);
  return 1;
}


/* For an exchange that has ended: what is kept is the reply. */
static void leave_engine (lua_State *L, struct exchange_object *o, int i)
{
  engine_object_forget(o);
  o->engine = NULL;
  compat_drop(L, i);
  exchange_forget_request(o->exchange);
}


/* x:reply() -> nil while it goes on
**            | status, when its last byte came, on the engine's clock
**            | false, kind, message, retryable
** For a reply that is not read before it is whole. All of it stays here,
** whatever becomes of the engine: x:headers(), x:redirect(), and its body
** for x:read() and core.value_read. */
static int method_reply (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  struct exchange *x = o->exchange;
  enum exchange_end end = exchange_outcome(x);
  if (end == EXCHANGE_OPEN)
    return 0;
  leave_engine(L, o, 1);
  if (end == EXCHANGE_FAILED)
    return push_failure(L, x);
  exchange_take(x);
  lua_pushinteger(L, x->status);
  lua_pushnumber(L, x->moved);
  return 2;
}


const char *check_reply (lua_State *L, int i, size_t *length)
{
  struct exchange *x = check_exchange(L, i)->exchange;
  const char *text = buffer_text(&x->reading);
  if (text == NULL)
    luaL_error(L, "out of memory");
  *length = buffer_length(&x->reading);
  return text;
}


/* x:redirect() -> the absolute URL a complete reply points to, or nil. */
static int method_redirect (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  if (exchange_outcome(x) != EXCHANGE_COMPLETE || x->redirect == NULL)
    return 0;
  lua_pushstring(L, x->redirect);
  return 1;
}


/* x:idle() -> seconds since a byte of it was last sent or received, or since
** it was started. */
static int method_idle (lua_State *L)
{
  double moved = exchange_moved(check_exchange(L, 1)->exchange);
  lua_pushnumber(L, moved > 0 ? process_clock() - moved : 0);
  return 1;
}


/* x:expire(): ends the transfer, since nothing came in time; a connection
** that is silent is not used again. */
static int method_expire (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  exchange_expire(o->exchange);
  engine_object_stop(o);
  return 0;
}


/* x:progress() -> bytes sent, bytes to send, bytes received, bytes to
** receive (nil when the server did not say). Sending is counted for forms
** and frames alone. */
static int method_progress (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  long long received, expected;
  exchange_lock(x);
  received = x->received;
  expected = x->expected;
  exchange_unlock(x);
  lua_pushnumber(L, (lua_Number)__atomic_load_n(&x->sent,
                                                __ATOMIC_RELAXED));
  lua_pushnumber(L, x->form ? (lua_Number)form_total(x->form)
                            : (lua_Number)x->body_length);
  lua_pushnumber(L, (lua_Number)received);
  if (expected < 0)
    return 3;
  lua_pushnumber(L, (lua_Number)expected);
  return 4;
}


static bool is_under_way (struct exchange *x)
{
  bool under_way;
  exchange_lock(x);
  under_way = x->end == EXCHANGE_OPEN && !x->draining;
  exchange_unlock(x);
  return under_way;
}


/* x:id() -> what engine:ready calls it. */
static int method_id (lua_State *L)
{
  compat_pushid(L, check_exchange(L, 1)->exchange->id);
  return 1;
}


/* x:identity() -> the id of the request, for its server; "" for none. */
static int method_identity (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  const char *of_plan = x->plan->identity;
  lua_pushstring(L, of_plan ? of_plan : x->identity + IDENTITY_OFFSET);
  return 1;
}


/* x:times() -> EXCHANGE_TIMES integers, all 0 where nothing is measured. */
static int method_times (lua_State *L)
{
  struct exchange *x = check_exchange(L, 1)->exchange;
  int i;
  exchange_lock(x);
  for (i = 0; i < EXCHANGE_TIMES; i++)
    compat_pushid(L, x->times[i]);
  exchange_unlock(x);
  return i;
}


/* x:close(): ends the transfer and gives the memory back. */
static int method_close (lua_State *L)
{
  struct exchange_object *o = to_exchange(L, 1);
  struct exchange *x = o->exchange;
  if (x == NULL)
    return 0;
  if (o->engine && engine_object_is_foreign(o->engine)) {
    o->exchange = NULL;     /* it is the parent process's */
    return 0;
  }
  if (is_under_way(x))
    engine_object_stop(o);
  engine_object_forget(o);
  o->exchange = NULL;
  exchange_release(x);
  return 0;
}


static int meta_tostring (lua_State *L)
{
  struct exchange *x = to_exchange(L, 1)->exchange;
  if (x) {
    lua_pushlstring(L, x->url, strcspn(x->url, "?"));   /* no secrets */
    lua_pushfstring(L, "oai.core.exchange (%s %s)", x->plan->method,
                    lua_tostring(L, -1));
  }
  else
    lua_pushliteral(L, "oai.core.exchange (closed)");
  return 1;
}

/* }====================================================== */


static const struct function methods[] = {
  { "status", method_status },
  { "headers", method_headers },
  { "read", method_read },
  { "event", method_event },
  { "rest", method_rest },
  { "peek", method_peek },
  { "outcome", method_outcome },
  { "reply", method_reply },
  { "redirect", method_redirect },
  { "progress", method_progress },
  { "idle", method_idle },
  { "expire", method_expire },
  { "close", method_close },
  { "id", method_id },
  { "times", method_times },
  { "identity", method_identity },
  { "send", method_send },
  { "message", method_message }
};

static const struct function metamethods[] = {
  { "__gc", method_close },
  { "__close", method_close },
  { "__tostring", meta_tostring }
};


void open_exchange (lua_State *L)
{
  new_type(L, EXCHANGE_TYPE, methods, metamethods);
}
