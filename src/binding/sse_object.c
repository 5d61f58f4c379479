/*
** The userdata of a bare event parser, for bytes that no exchange brought:
** recorded streams and tests.
*/
#include <string.h>

#include "../engine/sse.h"
#include "object.h"

struct sse_object {
  struct sse sse;
  struct buffer fed;        /* not parsed yet */
};


static struct sse_object *check_sse (lua_State *L, int i)
{
  return luaL_checkudata(L, i, SSE_TYPE);
}


/* parser:feed(bytes) */
static int method_feed (lua_State *L)
{
  struct sse_object *o = check_sse(L, 1);
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  if (buffer_append(&o->fed, bytes, length) != BUFFER_OK)
    return luaL_error(L, "out of memory");
  return 0;
}


int push_event (lua_State *L, int template, const struct sse_event *event)
{
  if (push_like(L, template, event))
    return 3;
  push_text(L, event->data);
  push_text(L, event->name);
  push_text(L, event->id);
  return 3;
}


/* parser:event([template]) -> what x:event gives; nothing when there is none
** yet. */
static int method_event (lua_State *L)
{
  struct sse_object *o = check_sse(L, 1);
  struct sse_event event;
  size_t used;
  enum sse_result result;
  if (buffer_length(&o->fed) == 0)
    return 0;
  result = sse_next(&o->sse, buffer_bytes(&o->fed), buffer_length(&o->fed),
                    &used, &event);
  if (result == SSE_EVENT)
    push_event(L, 2, &event);
  buffer_consume(&o->fed, used);
  if (result == SSE_OVERFLOW || result == SSE_NO_MEMORY)
    return luaL_error(L, "the event is larger than memory or 256 MiB");
  return result == SSE_EVENT ? 3 : 0;
}


static void push_some (lua_State *L, struct sse_text text)
{
  if (text.length > 0)
    push_text(L, text);
  else
    lua_pushnil(L);
}


int push_rest (lua_State *L, struct sse *s)
{
  if (sse_end(s) != SSE_MORE)
    return luaL_error(L, "out of memory");
  push_some(L, sse_passed_over(s));
  push_some(L, sse_unfinished(s));
  return 2;
}


/* parser:rest() -> what was passed over, or nil; unfinished data, or nil.
** There will be no more. */
static int method_rest (lua_State *L)
{
  return push_rest(L, &check_sse(L, 1)->sse);
}


static int meta_gc (lua_State *L)
{
  struct sse_object *o = check_sse(L, 1);
  sse_free(&o->sse);
  buffer_free(&o->fed);
  return 0;
}


/* core.sse() -> parser */
static int function_sse (lua_State *L)
{
  struct sse_object *o = compat_newuserdata(L, sizeof(*o));
  sse_init(&o->sse);
  buffer_init(&o->fed, BODY_CEILING);
  luaL_getmetatable(L, SSE_TYPE);
  lua_setmetatable(L, -2);
  return 1;
}


static const struct function functions[] = {
  { "sse", function_sse }
};

static const struct function methods[] = {
  { "feed", method_feed },
  { "event", method_event },
  { "rest", method_rest }
};

static const struct function metamethods[] = {
  { "__gc", meta_gc }
};


void open_sse (lua_State *L)
{
  add_functions(L, functions);
  new_type(L, SSE_TYPE, methods, metamethods);
}
