/*
** What must be done on values before lua-cjson encodes them, the same for
** both of its lineages: UTF-8 is checked, and marker strings are put where
** lua-cjson would write something else than is meant (an empty array, a
** number of more than 14 digits). The caller's tables are never changed.
*/
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "value.h"

#define RAW "\1oai:"                /* begins a marker to be replaced */
#define EXACT_DIGITS 1e14           /* lua-cjson writes 14 digits */
#define DEPTH_MOST 1000             /* lua-cjson's own limit */

/* Stack indices of function_prepare. */
enum { ARG_VALUE = 1, ARG_ARRAYS, ARG_MAPS, RAWS };

/* Where the walk is, for the path in a message. */
struct frame {
  const struct frame *up;   /* NULL at the root */
  int table;                /* stack indices */
  int key;
  int depth;
  bool user_keys;           /* the keys are the caller's own names */
};

/* What one pass over a table found. */
struct shape {
  int strings;              /* keys of each sort */
  int integers;
  lua_Number largest;
};


static void add_path_step (lua_State *L, luaL_Buffer *b,
                           const struct frame *f, bool first)
{
  char step[40];
  if (lua_type(L, f->key) == LUA_TSTRING) {
    if (!first)
      luaL_addchar(b, '.');
    luaL_addstring(b, lua_tostring(L, f->key));
    return;
  }
  snprintf(step, sizeof(step), "[%.14g]", (double)lua_tonumber(L, f->key));
  luaL_addstring(b, step);
}


static void add_path (lua_State *L, luaL_Buffer *b, const struct frame *f)
{
  if (f == NULL)
    return;
  add_path(L, b, f->up);
  add_path_step(L, b, f, f->up == NULL);
}


/* Raises { path, reason }; codec/json.lua makes the message. */
static int refuse (lua_State *L, const struct frame *f, const char *reason)
{
  luaL_Buffer b;
  luaL_checkstack(L, 10, "JSON nested too deeply");
  lua_createtable(L, 2, 0);
  luaL_buffinit(L, &b);
  add_path(L, &b, f);
  luaL_pushresult(&b);
  lua_rawseti(L, -2, 1);
  lua_pushstring(L, reason);
  lua_rawseti(L, -2, 2);
  return lua_error(L);
}


/* The length of the well-formed UTF-8 sequence at `s`, or 0. */
static size_t sequence_length (const unsigned char *s, size_t left)
{
  static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  size_t i, length = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3
                                     : s[0] < 0xF5 ? 4 : 0;
  unsigned long code;
  if (length == 0 || length > left)
    return 0;
  code = s[0] & (0xFFu >> (length + 1));
  for (i = 1; i < length; i++) {
    if ((s[i] & 0xC0) != 0x80)
      return 0;
    code = code << 6 | (s[i] & 0x3Fu);
  }
  if (code < least[length] || code > 0x10FFFF
      || (code >= 0xD800 && code <= 0xDFFF))
    return 0;
  return length;
}


/* How many bytes at the start are plain ASCII, whole words at a time. */
static size_t ascii_words (const unsigned char *at, size_t length)
{
  size_t i;
  for (i = 0; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, at + i, sizeof(word));
    if (word & UINT64_C(0x8080808080808080))
      break;
  }
  return i;
}


static bool is_utf8 (const char *text, size_t length)
{
  const unsigned char *at = (const unsigned char *)text;
  const unsigned char *end = at + length;
  while (at < end) {
    size_t sequence = ascii_words(at, (size_t)(end - at));
    if (sequence == 0 && *at < 0x80)
      sequence = 1;
    else if (sequence == 0)
      sequence = sequence_length(at, (size_t)(end - at));
    if (sequence == 0)
      return false;
    at += sequence;
  }
  return true;
}


/* Lists the text on the top as what is meant, and puts a marker there. */
static void push_marker (lua_State *L)
{
  int n;
  if (lua_isnil(L, RAWS)) {
    lua_newtable(L);
    lua_replace(L, RAWS);
  }
  n = (int)lua_rawlen(L, RAWS) + 1;
  lua_rawseti(L, RAWS, n);
  lua_pushfstring(L, RAW "%d", n);
}


static bool has_raw_mark (const char *text, size_t length)
{
  const char *end = text + length;
  while ((text = memchr(text, 1, (size_t)(end - text))) != NULL) {
    if ((size_t)(end - text) >= sizeof(RAW) - 1
        && memcmp(text, RAW, sizeof(RAW) - 1) == 0)
      return true;
    text++;
  }
  return false;
}


/* All these prepare the value on the top. True when they replaced it. */

/* A string that looks like a marker must not be taken for one. */
static bool prepare_string (lua_State *L, const struct frame *f)
{
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (!is_utf8(text, length))
    refuse(L, f, "the text is not valid UTF-8");
  if (!has_raw_mark(text, length))
    return false;
  lua_createtable(L, 1, 0);     /* { text }: to be encoded, not raw */
  lua_insert(L, -2);
  lua_rawseti(L, -2, 1);
  push_marker(L);
  return true;
}


