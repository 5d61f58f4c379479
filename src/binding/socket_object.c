/*
** What an exchange has that becomes a WebSocket: its messages, both ways. The
** core answers a ping when it is read, a close frame, and what is against the
** protocol; such an exchange then has a second to end by itself.
*/
#include <string.h>

#include "../engine/exchange.h"
#include "../engine/utf8.h"
#include "object.h"

#define REASON_MOST (FRAMES_CONTROL_MOST - 2)


static const char names[][8] = {
  [FRAMES_TEXT] = "text", [FRAMES_BINARY] = "binary",
  [FRAMES_CLOSE] = "close", [FRAMES_PING] = "ping", [FRAMES_PONG] = "pong"
};


static struct exchange_object *check_socket (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  luaL_argcheck(L, o->exchange->socket, 1, "no socket");
  return o;
}


/*
** {======================================================
** Sending
** =======================================================
*/

static enum frames_kind check_kind (lua_State *L, int i)
{
  const char *name = luaL_checkstring(L, i);
  int kind = FRAMES_PONG;
  while (kind > 0 && strcmp(names[kind], name) != 0)
    kind--;
  luaL_argcheck(L, kind > 0, i, "no such kind");
  return (enum frames_kind)kind;
}


static bool is_text (enum frames_kind kind)
{
  return kind == FRAMES_TEXT || kind == FRAMES_CLOSE;
}


static int push_refusal (lua_State *L, const char *reason)
{
  lua_pushnil(L);
  lua_pushstring(L, reason);
  return 2;
}


/* Queues a frame, and sees to it that it goes out. */
static enum socket_result queue (struct exchange_object *o,
                                 enum frames_kind kind, int code,
                                 const char *bytes, size_t length,
                                 long long *end)
{
  bool resume;
  enum socket_result result = exchange_send(o->exchange, kind, code, bytes,
                                            length, end, &resume);
  if (resume)
    engine_object_resume(o);
  return result;
}


/* x:send(kind, bytes = "", code = none) -> where the frame ends, in bytes of
** frames from the start
**   | nil, "full": too much waits to go out; there is news when it has gone
**   | nil, "over": it has ended, or was closed, or has not begun
**   | nil, "utf8": a text is not UTF-8
** Of kind "text", "binary", "ping", "pong" or "close", whose reason the bytes
** are. Does not wait. */
static int method_send (lua_State *L)
{
  struct exchange_object *o = check_socket(L);
  enum frames_kind kind = check_kind(L, 2);
  size_t length = 0;
  const char *bytes = luaL_optlstring(L, 3, "", &length);
  int code = (int)luaL_optnumber(L, 4, FRAMES_NO_CODE);
  enum socket_result result;
  long long end;
  luaL_argcheck(L, kind < FRAMES_CLOSE || length <= REASON_MOST, 3,
                "it is too long");
  if (is_text(kind) && utf8_fault(bytes, length))
    return push_refusal(L, "utf8");
  result = queue(o, kind, code, bytes, length, &end);
  if (result == SOCKET_NO_MEMORY)
    return luaL_error(L, "out of memory");
  if (result != SOCKET_SENT)
    return push_refusal(L, result == SOCKET_FULL ? "full" : "over");
  lua_pushnumber(L, (lua_Number)end);
  return 1;
}


/* x:sent() -> how many bytes of frames have gone to libcurl: what begins at or
** behind that was not sent at all. */
static int method_sent (lua_State *L)
{
  struct exchange *x = check_socket(L)->exchange;
  exchange_lock(x);
  lua_pushnumber(L, (lua_Number)socket_sent(x->socket));
  exchange_unlock(x);
  return 1;
}

/* }====================================================== */


/*
** {======================================================
** Reading
** =======================================================
*/

/* Answers a message of the protocol's own, and what is none by the code of
** what is wrong with it. After a close frame the peer may end it. */
static void answer (struct exchange_object *o, enum frames_kind kind, int code,
                    const char *bytes, size_t length)
{
  long long end;
  if (kind < FRAMES_CLOSE || kind == FRAMES_PONG)
    return;
  queue(o, kind == FRAMES_PING ? FRAMES_PONG : kind, code, bytes, length,
        &end);
  if (kind == FRAMES_CLOSE)
    engine_object_drain(o);
}


static enum frames_result take (struct exchange_object *o,
                                struct frames_message *message)
{
  bool resume;
  enum frames_result result = exchange_message(o->exchange, message, &resume);
  if (resume)
    engine_object_resume(o);
  return result;
}


/* The next message that has arrived, also just before the end. */
static enum frames_result take_message (struct exchange_object *o,
                                        struct frames_message *message,
                                        bool *ended)
{
  enum frames_result result = take(o, message);
  *ended = false;
  if (result == FRAMES_MORE
      && exchange_outcome(o->exchange) != EXCHANGE_OPEN) {
    result = take(o, message);
    *ended = result == FRAMES_MORE;
  }
  return result;
}


static int push_message (lua_State *L, const struct frames_message *message)
{
  lua_pushstring(L, names[message->kind]);
  lua_pushlstring(L, message->bytes, message->length);
  if (message->kind != FRAMES_CLOSE)
    return 2;
  lua_pushinteger(L, message->code);
  return 3;
}


/* x:message() -> "text" | "binary" | "ping" | "pong", bytes
**   | "close", reason, code: 1005 where there is none
**   | nil, as x:id(): none has arrived yet
**   | false: no more will; only from then on x:outcome() says how it ended */
static int method_message (lua_State *L)
{
  struct exchange_object *o = check_socket(L);
  struct frames_message message;
  bool ended;
  enum frames_result result = take_message(o, &message, &ended);
  if (result == FRAMES_MESSAGE) {
    bool is_close = message.kind == FRAMES_CLOSE;
    push_message(L, &message);
    answer(o, message.kind, message.code, is_close ? "" : message.bytes,
           is_close ? 0 : message.length);
    return is_close ? 3 : 2;
  }
  if (result == FRAMES_BROKEN)
    answer(o, FRAMES_CLOSE, o->exchange->socket->frames.code, "", 0);
  if (ended) {
    exchange_conclude(o->exchange);
    lua_pushboolean(L, 0);
    return 1;
  }
  lua_pushnil(L);
  compat_pushid(L, o->exchange->id);
  return 2;
}

/* }====================================================== */


static const struct function methods[] = {
  { "send", method_send },
  { "sent", method_sent },
  { "message", method_message }
};


void open_socket (lua_State *L)
{
  luaL_getmetatable(L, EXCHANGE_TYPE);
  lua_getfield(L, -1, "__index");
  add_functions(L, methods);
  lua_pop(L, 2);
}
