/*
** JSON into Lua values, together with lua-cjson. Read here is what stands
** for itself: the layout of a text, strings without an escape, whole numbers.
** Every other scalar is lua-cjson's (fractions, exponents, long numbers,
** strings with an escape): it is listed as a slice of the text, so that
** codec/json.lua has all of them decoded as one array, and put into its place
** by value_fill.c. A table is made for as many fields as it gets: to grow it
** field by field costs more than all else.
**
** What is refused here is for lua-cjson to refuse, with its reason.
*/
#include <string.h>

#include "object.h"
#include "value.h"

#define DEPTH_MOST 1000         /* lua-cjson's own limit */
#define FRACTIONS_LEAST 128     /* bytes */
#define SLOTS 8                 /* of the stack are made sure of at a time */

/* How many members wait on the stack until their table is made, and at which
** depth none does any more: Lua 5.1 has 8000 slots. */
#define COLLECTED_MOST 32
#define COLLECTED_DEPTH 64

/* Whole numbers up to this are read here. */
#if COMPAT_INTEGERS
#define DIGITS_MOST 19
#define WHOLE_MOST ((unsigned long long)LUA_MAXINTEGER)
#else
#define DIGITS_MOST 15          /* a float is exact */
#define WHOLE_MOST 999999999999999ULL
#endif

/* Stack indices of function_read, and its upvalues. */
enum { TEXT = 1, SLICES, PLACES, READ };
enum { KNOWN_KEYS = 1, KNOWN_STRINGS };

/* Keys that were met before: to find one here costs a third of having Lua
** find its string. */
#define KEY_BITS 9
#define KEY_COUNT (1 << KEY_BITS)
#define KEY_LONGEST 40

struct known_key {
  const char *text;         /* of the string at this place + 1 of
                               KNOWN_STRINGS; NULL: none */
  size_t length;
};

/* A scalar for lua-cjson; see value.h for what stands in its place. */
struct slice {
  const char *from, *behind;
  bool whole;               /* a number without a fraction: one lineage of
                               lua-cjson would clip it to an integer */
};

struct reader {
  lua_State *L;
  const char *at;           /* the text ends with a NUL, and has no other */
  const char *end;
  const char *escape;       /* the next backslash; at the end: none */
  int depth;
  size_t count;             /* slices */
  size_t room;
  size_t specials;          /* slices and nulls */
  struct known_key *keys;
};


static char skip (struct reader *r)
{
  while (is_space(*r->at))
    r->at++;
  return *r->at;
}


/*
** {======================================================
** Slices
** =======================================================
*/

static void make_room (struct reader *r)
{
  size_t room = r->room ? 2 * r->room : 16;
  struct slice *slices = compat_newuserdata(r->L, room * sizeof(*slices));
  if (r->count > 0)
    memcpy(slices, lua_touserdata(r->L, SLICES), r->count * sizeof(*slices));
  lua_replace(r->L, SLICES);
  r->room = room;
}


static struct slice *last_slice (const struct reader *r)
{
  return (struct slice *)lua_touserdata(r->L, SLICES) + r->count - 1;
}


static void push_slice (struct reader *r, const char *from,
                        const char *behind)
{
  struct slice *slice;
  if (r->count == r->room)
    make_room(r);
  r->count++;
  slice = last_slice(r);
  slice->from = from;
  slice->behind = behind;
  slice->whole = false;
  r->specials++;
  push_slice_mark(r->L, r->count);
}


/* Notes that slice n belongs into field `key` of `table` (stack indices). */
static void note_place (lua_State *L, size_t n, int table, int key)
{
  if (lua_isnil(L, PLACES)) {
    lua_newtable(L);
    lua_replace(L, PLACES);
  }
  lua_pushvalue(L, table);
  lua_rawseti(L, PLACES, (int)(2 * n - 1));
  lua_pushvalue(L, key);
  lua_rawseti(L, PLACES, (int)(2 * n));
}


/* Pushes the slices as the text of one array. */
static void push_slices (struct reader *r)
{
  const struct slice *slices = lua_touserdata(r->L, SLICES);
  luaL_Buffer b;
  size_t i;
  luaL_buffinit(r->L, &b);
  for (i = 0; i < r->count; i++) {
    luaL_addchar(&b, i == 0 ? '[' : ',');
    luaL_addlstring(&b, slices[i].from,
                    (size_t)(slices[i].behind - slices[i].from));
    if (slices[i].whole)
      luaL_addstring(&b, ".0");
  }
  luaL_addchar(&b, ']');
  luaL_pushresult(&b);
}

/* }====================================================== */


