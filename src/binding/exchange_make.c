/*
** Makes the userdata of exchanges, which owns everything from the first line
** on, so that any step may raise.
*/
#include <string.h>

#include "../engine/credential.h"
#include "../engine/exchange.h"
#include "../engine/target.h"
#include "object.h"

/* Stack indices of function_exchange, and its upvalue. */
enum { PLAN = 1, URL, CONTENT, SINK, CREDENTIAL, IDENTITY };
enum { METATABLE = 1 };


static void must (lua_State *L, bool done)
{
  if (!done)
    luaL_error(L, "out of memory");
}


static enum exchange_sink check_sink (lua_State *L)
{
  const char *name;
  if (lua_isnil(L, SINK))
    return SINK_BODY;
  if (lua_touserdata(L, SINK))
    return SINK_FILE;
  name = luaL_checkstring(L, SINK);
  if (strcmp(name, "socket") == 0)
    return SINK_SOCKET;
  return strcmp(name, "stream") == 0 ? SINK_STREAM : SINK_BYTES;
}


static void set_content (lua_State *L, struct exchange *x)
{
  size_t length;
  if (lua_isnil(L, CONTENT))
    return;
  if (lua_type(L, CONTENT) == LUA_TSTRING) {
    const char *body = lua_tolstring(L, CONTENT, &length);
    must(L, exchange_set_body(x, body, length));
  }
  else
    exchange_set_form(x, check_form(L, CONTENT));
}


static void set_identity (lua_State *L, struct exchange *x)
{
  lua_Number number = luaL_optnumber(L, IDENTITY, (lua_Number)x->id);
  identity_write(x->identity, (unsigned long long)number);
}


static struct exchange_object *new_exchange (lua_State *L)
{
  struct exchange_object *o = compat_newuserdata(L, sizeof(*o));
  memset(o, 0, sizeof(*o));
  o->type = exchange_type;
  lua_pushvalue(L, lua_upvalueindex(METATABLE));
  lua_setmetatable(L, -2);
  return o;
}


/*
** core.exchange(plan, url, content, sink, credential, identity)
**   content: nil | the body, a string | core.form{ ... }
**   sink: nil (the body is kept) | "bytes" (so it is, and nothing in it would
**     tell that it was cut) | "stream" | core.target(name) | "socket" (a
**     WebSocket is asked for, by lines of the plan: see socket_object.c)
**   credential: nil | core.credential(...)
**   identity: nil: it goes out with an id of its own | x:id() of another
**     exchange, whose request it sends again
** -> exchange, or nil and a message about the sink's file
*/
static int function_exchange (lua_State *L)
{
  struct exchange_object *o;
  struct plan *plan = check_plan(L, PLAN);
  const char *url;
  luaL_checktype(L, URL, LUA_TSTRING);
  url = check_c_string(L, URL, "url");
  lua_settop(L, IDENTITY);
  o = new_exchange(L);
  o->exchange = exchange_create(plan, url, check_sink(L));
  if (o->exchange == NULL)
    return luaL_error(L, "out of memory");
  if (!lua_isnil(L, CREDENTIAL))
    exchange_set_secret(o->exchange, check_credential(L, CREDENTIAL)->line);
  set_identity(L, o->exchange);
  set_content(L, o->exchange);
  if (o->exchange->sink == SINK_FILE) {
    struct target *target = check_target(L, SINK);
    if (!exchange_set_target(o->exchange, target))
      return push_file_error(L, "write", target->given);
  }
  return 1;
}


/* After open_exchange. */
void open_exchange_make (lua_State *L)
{
  luaL_getmetatable(L, EXCHANGE_TYPE);
  lua_pushcclosure(L, function_exchange, 1);
  lua_setfield(L, -2, "exchange");
}
