/*
** The userdata of a target: where a download goes, looked at once for all
** attempts at it. What is written through stays open until it is closed.
*/
#include <string.h>

#include "../engine/download.h"
#include "../engine/exchange.h"
#include "../engine/target.h"
#include "object.h"


static const char target_object_type[] = TARGET_TYPE;

struct target_object {
  const char *type;         /* target_object_type */
  struct target *target;    /* NULL when closed */
};


static struct target_object *to_target (lua_State *L, int i)
{
  return check_object(L, i, target_object_type,
                      sizeof(struct target_object));
}


struct target *check_target (lua_State *L, int i)
{
  struct target *t = to_target(L, i)->target;
  luaL_argcheck(L, t != NULL, i, "the target is closed");
  return t;
}


/* core.target(name, is_judged) -> target, or nil and "cannot write '<name>':
** why". A file that is judged has its name by itself where it is no text; else
** x:read() has how it begins, and target:keep(x, true) gives it the name. */
static int function_target (lua_State *L)
{
  size_t length;
  const char *name = luaL_checklstring(L, 1, &length), *why;
  struct target_object *o;
  lua_settop(L, 2);
  luaL_argcheck(L, strlen(name) == length, 1, "holds a NUL");
  o = new_object(L, sizeof(*o), target_object_type);
  o->target = target_resolve(name, &why);
  if (o->target) {
    o->target->judged = lua_toboolean(L, 2);
    return 1;
  }
  lua_pushnil(L);
  lua_pushfstring(L, "cannot write '%s': %s", name, why);
  return 2;
}


/* target:is_touched() -> whether it has got bytes that cannot be taken
** back, so that the reply must not be asked for again. */
static int method_is_touched (lua_State *L)
{
  bool *touched = &check_target(L, 1)->touched;
  lua_pushboolean(L, __atomic_load_n(touched, __ATOMIC_RELAXED));
  return 1;
}


/* target:keep(x, is_whole): takes what came of a file from an exchange that
** has ended, for the next one with this target: a part that comes then goes
** behind it, and any other reply takes its place. Or it is the file, as it may
** be found to be once it is kept: then it gets its name.
** -> true | nil: there is nothing to take | nil and a message: it cannot have
** its name */
static int method_keep (lua_State *L)
{
  struct target *t = check_target(L, 1);
  struct exchange *x = check_exchange(L, 2)->exchange;
  bool is_whole = lua_toboolean(L, 3);
  if (t->kept == NULL && exchange_outcome(x) != EXCHANGE_OPEN) {
    t->kept = x->download;
    x->download = NULL;
  }
  else if (!is_whole)
    return 0;
  if (t->kept == NULL)
    return 0;
  if (is_whole && !download_commit(t->kept))
    return push_file_error(L, "write", t->given);
  lua_pushboolean(L, 1);
  return 1;
}


/* target:close(): lets go of it; whoever reads a pipe sees its end. */
static int method_close (lua_State *L)
{
  struct target_object *o = to_target(L, 1);
  struct target *t = o->target;
  o->target = NULL;
  if (t == NULL)
    return 0;
  if (t->kept)
    download_free(t->kept);
  target_release(t);
  return 0;
}


static const struct function functions[] = {
  { "target", function_target }
};

static const struct function methods[] = {
  { "is_touched", method_is_touched },
  { "keep", method_keep },
  { "close", method_close }
};

static const struct function metamethods[] = {
  { "__gc", method_close },
  { "__close", method_close }
};


void open_target (lua_State *L)
{
  add_functions(L, functions);
  new_type(L, TARGET_TYPE, methods, metamethods);
}