/*
** {======================================================
** Scalars. Each pushes one value, or returns false.
** =======================================================
*/

/* The quote that ends the string which begins at `at`, or NULL. */
static const char *closing_quote (struct reader *r, const char *at)
{
  const char *quote = memchr(at, '"', (size_t)(r->end - at));
  while (quote && r->escape < quote) {
    const char *next = r->escape + 2;
    if (next > r->end)
      return NULL;
    if (quote < next)
      quote = memchr(next, '"', (size_t)(r->end - next));
    r->escape = memchr(next, '\\', (size_t)(r->end - next));
    if (r->escape == NULL)
      r->escape = r->end;
  }
  return quote;
}


static bool read_string (struct reader *r)
{
  const char *from = r->at + 1, *escape = r->escape;
  const char *quote = closing_quote(r, from);
  if (quote == NULL)
    return false;
  if (escape < quote)
    push_slice(r, r->at, quote + 1);
  else
    lua_pushlstring(r->L, from, (size_t)(quote - from));
  r->at = quote + 1;
  return true;
}


/* Where a key of at least one byte may be known. Of the names in one reply
** of the API three in a hundred share a place. */
static size_t place_of (const char *text, size_t length)
{
  const unsigned char *at = (const unsigned char *)text;
  uint32_t mixed = (uint32_t)at[0] | (uint32_t)at[length / 4] << 24
                 | (uint32_t)at[length / 2] << 8
                 | (uint32_t)at[length - 1] << 16;
  mixed = (mixed ^ (uint32_t)length * 0x9E3779B1u) * 0x9E3779B1u;
  return mixed >> (32 - KEY_BITS);
}


static void push_key (struct reader *r, const char *text, size_t length)
{
  size_t place;
  struct known_key *key;
  if (length == 0 || length > KEY_LONGEST) {
    lua_pushlstring(r->L, text, length);
    return;
  }
  place = place_of(text, length);
  key = &r->keys[place];
  if (key->length == length && memcmp(key->text, text, length) == 0) {
    lua_rawgeti(r->L, lua_upvalueindex(KNOWN_STRINGS), (int)place + 1);
    return;
  }
  lua_pushlstring(r->L, text, length);
  lua_pushvalue(r->L, -1);
  lua_rawseti(r->L, lua_upvalueindex(KNOWN_STRINGS), (int)place + 1);
  key->text = lua_tostring(r->L, -1);
  key->length = length;
}


static bool read_key (struct reader *r)
{
  const char *from = r->at + 1;
  const char *quote = memchr(from, '"', (size_t)(r->end - from));
  if (quote == NULL || r->escape < quote)
    return read_string(r);
  push_key(r, from, (size_t)(quote - from));
  r->at = quote + 1;
  return true;
}


static bool ends_scalar (char c)
{
  return c == ',' || c == ']' || c == '}' || c == '\0' || is_space(c);
}


/* What else begins like a number. */
static void push_number_slice (struct reader *r)
{
  const char *from = r->at, *digits = from + (*from == '-'), *at = digits;
  while (*at >= '0' && *at <= '9')
    at++;
  r->at = at;
  while (!ends_scalar(*r->at))
    r->at++;
  push_slice(r, from, r->at);
  last_slice(r)->whole = at > digits && at == r->at;
}


static void push_whole (lua_State *L, unsigned long long n, bool negative)
{
#if COMPAT_INTEGERS
  if (n > 0 || !negative) {
    lua_pushinteger(L, (lua_Integer)(negative ? 0 - n : n));
    return;
  }
#endif
  lua_pushnumber(L, negative ? -(lua_Number)n : (lua_Number)n);
}


static bool read_number (struct reader *r)
{
  bool negative = *r->at == '-';
  const char *first = r->at + negative, *at = first;
  unsigned long long n = 0;
  while (*at >= '0' && *at <= '9' && at - first < DIGITS_MOST)
    n = n * 10 + (unsigned long long)(*at++ - '0');
  if (at == first || !ends_scalar(*at) || n > WHOLE_MOST
      || (*first == '0' && at - first > 1)) {
    push_number_slice(r);
    return true;
  }
  r->at = at;
  push_whole(r->L, n, negative);
  return true;
}


static bool read_literal (struct reader *r)
{
  if (strncmp(r->at, "null", 4) == 0) {
    lua_pushlightuserdata(r->L, NULL);
    r->specials++;
    r->at += 4;
  }
  else if (strncmp(r->at, "true", 4) == 0) {
    lua_pushboolean(r->L, 1);
    r->at += 4;
  }
  else if (strncmp(r->at, "false", 5) == 0) {
    lua_pushboolean(r->L, 0);
    r->at += 5;
  }
  else
    return false;
  return ends_scalar(*r->at);
}

