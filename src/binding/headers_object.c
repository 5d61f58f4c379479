/*
** The userdata of a request's header lines, made once for the many calls
** that send the same.
*/
#include <string.h>

#include "../engine/header_list.h"
#include "object.h"


static const char headers_type[] = HEADERS_TYPE;

struct headers_object {
  const char *type;         /* headers_type */
  struct header_list *list; /* NULL until it is made */
};


/* A line end would let a value add headers of its own. */
static size_t check_line (lua_State *L, int i)
{
  size_t length;
  const char *line = luaL_checklstring(L, i, &length);
  if (memchr(line, '\0', length) || memchr(line, '\r', length)
      || memchr(line, '\n', length))
    luaL_error(L, "a header holds CR, LF or NUL");
  return length;
}


/* How many bytes the lines of the table at `i` have. */
static size_t check_lines (lua_State *L, int i, int count)
{
  size_t size = 0;
  int n;
  for (n = 1; n <= count; n++) {
    lua_rawgeti(L, i, n);
    size += check_line(L, -1);
    lua_pop(L, 1);
  }
  return size;
}


static void add_lines (lua_State *L, int i, int count, struct header_list *h)
{
  int n;
  for (n = 1; n <= count; n++) {
    size_t length;
    const char *line;
    lua_rawgeti(L, i, n);
    line = lua_tolstring(L, -1, &length);
    header_list_add(h, line, length);
    lua_pop(L, 1);
  }
}


static struct headers_object *new_headers (lua_State *L)
{
  struct headers_object *o = compat_newuserdata(L, sizeof(*o));
  o->type = headers_type;
  o->list = NULL;
  luaL_getmetatable(L, HEADERS_TYPE);
  lua_setmetatable(L, -2);
  return o;
}


/* Pushes the object of the lines in the table at `i`. */
static struct headers_object *make_headers (lua_State *L, int i)
{
  int count = (int)lua_rawlen(L, i);
  size_t size = check_lines(L, i, count);
  struct headers_object *o = new_headers(L);
  o->list = header_list_create((size_t)count, size);
  if (o->list == NULL)
    luaL_error(L, "out of memory");
  add_lines(L, i, count, o->list);
  return o;
}


struct header_list *check_headers (lua_State *L, int i)
{
  struct headers_object *o;
  if (lua_istable(L, i)) {
    o = make_headers(L, i);
    lua_replace(L, i);      /* where it is safe from being collected */
  }
  else {
    o = check_object(L, i, headers_type, sizeof(*o));
    luaL_argcheck(L, o->list != NULL, i, "the headers are collected");
  }
  return o->list;
}


/* core.headers({ "Name: value", ... }) -> what core.exchange takes for
** `headers` in place of such a table. */
static int function_headers (lua_State *L)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  make_headers(L, 1);
  return 1;
}


static int meta_gc (lua_State *L)
{
  struct headers_object *o = check_object(L, 1, headers_type, sizeof(*o));
  if (o->list)
    header_list_release(o->list);
  o->list = NULL;
  return 0;
}


static const luaL_Reg functions[] = {
  { "headers", function_headers },
  { NULL, NULL }
};

static const luaL_Reg methods[] = {
  { NULL, NULL }
};

static const luaL_Reg metamethods[] = {
  { "__gc", meta_gc },
  { NULL, NULL }
};


void open_headers (lua_State *L)
{
  compat_setfuncs(L, functions);
  new_type(L, HEADERS_TYPE, methods, metamethods);
}
