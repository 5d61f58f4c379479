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

#define PAIRS_MOST 32           /* of a table that wait on the stack */
#define STACK_MOST 4000         /* slots, above which none do */
#define SLOTS (FIELDS_SLOTS / 2)    /* for pairs, between two checks */
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

/* Writes the number at `i` (a key) as what it is called; false when it is none
** that is exact. */
static bool write_digits (lua_State *L, int i, struct field *f)
{
  lua_Number n = lua_tonumber(L, i);
  f->name = NULL;
#if COMPAT_INTEGERS
  if (lua_isinteger(L, i)) {
    f->length = (size_t)snprintf(f->digits, sizeof(f->digits), "%lld",
                                 (long long)lua_tointeger(L, i));
    return true;
  }
#endif
  if (n != floor(n) || fabs(n) > EXACT_FLOAT)
    return false;
  f->length = (size_t)snprintf(f->digits, sizeof(f->digits), "%.0f", n);
  return true;
}


/* Adds the field whose key is at `key`. */
static const char *add (struct fields *s, int key, bool numbers)
{
  struct field *f;
  if (s->count == s->room)
    make_room(s);
  f = &s->all[s->count];
  f->rank = NO_RANK;
  f->pair = key;
  if (lua_type(s->L, key) == LUA_TSTRING)
    f->name = lua_tolstring(s->L, key, &f->length);
  else if (lua_type(s->L, key) != LUA_TNUMBER || !write_digits(s->L, key, f))
    return "a key is neither a string nor an integer";
  else if (!numbers)
    return "the table mixes an array with named fields";
  s->count++;
  return NULL;
}


/* The pairs of the table leave the stack, but for the key of the last. */
static void leave_stack (struct fields *s, size_t from, int table)
{
  lua_pushvalue(s->L, -2);
  lua_replace(s->L, table + 1);
  lua_settop(s->L, table + 1);
  for (; from < s->count; from++)
    s->all[from].pair = 0;
}


/* Every key and value is pushed above the last. */
static const char *collect_pairs (struct fields *s, int table, bool numbers,
                                  size_t most)
{
  lua_State *L = s->L;
  int key = table + 1;
  do {
    const char *fault = add(s, key, numbers);
    if (fault || s->count == most)
      return fault;
    if ((key - table) % SLOTS == SLOTS - 1)
      luaL_checkstack(L, FIELDS_SLOTS, "JSON too large");
    lua_pushvalue(L, key);
    key += 2;
  } while (lua_next(L, table));
  return NULL;
}


const char *fields_collect (struct fields *s, int table, bool numbers)
{
  lua_State *L = s->L;
  size_t from = s->count;
  size_t most = from + (table < STACK_MOST ? PAIRS_MOST : 1);
  const char *fault = collect_pairs(s, table, numbers, most);
  if (fault || s->count < most)
    return fault;
  leave_stack(s, from, table);
  while (lua_next(L, table)) {
    fault = add(s, table + 1, numbers);
    if (fault)
      return fault;
    s->all[s->count - 1].pair = 0;
    lua_settop(L, table + 1);
  }
  return NULL;
}

/* }====================================================== */


/*
** {======================================================
** Order
** =======================================================
*/

static int compare_names (const struct field *a, const struct field *b)
{
  const char *x = field_name(a), *y = field_name(b);
  int difference = (unsigned char)*x - (unsigned char)*y;
  if (difference == 0)
    difference = memcmp(x, y, a->length < b->length ? a->length : b->length);
  if (difference)
    return difference;
  return (a->length > b->length) - (a->length < b->length);
}


static int compare (const void *a, const void *b)
{
  const struct field *x = a, *y = b;
  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;
  return compare_names(x, y);
}


static int compare_found (const void *a, const void *b)
{
  return compare_names(a, b);
}


static void insert_all (struct field *first, size_t count)
{
  size_t i, to;
  for (i = 1; i < count; i++) {
    struct field moved = first[i];
    for (to = i; to > 0 && compare(&moved, &first[to - 1]) < 0; to--)
      first[to] = first[to - 1];
    first[to] = moved;
  }
}


static void sort (struct field *first, size_t count)
{
  if (count <= INSERTED_MOST)
    insert_all(first, count);
  else
    qsort(first, count, sizeof(*first), compare);
}


/* Whether a number is called as a string that is there too. */
static bool is_twice (const struct field *first, size_t count)
{
  size_t i;
  for (i = 1; i < count; i++) {
    if ((first[i - 1].name == NULL || first[i].name == NULL)
        && compare_names(&first[i - 1], &first[i]) == 0)
      return true;
  }
  return false;
}


/* Gives the fields, which are sorted, their ranks in the list at `order`; a
** name that is there twice has its first. */
static void rank (const struct fields *s, size_t from, int order)
{
  lua_State *L = s->L;
  int i, count = (int)lua_rawlen(L, order);
  for (i = 1; i <= count; i++) {
    struct field wanted = { NULL, 0, NO_RANK, 0, "" }, *found = NULL;
    lua_rawgeti(L, order, i);
    if (lua_type(L, -1) == LUA_TSTRING) {
      wanted.name = lua_tolstring(L, -1, &wanted.length);
      found = bsearch(&wanted, s->all + from, s->count - from,
                      sizeof(wanted), compare_found);
    }
    if (found && found->rank == NO_RANK)
      found->rank = i;
    lua_settop(L, -2);
  }
}


const char *fields_sort (struct fields *s, size_t from, int order)
{
  struct field *first = s->all + from;
  size_t count = s->count - from;
  sort(first, count);
  if (is_twice(first, count))
    return "a key is there twice, as a number and as a string";
  if (order) {
    rank(s, from, order);
    sort(first, count);
  }
  return NULL;
}

/* }====================================================== */


static void push_key (lua_State *L, const struct field *f)
{
  if (f->name)
    lua_pushlstring(L, f->name, f->length);
  else {
    long long n = strtoll(f->digits, NULL, 10);
#if COMPAT_INTEGERS
    lua_pushinteger(L, (lua_Integer)n);
#else
    lua_pushnumber(L, (lua_Number)n);
#endif
  }
}


int fields_push (const struct fields *s, size_t i, int table)
{
  const struct field *f = &s->all[i];
  lua_State *L = s->L;
  int key = lua_gettop(L) + 1;
  if (f->pair) {
    lua_pushvalue(L, f->pair);
    lua_pushvalue(L, f->pair + 1);
    return key;
  }
  push_key(L, f);
  lua_pushvalue(L, key);
  lua_rawget(L, table);
  return key;
}