/* }====================================================== */


static bool read_value (struct reader *r);


/*
** {======================================================
** Tables. Their members wait on the stack, above a slot for the table, which
** is nil until it is made.
** =======================================================
*/

static bool enter (struct reader *r)
{
  r->at++;
  if (++r->depth > DEPTH_MOST)
    return false;
  luaL_checkstack(r->L, 2 * SLOTS, "JSON nested too deeply");
  lua_pushnil(r->L);
  return true;
}


static bool leave (struct reader *r)
{
  r->at++;
  r->depth--;
  return true;
}


static int most_collected (const struct reader *r)
{
  return r->depth < COLLECTED_DEPTH ? COLLECTED_MOST : 1;
}


/* Before `count` values wait: there is always room for SLOTS more. */
static void keep_room (struct reader *r, int count)
{
  if (count % SLOTS == 0)
    luaL_checkstack(r->L, 2 * SLOTS, "JSON too large");
}


/* A null takes the field of the same name before it away. */
static void drop_field (lua_State *L, int table, int key)
{
  lua_pushvalue(L, key);
  lua_rawget(L, table);
  if (!lua_isnil(L, -1)) {
    lua_pushvalue(L, key);
    lua_pushnil(L);
    lua_rawset(L, table);
  }
  lua_settop(L, -2);
}


/* A key with an escape: its place is the holder of its value. */
static void hold (lua_State *L, size_t n, int table, int value)
{
  size_t held = slice_at(L, value);
  int holder = lua_gettop(L) + 1;
  lua_createtable(L, 1, 0);
  if (held) {
    lua_pushinteger(L, 1);
    note_place(L, held, holder, holder + 1);
    lua_settop(L, holder);
  }
  lua_pushvalue(L, value);
  lua_rawseti(L, holder, 1);
  note_place(L, n, table, holder);
  lua_settop(L, holder - 1);
}


/* Sets a field to null, a slice, or under a slice. */
static void set_special (lua_State *L, int table, int key)
{
  size_t name = slice_at(L, key), n = slice_at(L, key + 1);
  if (name) {
    hold(L, name, table, key + 1);
    return;
  }
  if (n == 0) {
    drop_field(L, table, key);
    return;
  }
  note_place(L, n, table, key);
  lua_pushvalue(L, key);
  lua_pushvalue(L, key + 1);
  lua_rawset(L, table);
}


/* Moves the fields that wait into the table, in their order: of equal names
** the last one counts. Some may be special, unless they are `plain`. */
static void set_fields (lua_State *L, int table, int count, bool plain)
{
  int key, top = table + 2 * count;
  if (lua_isnil(L, table)) {
    lua_createtable(L, 0, count);
    lua_replace(L, table);
  }
  for (key = table + 1; key < top; key += 2) {
    if (!plain && (lua_type(L, key + 1) == LUA_TLIGHTUSERDATA
                   || lua_type(L, key) != LUA_TSTRING)) {
      set_special(L, table, key);
      continue;
    }
    lua_pushvalue(L, key);
    lua_pushvalue(L, key + 1);
    lua_rawset(L, table);
  }
  lua_settop(L, table);
}


static bool read_field (struct reader *r)
{
  if (skip(r) != '"' || !read_key(r) || skip(r) != ':')
    return false;
  r->at++;
  return read_value(r);
}


static bool read_object (struct reader *r)
{
  int table = lua_gettop(r->L) + 1, count = 0;
  size_t specials = r->specials;
  if (!enter(r))
    return false;
  if (skip(r) == '}') {
    set_fields(r->L, table, 0, true);
    return leave(r);
  }
  for (;;) {
    keep_room(r, 2 * count);
    if (!read_field(r))
      return false;
    if (++count == most_collected(r)) {
      set_fields(r->L, table, count, r->specials == specials);
      count = 0;
    }
    if (skip(r) != ',')
      break;
    r->at++;
  }
  if (*r->at != '}')
    return false;
  set_fields(r->L, table, count, r->specials == specials);
  r->specials = specials;
  return leave(r);
}


/* Moves the items that wait into the table, behind the `before` that are
** there. */
static void set_items (lua_State *L, int table, int before, int count)
{
  int i;
  if (lua_isnil(L, table)) {
    lua_createtable(L, count, 0);
    lua_replace(L, table);
  }
  for (i = 1; i <= count; i++) {
    size_t n = slice_at(L, table + i);
    if (n) {
      lua_pushinteger(L, before + i);
      note_place(L, n, table, lua_gettop(L));
      lua_settop(L, -2);
    }
    lua_pushvalue(L, table + i);
    lua_rawseti(L, table, before + i);
  }
  lua_settop(L, table);
}