static void push_exact_float (lua_State *L, double n)
{
  char text[40];
  int digits;
  if (n == floor(n) && fabs(n) <= EXACT_FLOAT) {
    snprintf(text, sizeof(text), "%.0f", n);
    lua_pushstring(L, text);
    return;
  }
  for (digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof(text), "%.*g", digits, n);
    if (strtod(text, NULL) == n)
      break;
  }
  lua_pushstring(L, text);
}


/* The double nearest to a decimal of few digits: 14 are enough then. */
static bool is_short_decimal (double n)
{
  double millionths = n * 1e6;
  if (!(fabs(millionths) < 1e12))
    return false;
  millionths = (double)(long long)millionths;
  return millionths / 1e6 == n;
}


/* A whole number must not be written with an exponent. */
static bool fits_14_digits (double n)
{
  char text[40];
  if (is_short_decimal(n))
    return true;
  if (n == floor(n) && fabs(n) <= EXACT_FLOAT)
    return fabs(n) < EXACT_DIGITS;
  snprintf(text, sizeof(text), "%.14g", n);
  return strtod(text, NULL) == n;
}


static bool prepare_float (lua_State *L, const struct frame *f, double n)
{
  if (isnan(n) || isinf(n))
    refuse(L, f, "the number is not finite");
  if (fits_14_digits(n))
    return false;
  lua_settop(L, -2);
  push_exact_float(L, n);
  push_marker(L);
  return true;
}


static bool prepare_number (lua_State *L, const struct frame *f)
{
#if COMPAT_INTEGERS
  if (lua_isinteger(L, -1)) {
    char text[40];
    lua_Integer n = lua_tointeger(L, -1);
    if (n < (lua_Integer)EXACT_DIGITS && n > -(lua_Integer)EXACT_DIGITS)
      return false;
    snprintf(text, sizeof(text), "%lld", (long long)n);
    lua_pop(L, 1);
    lua_pushstring(L, text);
    push_marker(L);
    return true;
  }
#endif
  return prepare_float(L, f, (double)lua_tonumber(L, -1));
}


static bool has_type (lua_State *L, int i, const char *type)
{
  bool same;
  if (!lua_getmetatable(L, i))
    return false;
  luaL_getmetatable(L, type);
  same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}


/* Whether the schema knows the field of this frame in the list at `i`. */
static bool is_listed (lua_State *L, const struct frame *f, int i)
{
  bool listed;
  if (f == NULL || f->user_keys || lua_type(L, f->key) != LUA_TSTRING)
    return false;
  lua_pushvalue(L, f->key);
  lua_rawget(L, i);
  listed = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return listed;
}


static void check_cycle (lua_State *L, const struct frame *f)
{
  const void *table = lua_topointer(L, -1);
  const struct frame *up;
  if (f && f->depth >= DEPTH_MOST)
    refuse(L, f, "nested too deeply");
  for (up = f; up; up = up->up) {
    if (lua_topointer(L, up->table) == table)
      refuse(L, f, "the table contains itself");
  }
}


static void note_key (lua_State *L, const struct frame *f,
                      struct shape *shape)
{
  lua_Number n;
  if (lua_type(L, f->key) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(L, f->key, &length);
    if (!is_utf8(text, length))
      refuse(L, f->up, "a key is not valid UTF-8");
    if (has_raw_mark(text, length))
      refuse(L, f->up, "a key holds a forbidden control sequence");
    shape->strings++;
    return;
  }
  if (lua_type(L, f->key) != LUA_TNUMBER)
    refuse(L, f->up, "a key is neither a string nor an integer");
  n = lua_tonumber(L, f->key);
  if (n != floor(n))
    refuse(L, f->up, "a key is neither a string nor an integer");
  shape->integers++;
  if (n < 1)
    shape->largest = HUGE_VAL;
  else if (n > shape->largest)
    shape->largest = n;
}


/* A shallow copy of the table at `i`. */
static void push_copy (lua_State *L, int i)
{
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, i)) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
}


/* The same with every key a string. */
static void push_keyed_copy (lua_State *L, int i)
{
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, i)) {
    if (lua_type(L, -2) == LUA_TNUMBER) {
      char key[40];
      snprintf(key, sizeof(key), "%.0f", (double)lua_tonumber(L, -2));
      lua_pushstring(L, key);
    }
    else
      lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
}


static bool prepare (lua_State *L, const struct frame *f);


