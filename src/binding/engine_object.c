/*
** The userdata of an engine, stepped or on a worker; both answer to the
** same methods, so a loop need not know which it drives.
*/
#include <errno.h>
#include <math.h>
#include <string.h>

#include "../engine/engine.h"
#include "../engine/exchange.h"
#include "../engine/process.h"
#include "../engine/worker.h"
#include "object.h"


#define READY_MOST 128
#define LONGEST_ALARM 1e6       /* seconds */

const char engine_type[] = ENGINE_TYPE;


static struct engine_object *to_engine (lua_State *L, int i)
{
  return check_object(L, i, engine_type, sizeof(struct engine_object));
}


bool engine_object_is_foreign (const struct engine_object *o)
{
  return o->foreign || (o->engine && engine_is_foreign(o->engine));
}


static struct engine_object *check_engine (lua_State *L, int i)
{
  struct engine_object *o = to_engine(L, i);
  luaL_argcheck(L, o->engine != NULL, i, "the engine is closed");
  if (engine_is_foreign(o->engine))
    luaL_error(L, "oai: this client was made before fork(): make a new one "
                  "in the child process");
  return o;
}


/*
** {======================================================
** What an exchange asks of its engine
** =======================================================
*/

static bool is_usable (const struct exchange_object *o)
{
  return o->engine && o->engine->engine
      && !engine_object_is_foreign(o->engine);
}


void engine_object_stop (struct exchange_object *o)
{
  if (!is_usable(o))
    return;
  if (o->engine->worker)
    worker_stop(o->engine->worker, o->exchange);
  else
    engine_stop(o->engine->engine, o->exchange);
}


void engine_object_resume (struct exchange_object *o)
{
  if (!is_usable(o))
    return;
  if (o->engine->worker)
    worker_resume(o->engine->worker, o->exchange);
  else
    engine_resume(o->engine->engine, o->exchange);
}


void engine_object_drain (struct exchange_object *o)
{
  exchange_discard(o->exchange);
  if (!is_usable(o))
    return;
  if (o->engine->worker)
    worker_drain(o->engine->worker, o->exchange);
  else
    engine_drain(o->engine->engine, o->exchange);
}


void engine_object_forget (struct exchange_object *o)
{
  if (is_usable(o))
    engine_forget(o->engine->engine, o->exchange);
}

/* }====================================================== */


/* engine:step(seconds, deadline) -> whether the deadline has not passed. Waits
** at most so long for something to happen, and does it; on a worker it waits
** for news. Bounded, so that a loop in Lua can be interrupted. */
static int method_step (lua_State *L)
{
  struct engine_object *o = check_engine(L, 1);
  double seconds = luaL_checknumber(L, 2);
  double left = luaL_optnumber(L, 3, HUGE_VAL) - process_clock();
  luaL_argcheck(L, seconds >= 0, 2, "seconds must not be negative");
  lua_pushboolean(L, left > 0);
  if (left <= 0)
    return 1;
  if (left < seconds)
    seconds = left;
  if (o->worker)
    worker_wait(o->worker, seconds);
  else {
    engine_step(o->engine, seconds);
    engine_take_news(o->engine);    /* the caller looks now */
  }
  return 1;
}


/* Makes room in the list for all that may come: what was taken is not put
** back. */
static void make_room (lua_State *L, int list)
{
  int n;
  for (n = (int)lua_rawlen(L, list) + 1; n <= READY_MOST; n++) {
    lua_pushnumber(L, 0);
    lua_rawseti(L, list, n);
  }
}


/* engine:ready(list) -> count, more. Puts the ids of exchanges that have
** something for their reader into the list, each once, in the order it came;
** what is there beyond `count` is nothing. Ask again while `more`. */
static int method_ready (lua_State *L)
{
  unsigned long long ids[READY_MOST];
  struct engine_object *o = check_engine(L, 1);
  size_t i, count;
  luaL_checktype(L, 2, LUA_TTABLE);
  make_room(L, 2);
  count = engine_ready(o->engine, ids, READY_MOST);
  for (i = 0; i < count; i++) {
    compat_pushid(L, ids[i]);
    lua_rawseti(L, 2, (int)i + 1);
  }
  lua_pushinteger(L, (lua_Integer)count);
  lua_pushboolean(L, count == READY_MOST);
  return 2;
}


/* engine:descriptor() -> the descriptor that is readable while a worker has
** news; nil when it is stepped. */
static int method_descriptor (lua_State *L)
{
  struct engine_object *o = check_engine(L, 1);
  if (o->worker)
    lua_pushinteger(L, worker_descriptor(o->worker));
  else
    lua_pushnil(L);
  return 1;
}


/* engine:alarm(seconds): a worker's descriptor is readable by then, which
** replaces the time that was set before; 0 is now, and replaces nothing. */
static int method_alarm (lua_State *L)
{
  struct engine_object *o = check_engine(L, 1);
  double seconds = luaL_checknumber(L, 2);
  if (o->worker)
    worker_alarm(o->worker, seconds < LONGEST_ALARM ? seconds
                                                    : LONGEST_ALARM);
  return 0;
}


