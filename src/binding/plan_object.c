/*
** The userdata of what requests have in common, made once for the many calls
** of an endpoint.
*/
#include <string.h>

#include "../engine/buffer.h"
#include "../engine/plan.h"
#include "object.h"

#define LONGEST_TIMEOUT 1000000000  /* ms; a long may have 32 bits */

static const char plan_type[] = PLAN_TYPE;

struct plan_object {
  const char *type;         /* plan_type */
  struct plan *plan;        /* NULL until it is made */
};


/* The length of the header line at `i`, in which a line end would let a value
** add headers of its own. */
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


static void add_lines (lua_State *L, int i, int count, struct plan *p)
{
  int n;
  for (n = 1; n <= count; n++) {
    size_t length;
    const char *line;
    lua_rawgeti(L, i, n);
    line = lua_tolstring(L, -1, &length);
    plan_add_line(p, line, length);
    lua_pop(L, 1);
  }
}


/* Pushes field `name` of the table at `i`, another table or an empty one. */
static int push_table_field (lua_State *L, int i, const char *name)
{
  lua_getfield(L, i, name);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
  }
  luaL_checktype(L, -1, LUA_TTABLE);
  return lua_gettop(L);
}


/* Field `name` of the table at `i`, `scale` times, up to `most`, which it is
** when it is absent. */
static long long opt_number (lua_State *L, int i, const char *name,
                             int scale, long long most)
{
  lua_Number number;
  lua_getfield(L, i, name);
  number = luaL_optnumber(L, -1, (lua_Number)most) * scale;
  lua_pop(L, 1);
  return number < (lua_Number)most ? (long long)number : most;
}


/* Reads what few programs ask for. */
static void read_transfer (lua_State *L, int i, struct plan *p)
{
  const char *version = opt_string_field(L, i, "http_version", NULL);
  if (version)
    p->http = strcmp(version, "2") == 0 ? HTTP_2 : HTTP_1;
  lua_getfield(L, i, "fresh_connection");
  p->fresh = lua_toboolean(L, -1);
  lua_getfield(L, i, "measured");
  p->measured = lua_toboolean(L, -1);
  lua_pop(L, 3);
  p->connect_timeout = (long)opt_number(L, i, "connect_timeout", 1000,
                                        LONGEST_TIMEOUT);
  p->reply_ceiling = (size_t)opt_number(L, i, "max_reply_bytes", 1,
                                        BODY_CEILING);
  p->event_ceiling = (size_t)opt_number(L, i, "max_event_bytes", 1,
                                        EVENT_CEILING);
}


struct plan *check_plan (lua_State *L, int i)
{
  struct plan_object *o = check_object(L, i, plan_type, sizeof(*o));
  luaL_argcheck(L, o->plan != NULL, i, "the plan is collected");
  return o->plan;
}


/*
** core.plan{ method =, lines = nil | { "Name: value", ... },
**   transfer = nil | { connect_timeout = seconds, fresh_connection = boolean,
**   http_version = nil | "1.1" | "2", max_reply_bytes =, max_event_bytes = } }
** -> what core.exchange makes requests by
*/
static int function_plan (lua_State *L)
{
  struct plan_object *o;
  const char *method;
  int lines, transfer, count;
  size_t size;
  luaL_checktype(L, 1, LUA_TTABLE);
  lines = push_table_field(L, 1, "lines");
  transfer = push_table_field(L, 1, "transfer");
  method = check_string_field(L, 1, "method");
  count = (int)lua_rawlen(L, lines);
  size = check_lines(L, lines, count);
  o = new_object(L, sizeof(*o), plan_type);
  o->plan = plan_create(method, (size_t)count, size);
  if (o->plan == NULL)
    return luaL_error(L, "out of memory");
  add_lines(L, lines, count, o->plan);
  read_transfer(L, transfer, o->plan);
  return 1;
}


static int meta_gc (lua_State *L)
{
  struct plan_object *o = check_object(L, 1, plan_type, sizeof(*o));
  if (o->plan)
    plan_release(o->plan);
  o->plan = NULL;
  return 0;
}


static const struct function functions[] = {
  { "plan", function_plan }
};

static const struct function metamethods[] = {
  { "__gc", meta_gc }
};


void open_plan (lua_State *L)
{
  add_functions(L, functions);
  begin_type(L, PLAN_TYPE);
  lua_pop(L, 1);
  add_functions(L, metamethods);
  lua_pop(L, 1);
}
