/*
** What an exchange has that becomes a WebSocket: its messages, both ways. The
** core answers a ping when it is read, a close frame, and what is against the
** protocol; such an exchange then has a second to end by itself.
*/
#include <string.h>

#include "../engine/exchange.h"
#include "object.h"


static const char names[][7] = {
  [FRAMES_TEXT] = "text", [FRAMES_BINARY] = "binary",
  [FRAMES_CLOSE] = "close", [FRAMES_PING] = "ping", [FRAMES_PONG] = "pong"
};


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
  luaL_argcheck(L, *name && kind > 0, i, "no such kind");
  return (enum frames_kind)kind;
}


/* x:send(kind, bytes = "", code = none) -> where the frame ends, in bytes of
** frames from the start
**   | nil, "full": too much waits to go out, or it is too long
**   | nil, "over": it has ended, or was closed, or has not begun, or is none
**   | nil, "utf8": a text is not UTF-8
** Of kind "text", "binary", "ping", "pong" or "close", whose reason the bytes
** are. Does not wait. What has gone to libcurl is in x:progress(): what begins
** at or behind that was not sent at all. */
int method_send (lua_State *L)
{
  static const char refusals[][5] = {
    [SOCKET_FULL] = "full", [SOCKET_OVER] = "over", [SOCKET_NO_TEXT] = "utf8"
  };
  struct exchange_object *o = check_exchange(L, 1);
  enum frames_kind kind = check_kind(L, 2);
  size_t length = 0;
  const char *bytes = luaL_optlstring(L, 3, "", &length);
  int code = (int)luaL_optnumber(L, 4, FRAMES_NO_CODE);
  enum socket_result result = exchange_send(o->exchange, kind, code, bytes,
                                            length);
  if (result == SOCKET_RESUME)
    engine_object_resume(o);
  if (result < SOCKET_SENT) {
    lua_pushnil(L);
    lua_pushstring(L, refusals[result]);
    return 2;
  }
  lua_pushnumber(L, (lua_Number)o->exchange->socket->queued);
  return 1;
}

/* }====================================================== */


/*
** {======================================================
** Reading
** =======================================================
*/

/* x:message() -> "text" | "binary" | "ping" | "pong", bytes
**   | "close", reason, code: 1005 where there is none
**   | nil, as x:id(): none has arrived yet
**   | false: no more will; only from then on x:outcome() says how it ended */
int method_message (lua_State *L)
{
  struct exchange_object *o = check_exchange(L, 1);
  struct exchange *x = o->exchange;
  struct frames_message message;
  bool resume, ended = exchange_outcome(x) != EXCHANGE_OPEN;
  int count = 2;
  if (exchange_message(x, &message, &resume)) {
    lua_pushstring(L, names[message.kind]);
    lua_pushlstring(L, message.bytes, message.length);
    if (message.kind == FRAMES_CLOSE) {
      lua_pushinteger(L, message.code);
      count = 3;
    }
  }
  else if (ended) {
    exchange_conclude(x);
    lua_pushboolean(L, 0);
    count = 1;
  }
  else {
    lua_pushnil(L);
    compat_pushid(L, x->id);
  }
  if (resume)
    engine_object_resume(o);
  if (x->socket && x->socket->is_over)
    engine_object_drain(o);
  return count;
}

/* }====================================================== */
