/*
** The userdata of an exchange: made from one table, started by an engine,
** read piece by piece. Collecting it ends its transfer: nobody could read
** the rest.
*/
#include <string.h>

#include "../engine/credential.h"
#include "../engine/engine.h"
#include "../engine/exchange.h"
#include "../engine/form.h"
#include "../engine/target.h"
#include "object.h"


#define LONGEST_TIMEOUT 1000000 /* seconds; a long may have 32 bits */
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
** Making one. Its userdata owns everything from the first line on, so any
** step may raise.
** =======================================================
*/

/* Stack indices of function_exchange. */
enum { REQUEST = 1, PLAN, SETTINGS, MADE };


static void must (lua_State *L, bool done)
{
  if (!done)
    luaL_error(L, "out of memory");
}


static void read_headers (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "headers");
  if (!lua_isnil(L, -1))
    exchange_set_headers(x, check_headers(L, lua_gettop(L)));
  lua_pop(L, 1);
}


static void read_credential (lua_State *L, struct exchange *x)
{
  lua_getfield(L, REQUEST, "credential");
  if (!lua_isnil(L, -1))
    exchange_set_secret(x, check_credential(L, -1)->line);
  lua_pop(L, 1);
}


static void read_body (lua_State *L, int i, struct exchange *x)
{
  size_t length;
  const char *body = opt_string_field(L, i, "body", &length);
  if (body)
    must(L, exchange_set_body(x, body, length));
  lua_pop(L, 1);
}


static void read_form (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "form");
  if (!lua_isnil(L, -1))
    exchange_set_form(x, check_form(L, -1));
  lua_pop(L, 1);
}


static void read_timeout (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "connect_timeout");
  if (!lua_isnil(L, -1)) {
    lua_Number seconds = luaL_checknumber(L, -1);
    x->connect_timeout = seconds < LONGEST_TIMEOUT ? (long)(seconds * 1000)
                                                   : LONGEST_TIMEOUT * 1000L;
  }
  lua_pop(L, 1);
}


static void read_fresh (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "fresh_connection");
  x->fresh = lua_toboolean(L, -1);
  lua_pop(L, 1);
}


static void read_http (lua_State *L, int i, struct exchange *x)
{
  const char *version = opt_string_field(L, i, "http_version", NULL);
  if (version)
    x->http = strcmp(version, "2") == 0 ? HTTP_2 : HTTP_1;
  lua_pop(L, 1);
}


static size_t opt_bytes (lua_State *L, int i, const char *name,
                         size_t otherwise)
{
  size_t bytes = otherwise;
  lua_getfield(L, i, name);
  if (!lua_isnil(L, -1)) {
    lua_Number given = luaL_checknumber(L, -1);
    if (given < (lua_Number)otherwise)
      bytes = given < 1 ? 1 : (size_t)given;
  }
  lua_pop(L, 1);
  return bytes;
}


static void read_ceilings (lua_State *L, int i, struct exchange *x)
{
  exchange_set_ceilings(x, opt_bytes(L, i, "max_reply_bytes", BODY_CEILING),
                        opt_bytes(L, i, "max_event_bytes", EVENT_CEILING));
}


/* What few programs ask for, in a table of its own. */
static void read_transfer (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "transfer");
  if (lua_istable(L, -1)) {
    int transfer = lua_gettop(L);
    read_fresh(L, transfer, x);
    read_http(L, transfer, x);
    read_ceilings(L, transfer, x);
  }
  lua_pop(L, 1);
}


/* Of the sinks that are no file. */
static enum exchange_sink check_sink (lua_State *L, int i)
{
  const char *name = luaL_checkstring(L, i);
  if (strcmp(name, "stream") == 0)
    return SINK_STREAM;
  return strcmp(name, "bytes") == 0 ? SINK_BYTES : SINK_BODY;
}


/* sink = nil | "bytes" | "stream" | core.target(name). Returns the number of
** results when that fails, else 0. */
static int read_sink (lua_State *L, int i, struct exchange *x)
{
  lua_getfield(L, i, "sink");
  if (lua_isuserdata(L, -1)) {
    struct target *target = check_target(L, -1);
    if (!exchange_set_target(x, target))
      return push_file_error(L, "write", target->given);
  }
  else if (!lua_isnil(L, -1))
    x->sink = check_sink(L, -1);
  lua_pop(L, 1);
  return 0;
}

