/*
** The fields of a table in their order, as value_fields.h says. The keys and
** values of a small table wait on the stack, as they came; those of a large
** one are looked up by their names: Lua 5.1 has 8000 slots.
*/
#include "value_fields.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "value.h"

#define PAIRS_MOST 32           /* of a table that wait on the stack */
#define STACK_MOST 4000         /* slots, above which none do */
#define PAIRS_CHECKED (FIELDS_SLOTS / 4)    /* how often there is room */
#define INSERTED_MOST 24        /* fields that are sorted by insertion */
#define NO_RANK INT_MAX


void fields_init (struct fields *s, lua_State *L, int block)
{
  s->L = L;
  s->all = s->first;
  s->count = 0;
  s->room = FIRST_FIELDS;
  s->block = block;
}


static void make_room (struct fields *s)
{
  size_t room = 2 * s->room;
  struct field *all = compat_newuserdata(s->L, room * sizeof(*all));
  memcpy(all, s->all, s->count * sizeof(*all));
  lua_replace(s->L, s->block);
  s->all = all;
  s->room = room;
}


/*
** {======================================================
** Collecting
** =======================================================
*/

/* Pushes what the number at `i` (a key) is called; false when it is no number,
** or none that is exact. */
static bool push_name (lua_State *L, int i)
{
  char name[DECIMAL_MOST];
  lua_Number n = lua_tonumber(L, i);
#if COMPAT_INTEGERS
  if (lua_isinteger(L, i)) {
    lua_pushvalue(L, i);
    (void)lua_tostring(L, -1);
    return true;
  }
#endif
  if (lua_type(L, i) != LUA_TNUMBER || fabs(n) > EXACT_FLOAT
      || n != (lua_Number)(int64_t)n)
    return false;
  lua_pushlstring(L, name, decimal_write(name, n));
  return true;
}


/* Keeps the name on the top, which is nobody else's, and pops it. */
static void keep_name (struct fields *s)
{
  lua_State *L = s->L;
  int names = s->block + 1;
  if (lua_isnil(L, names)) {
    lua_newtable(L);
    lua_replace(L, names);
  }
  lua_pushboolean(L, 1);
  lua_rawset(L, names);
}


/* Names the field whose key at `key` is no string. */
static const char *name_number (struct fields *s, struct field *f,
                                const struct object *o, int key)
{
  lua_State *L = s->L;
  if (!push_name(L, key))
    return "a key is neither a string nor an integer";
  if (!o->numbers)
    return "the table mixes an array with named fields";
  lua_pushvalue(L, -1);
  lua_rawget(L, o->table);
  if (!lua_isnil(L, -1))
    return "a key is there twice, as a number and as a string";
  lua_settop(L, -2);
  f->name = lua_tolstring(L, -1, &f->length);
  keep_name(s);
  return NULL;
}


/* Where the name is in the table's own order. */
static int rank_of (lua_State *L, const struct field *f, int ranks)
{
  int rank;
  lua_pushlstring(L, f->name, f->length);
  lua_rawget(L, ranks);
  rank = lua_isnil(L, -1) ? NO_RANK : (int)lua_tointeger(L, -1);
  lua_settop(L, -2);
  return rank;
}


/* Adds the field whose key is at `key`. */
static const char *add (struct fields *s, const struct object *o, int key)
{
  struct field *f;
  const char *fault = NULL;
  if (s->count == s->room)
    make_room(s);
  f = &s->all[s->count];
  f->number = lua_type(s->L, key) != LUA_TSTRING;
  f->pair = key;
  if (f->number)
    fault = name_number(s, f, o, key);
  else
    f->name = lua_tolstring(s->L, key, &f->length);
  f->rank = o->ranks && !fault ? rank_of(s->L, f, o->ranks) : NO_RANK;
  s->count++;
  return fault;
}


/* The pairs of the table leave the stack, but for the key of the last. */
static void leave_stack (struct fields *s, size_t from, int key)
{
  lua_pushvalue(s->L, -2);
  lua_replace(s->L, key);
  lua_settop(s->L, key);
  for (; from < s->count; from++)
    s->all[from].pair = 0;
}


/* Every key and value is pushed above the last. */
static const char *collect_pairs (struct fields *s, const struct object *o,
                                  int key, size_t most)
{
  lua_State *L = s->L;
  do {
    const char *fault = add(s, o, key);
    if (fault || s->count == most)
      return fault;
    if (s->count % PAIRS_CHECKED == 0)
      luaL_checkstack(L, FIELDS_SLOTS, NO_MEMORY);
    lua_pushvalue(L, key);
    key += 2;
  } while (lua_next(L, o->table));
  return NULL;
}


static const char *collect (struct fields *s, const struct object *o)
{
  lua_State *L = s->L;
  int key = lua_gettop(L) - 1;
  size_t from = s->count;
  size_t most = from + (key < STACK_MOST ? PAIRS_MOST : 1);
  const char *fault = collect_pairs(s, o, key, most);
  if (fault || s->count < most)
    return fault;
  leave_stack(s, from, key);
  while (fault == NULL && lua_next(L, o->table)) {
    fault = add(s, o, key);
    s->all[s->count - 1].pair = 0;
    lua_settop(L, key);
  }
  return fault;
}

/* }====================================================== */


static int compare (const void *a, const void *b)
{
  const struct field *x = a, *y = b;
  int difference = (unsigned char)*x->name - (unsigned char)*y->name;
  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;
  if (difference == 0)
    difference = memcmp(x->name, y->name,
                        x->length < y->length ? x->length : y->length);
  return difference ? difference : x->length < y->length ? -1 : 1;
}


static void sort (struct field *first, size_t count)
{
  size_t i, to;
  if (count > INSERTED_MOST) {
    qsort(first, count, sizeof(*first), compare);
    return;
  }
  for (i = 1; i < count; i++) {
    struct field moved = first[i];
    for (to = i; to > 0 && compare(&moved, &first[to - 1]) < 0; to--)
      first[to] = first[to - 1];
    first[to] = moved;
  }
}


const char *fields_collect (struct fields *s, const struct object *o)
{
  size_t from = s->count;
  const char *fault = collect(s, o);
  if (fault == NULL)
    sort(s->all + from, s->count - from);
  return fault;
}


int fields_push_ranks (lua_State *L, int order)
{
  int ranks = lua_gettop(L) + 1, i;
  lua_newtable(L);
  for (i = (int)lua_rawlen(L, order); i >= 1; i--) {
    lua_rawgeti(L, order, i);
    if (lua_type(L, -1) == LUA_TSTRING) {
      lua_pushinteger(L, i);
      lua_rawset(L, ranks);
    }
    lua_settop(L, ranks);
  }
  return ranks;
}


static void push_key (lua_State *L, const struct field *f)
{
  if (!f->number) {
    lua_pushlstring(L, f->name, f->length);
    return;
  }
#if COMPAT_INTEGERS
  lua_pushinteger(L, (lua_Integer)strtoll(f->name, NULL, 10));
#else
  lua_pushnumber(L, (lua_Number)strtoll(f->name, NULL, 10));
#endif
}


int fields_push (lua_State *L, const struct field *f, int table)
{
  int key = lua_gettop(L) + 1;
  push_key(L, f);
  lua_pushvalue(L, key);
  lua_rawget(L, table);
  return key;
}