static void push_empty_array (lua_State *L, int table)
{
  lua_createtable(L, 0, 0);
  luaL_getmetatable(L, ARRAY_TYPE);
  lua_setmetatable(L, -2);
  lua_replace(L, table);
}


static bool read_items (struct reader *r, int table)
{
  int before = 0, count = 0;
  for (;;) {
    keep_room(r, count);
    if (!read_value(r))
      return false;
    if (++count == most_collected(r)) {
      set_items(r->L, table, before, count);
      before += count;
      count = 0;
    }
    if (skip(r) != ',')
      break;
    r->at++;
  }
  set_items(r->L, table, before, count);
  return *r->at == ']';
}


/* Behind a long array of fractions alone (an embedding has thousands), which
** is one slice; NULL when it may be something else. `at` is its first item. */
static const char *fractions_end (const struct reader *r, const char *at)
{
  const char *close;
  size_t length;
  if (*at != '-' && (*at < '0' || *at > '9'))
    return NULL;
  close = memchr(at, ']', (size_t)(r->end - at));
  if (close == NULL)
    return NULL;
  length = (size_t)(close - at);
  if (length < FRACTIONS_LEAST || !memchr(at, '.', length)
      || memchr(at, '"', length) || memchr(at, '[', length)
      || memchr(at, '{', length))
    return NULL;
  return close + 1;
}


static bool read_array (struct reader *r)
{
  int table = lua_gettop(r->L) + 1;
  const char *from = r->at, *behind;
  if (!enter(r))
    return false;
  if (skip(r) == ']') {
    push_empty_array(r->L, table);
    return leave(r);
  }
  behind = fractions_end(r, r->at);
  if (behind) {
    lua_settop(r->L, table - 1);
    push_slice(r, from, behind);
    r->at = behind - 1;
    return leave(r);
  }
  return read_items(r, table) && leave(r);
}

/* }====================================================== */


static bool read_value (struct reader *r)
{
  switch (skip(r)) {
    case '"': return read_string(r);
    case '{': return read_object(r);
    case '[': return read_array(r);
    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
      return read_number(r);
    default: return read_literal(r);
  }
}


static bool read_all (struct reader *r)
{
  if (memchr(r->at, '\0', (size_t)(r->end - r->at)))
    return false;
  r->escape = memchr(r->at, '\\', (size_t)(r->end - r->at));
  if (r->escape == NULL)
    r->escape = r->end;
  return read_value(r) && skip(r) == '\0';
}


/*
** core.value_read(json | exchange) -> true, the value (nil for null)
**   | true, the value, an array in JSON, its places
**   | false: lua-cjson refuses it, and says why
** An exchange is one whose reply has come, and was not read.
** When there is an array, it is to be decoded by lua-cjson and put into the
** value: core.value_fill(value, decoded, places).
*/
static int function_read (lua_State *L)
{
  struct reader r;
  size_t length;
  memset(&r, 0, sizeof(r));
  r.L = L;
  r.keys = lua_touserdata(L, lua_upvalueindex(KNOWN_KEYS));
  r.at = lua_isuserdata(L, TEXT) ? check_reply(L, TEXT, &length)
                                 : luaL_checklstring(L, TEXT, &length);
  r.end = r.at + length;
  lua_settop(L, TEXT);
  lua_settop(L, PLACES);
  lua_pushboolean(L, 1);
  if (!read_all(&r)) {
    lua_pushboolean(L, 0);
    return 1;
  }
  if (is_null(L, -1))
    lua_settop(L, READ);
  if (r.count == 0)
    return lua_gettop(L) - PLACES;
  push_slices(&r);
  lua_pushvalue(L, PLACES);
  return 4;
}


/* Also core.array_mt and core.object_mt: what marks an (empty) table as
** one or the other. */
void open_value_read (lua_State *L)
{
  size_t size = KEY_COUNT * sizeof(struct known_key);
  memset(compat_newuserdata(L, size), 0, size);
  lua_createtable(L, KEY_COUNT, 0);
  lua_pushcclosure(L, function_read, 2);
  lua_setfield(L, -2, "value_read");
  compat_newmetatable(L, ARRAY_TYPE);
  lua_setfield(L, -2, "array_mt");
  compat_newmetatable(L, OBJECT_TYPE);
  lua_setfield(L, -2, "object_mt");
}