/* engine:start(exchange) */
static int method_start (lua_State *L)
{
  struct engine_object *o = check_engine(L, 1);
  struct exchange_object *x = check_exchange(L, 2);
  luaL_argcheck(L, x->engine == NULL, 2, "it was started before");
  lua_pushvalue(L, 1);
  compat_keep(L, 2);
  x->engine = o;
  if (o->worker)
    worker_start(o->worker, x->exchange);
  else
    engine_start(o->engine, x->exchange);
  return 0;
}


/* engine:stop(exchange): ends it as cancelled. */
static int method_stop (lua_State *L)
{
  check_engine(L, 1);
  engine_object_stop(check_exchange(L, 2));
  return 0;
}


/* engine:drain(exchange): nobody reads it any more, but its connection is
** worth keeping; it gets a second to end by itself. */
static int method_drain (lua_State *L)
{
  check_engine(L, 1);
  engine_object_drain(check_exchange(L, 2));
  return 0;
}


/* engine:is_foreign() -> true in a process forked since it was made: all
** that can be done with it there is to close it. */
static int method_is_foreign (lua_State *L)
{
  lua_pushboolean(L, engine_object_is_foreign(to_engine(L, 1)));
  return 1;
}


/* engine:clock() -> seconds, for a loop that must not require the core. */
static int method_clock (lua_State *L)
{
  lua_pushnumber(L, process_clock());
  return 1;
}


/* engine:close(): ends all exchanges, the worker and the connections. */
static int method_close (lua_State *L)
{
  struct engine_object *o = to_engine(L, 1);
  struct engine *engine = o->engine;
  struct worker *worker = o->worker;
  o->foreign = engine_object_is_foreign(o);
  o->engine = NULL;
  o->worker = NULL;
  if (worker)
    worker_free(worker);
  else if (engine)
    engine_free(engine);
  return 0;
}


static int meta_tostring (lua_State *L)
{
  struct engine_object *o = to_engine(L, 1);
  lua_pushfstring(L, "oai.core.engine (%s)", !o->engine ? "closed"
                     : o->worker ? "worker" : "stepped");
  return 1;
}


/*
** {======================================================
** Making one
** =======================================================
*/

/* Holds the options while Lua may still raise; emptied by its __gc. */
static struct option_set *new_options (lua_State *L)
{
  struct option_set *set = compat_newuserdata(L, sizeof(*set));
  memset(set, 0, sizeof(*set));
  luaL_getmetatable(L, "oai.core.options");
  lua_setmetatable(L, -2);
  return set;
}


static int options_gc (lua_State *L)
{
  option_set_clear(luaL_checkudata(L, 1, "oai.core.options"));
  return 0;
}


/* Sets an option, whose key is at -2 and value at -1. */
static void set_option (lua_State *L, struct option_set *set)
{
  const char *name = luaL_checkstring(L, -2);
  int row = option_find(name);
  if (row < 0)
    luaL_error(L, "unknown transport option '%s'", name);
  if (option_kind(row) == OPTION_FLAG)
    option_set_flag(set, row, lua_toboolean(L, -1));
  else if (lua_type(L, -1) != LUA_TSTRING)
    luaL_error(L, "option '%s': string expected", name);
  else if (!option_set_string(set, row, check_c_string(L, -1, name)))
    luaL_error(L, "out of memory");
}


static void read_options (lua_State *L, int i, struct option_set *set)
{
  lua_getfield(L, i, "options");
  if (lua_istable(L, -1)) {
    lua_pushnil(L);
    while (lua_next(L, -2)) {
      set_option(L, set);
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}


static bool wants_worker (lua_State *L, int i)
{
  bool wanted;
  lua_getfield(L, i, "worker");
  wanted = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return wanted;
}


/* Makes the engine, on a worker if that is wanted; returns an errno. */
static int make_engine (struct engine_object *o, struct option_set *set,
                        bool on_worker)
{
  int error;
  o->engine = engine_create(set);
  if (o->engine == NULL)
    return errno;
  if (!on_worker)
    return 0;
  o->worker = worker_create(o->engine);
  if (o->worker)
    return 0;
  error = errno;
  engine_free(o->engine);
  o->engine = NULL;
  return error;
}


/* core.engine{ worker = boolean, options = { name = value } }
** -> engine, or nil and why the system refuses */
static int function_engine (lua_State *L)
{
  struct engine_object *o;
  struct option_set *set;
  int error;
  luaL_checktype(L, 1, LUA_TTABLE);
  set = new_options(L);
  read_options(L, 1, set);
  o = new_object(L, sizeof(*o), engine_type);
  error = make_engine(o, set, wants_worker(L, 1));
  if (error == 0)
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, strerror(error));
  return 2;
}

/* }====================================================== */


static const struct function functions[] = {
  { "engine", function_engine }
};

static const struct function methods[] = {
  { "step", method_step },
  { "ready", method_ready },
  { "descriptor", method_descriptor },
  { "alarm", method_alarm },
  { "start", method_start },
  { "stop", method_stop },
  { "drain", method_drain },
  { "clock", method_clock },
  { "is_foreign", method_is_foreign },
  { "close", method_close }
};

static const struct function metamethods[] = {
  { "__gc", method_close },
  { "__close", method_close },
  { "__tostring", meta_tostring }
};


void open_engine (lua_State *L)
{
  add_functions(L, functions);
  compat_newmetatable(L, "oai.core.options");
  lua_pushcfunction(L, options_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  new_type(L, ENGINE_TYPE, methods, metamethods);
}