/*
** Walks the table at `table`; *copy is where its copy stands, which is nil
** until a value has to be replaced: the caller's tables are never changed.
*/
static struct shape prepare_fields (lua_State *L, const struct frame *up,
                                    int table, int copy)
{
  struct shape shape = { 0, 0, 0 };
  struct frame f;
  f.up = up;
  f.table = table;
  f.depth = up ? up->depth + 1 : 1;
  f.user_keys = up && is_listed(L, up, ARG_MAPS);
  lua_pushnil(L);
  f.key = lua_gettop(L);
  while (lua_next(L, table)) {
    note_key(L, &f, &shape);
    if (prepare(L, &f)) {
      if (lua_isnil(L, copy)) {
        push_copy(L, table);
        lua_replace(L, copy);
      }
      lua_pushvalue(L, f.key);
      lua_pushvalue(L, -2);
      lua_rawset(L, copy);
    }
    lua_pop(L, 1);
  }
  return shape;
}


/* An empty table is {} unless it is known to be an array. */
static bool prepare_empty (lua_State *L, const struct frame *f, int table)
{
  bool array = has_type(L, table, ARRAY_TYPE)
            || (!has_type(L, table, OBJECT_TYPE)
                && is_listed(L, f, ARG_ARRAYS));
  lua_settop(L, table);
  if (!array)
    return false;
  lua_pop(L, 1);
  lua_pushliteral(L, "[]");
  push_marker(L);
  return true;
}


static bool is_object (lua_State *L, const struct frame *f, int table)
{
  return has_type(L, table, OBJECT_TYPE)
      || (!has_type(L, table, ARRAY_TYPE) && is_listed(L, f, ARG_MAPS));
}


static void check_shape (lua_State *L, const struct frame *f, int table,
                         const struct shape *shape)
{
  if (shape->strings && has_type(L, table, ARRAY_TYPE))
    refuse(L, f, "an array has a key that is no index");
  if (shape->strings && shape->integers)
    refuse(L, f, "the table mixes an array with named fields");
  if (shape->largest > shape->integers)
    refuse(L, f, "the array has holes: put oai.null where nothing stands");
}


/* One lineage of lua-cjson asks __len whether a table is an array. */
static bool has_length_method (lua_State *L, int table)
{
  if (!luaL_getmetafield(L, table, "__len"))
    return false;
  lua_pop(L, 1);
  return true;
}


static bool prepare_table (lua_State *L, const struct frame *f)
{
  int table = lua_gettop(L), copy = table + 1;
  struct shape shape;
  luaL_checkstack(L, 12, "JSON nested too deeply");
  check_cycle(L, f);
  lua_pushnil(L);
  shape = prepare_fields(L, f, table, copy);
  if (shape.strings == 0 && shape.integers == 0)
    return prepare_empty(L, f, table);
  if (shape.integers > 0) {
    if (is_object(L, f, table)) {
      push_keyed_copy(L, lua_isnil(L, copy) ? table : copy);
      lua_replace(L, copy);
    }
    else
      check_shape(L, f, table, &shape);
  }
  else if (shape.strings > 0 && has_type(L, table, ARRAY_TYPE))
    check_shape(L, f, table, &shape);
  if (lua_isnil(L, copy) && has_length_method(L, table)) {
    push_copy(L, table);
    lua_replace(L, copy);
  }
  if (lua_isnil(L, copy)) {
    lua_settop(L, table);
    return false;
  }
  lua_replace(L, table);
  return true;
}


static bool prepare (lua_State *L, const struct frame *f)
{
  switch (lua_type(L, -1)) {
    case LUA_TSTRING: return prepare_string(L, f);
    case LUA_TNUMBER: return prepare_number(L, f);
    case LUA_TTABLE: return prepare_table(L, f);
    case LUA_TBOOLEAN: return false;
    case LUA_TLIGHTUSERDATA:
      if (is_null(L, -1))
        return false;
      break;
    default:
      break;
  }
  lua_pushfstring(L, "a %s cannot be JSON", luaL_typename(L, -1));
  refuse(L, f, lua_tostring(L, -1));
  return false;
}


/*
** core.value_prepare(value, arrays, maps) -> a value for lua-cjson to
** encode, and the list of what its markers stand for, or nil. `arrays` and
** `maps` are sets of field names that hold arrays, and objects with keys of
** the caller's own. Raises { path, reason }.
*/
static int function_prepare (lua_State *L)
{
  luaL_checkany(L, ARG_VALUE);
  luaL_checktype(L, ARG_ARRAYS, LUA_TTABLE);
  luaL_checktype(L, ARG_MAPS, LUA_TTABLE);
  lua_settop(L, ARG_MAPS);
  lua_pushnil(L);               /* RAWS */
  lua_pushvalue(L, ARG_VALUE);
  prepare(L, NULL);
  lua_pushvalue(L, RAWS);
  return 2;
}


static const luaL_Reg functions[] = {
  { "value_prepare", function_prepare },
  { NULL, NULL }
};


void open_value_prepare (lua_State *L)
{
  compat_setfuncs(L, functions);
}