/* }====================================================== */


static struct exchange_object *new_exchange (lua_State *L)
{
  struct exchange_object *o = compat_newuserdata(L, sizeof(*o));
  memset(o, 0, sizeof(*o));
  o->type = exchange_type;
  luaL_getmetatable(L, EXCHANGE_TYPE);
  lua_setmetatable(L, -2);
  return o;
}


/* Pushes the table that field `name` of the request holds, or the request
** itself. */
static void push_part (lua_State *L, const char *name)
{
  lua_getfield(L, REQUEST, name);
  if (lua_istable(L, -1))
    return;
  lua_settop(L, -2);
  lua_pushvalue(L, REQUEST);
}


/*
** core.exchange{ url =, body =, credential =,
**   form = core.form{ ... },
**   sink = nil (the body is kept) | "bytes" (so it is, and nothing in it
**   would tell that it was cut) | "stream" | core.target(name),
**   plan = { method =, headers = { "Name: value" } | core.headers{ ... } },
**   settings = { connect_timeout = seconds,
**   transfer = nil | { fresh_connection = boolean,
**   http_version = nil | "1.1" | "2", max_reply_bytes =,
**   max_event_bytes = } } }
** -> exchange, or nil and a message about the sink's file. What is in plan
** and settings may be in the table itself.
*/
static int function_exchange (lua_State *L)
{
  struct exchange_object *o;
  int failed;
  luaL_checktype(L, REQUEST, LUA_TTABLE);
  lua_settop(L, REQUEST);
  push_part(L, "plan");
  push_part(L, "settings");
  o = new_exchange(L);
  o->exchange = exchange_create(check_string_field(L, PLAN, "method"),
                                check_string_field(L, REQUEST, "url"));
  if (o->exchange == NULL)
    return luaL_error(L, "out of memory");
  lua_settop(L, MADE);
  read_headers(L, PLAN, o->exchange);
  read_credential(L, o->exchange);
  read_body(L, REQUEST, o->exchange);
  read_timeout(L, SETTINGS, o->exchange);
  read_form(L, REQUEST, o->exchange);
  failed = read_sink(L, REQUEST, o->exchange);
  if (failed)
    return failed;
  read_transfer(L, SETTINGS, o->exchange);
  return 1;
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
  exchange_fail(o->exchange, "stream", false, result == SSE_OVERFLOW
                ? "an event is larger than max_event_bytes"
                : "out of memory for an event");
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


/* x:event() -> data, name, id of the next event
**            | nil: none has arrived yet | false: no more will */
static int method_event (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  struct sse_event event;
  bool ended;
  enum sse_result result = take_event(o, &event, &ended);
  if (result == SSE_EVENT) {
    lua_pushlstring(L, event.data.bytes, event.data.length);
    push_text(L, event.name);
    push_text(L, event.id);
    return 3;
  }
  if (result != SSE_MORE)
    refuse_event(o, result);
  if (ended || result != SSE_MORE)
    lua_pushboolean(L, 0);
  else
    lua_pushnil(L);
  return 1;
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


/* x:reply() -> nil while it goes on | status
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
  return 1;
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
  lua_pushnumber(L, moved > 0 ? engine_clock() - moved : 0);
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
** alone. */
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
  lua_pushnumber(L, (lua_Number)check_exchange(L, 1)->exchange->id);
  return 1;
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
    lua_pushfstring(L, "oai.core.exchange (%s %s)", x->method,
                    lua_tostring(L, -1));
  }
  else
    lua_pushliteral(L, "oai.core.exchange (closed)");
  return 1;
}

/* }====================================================== */


static const luaL_Reg functions[] = {
  { "exchange", function_exchange },
  { NULL, NULL }
};

static const luaL_Reg methods[] = {
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
  { NULL, NULL }
};

static const luaL_Reg metamethods[] = {
  { "__gc", method_close },
  { "__close", method_close },
  { "__tostring", meta_tostring },
  { NULL, NULL }
};


void open_exchange (lua_State *L)
{
  compat_setfuncs(L, functions);
  new_type(L, EXCHANGE_TYPE, methods, metamethods);
}
