/*
** JSON into Lua values, in one pass. It is as forgiving as what others send
** needs: a byte order mark is passed over; half of a UTF-16 pair, and what is
** no UTF-8, becomes U+FFFD, so that a string is always UTF-8 and can be sent
** again; NaN and infinities are numbers. A table is made for as many fields as
** it gets: to grow it field by field costs more than all else.
*/
#include <stdlib.h>
#include <string.h>

#include "../engine/utf8.h"
#include "decimal.h"
#include "object.h"
#include "value.h"

#define DEPTH_MOST 1000         /* lua-cjson's own limit */
#define FIRST_ROOM 512          /* bytes, in C's stack */
#define ROOM_LEAST 16           /* for an escape and a word behind it */
#define SLOTS 64                /* of the stack are made sure of at a time */
#define SLOTS_LEAST 16          /* of them are free when a value is read */

/* How many members wait on the stack until their table is made, and at which
** depth none does any more: Lua 5.1 has 8000 slots. */
#define COLLECTED_MOST 32
#define COLLECTED_DEPTH 64

/* Stack indices of function_read, and its upvalues. */
enum { TEXT = 1, BLOCK };
enum { KNOWN_KEYS = 1, KNOWN_STRINGS, ARRAY_MARK };

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

struct reader {
  lua_State *L;
  const char *at;           /* the text ends with a NUL, and has no other */
  const char *end;
  const char *escape;       /* the next backslash; at the end: none */
  bool well_formed;         /* the text is UTF-8 */
  int depth;
  int sure;                 /* the stack has room up to this index */
  size_t place;             /* of the last key among the known ones */
  struct known_key *keys;
  int slot;                 /* stack index, for a block in a userdata */
  char *block;              /* `first`, or the userdata there */
  size_t room;
  char first[FIRST_ROOM];
};


static inline char skip (struct reader *r)
{
  while (is_space(*r->at))
    r->at++;
  return *r->at;
}


/*
** {======================================================
** Scalars. Each pushes one value, or returns false.
** =======================================================
*/

/* Pushes a text that is not all UTF-8: whatever is not becomes U+FFFD, one
** for each byte and those behind it that could only go on with it. Apart,
** since Lua's buffer is large and values are read within values. */
static __attribute__((noinline)) void push_mended (lua_State *L,
                                                   const char *text,
                                                   size_t length)
{
  const char *end = text + length, *fault;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while ((fault = utf8_fault(text, (size_t)(end - text)))) {
    luaL_addlstring(&b, text, (size_t)(fault - text));
    luaL_addlstring(&b, "\xEF\xBF\xBD", 3);
    for (text = fault + 1; text < end && (*text & 0xC0) == 0x80; text++)
      ;
  }
  luaL_addlstring(&b, text, (size_t)(end - text));
  luaL_pushresult(&b);
}


static void push_string (const struct reader *r, const char *text,
                         size_t length)
{
  if (r->well_formed)
    lua_pushlstring(r->L, text, length);
  else
    push_mended(r->L, text, length);
}


/* The UTF-16 unit of an escape whose four digits are at `at`, or -1. */
static long unit_at (const char *at)
{
  long unit = 0;
  int i;
  for (i = 0; i < 4; i++) {
    unsigned char c = (unsigned char)at[i], lower = c | 0x20;
    if (c >= '0' && c <= '9')
      unit = unit << 4 | (c - '0');
    else if (lower >= 'a' && lower <= 'f')
      unit = unit << 4 | (lower - 'a' + 10);
    else
      return -1;
  }
  return unit;
}


/* Writes the code point of the escape at `at`, which may be of two halves;
** U+FFFD for a lone one. Returns what is behind it, or NULL. */
static const char *take_units (const char *at, char **to)
{
  long code = unit_at(at + 2);
  if (code < 0)
    return NULL;
  at += 6;
  if (code >= 0xD800 && code <= 0xDFFF) {
    long low = code < 0xDC00 && at[0] == '\\' && at[1] == 'u'
               ? unit_at(at + 2) : -1;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    }
    else
      code = UTF8_REPLACEMENT;
  }
  *to = utf8_put(*to, (unsigned long)code);
  return at;
}


/* Writes what the escape at `at` stands for, never more bytes than it has.
** Returns what is behind it, or NULL. */
static const char *take_escape (const char *at, char **to)
{
  static const char meant[128] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f',
    ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
  };
  unsigned char name = (unsigned char)at[1];
  if (name == 'u')
    return take_units(at, to);
  if (name >= sizeof(meant) || meant[name] == 0)
    return NULL;
  *(*to)++ = meant[name];
  return at + 2;
}


/* Room for `needed` bytes behind the first `used` of the block, and so many
** more that there will seldom be too few before the end. */
static char *make_room (struct reader *r, size_t used, size_t needed)
{
  if (r->room - used < needed) {
    size_t room = 4 * (used + needed);
    char *block = compat_newuserdata(r->L, room);
    memcpy(block, r->block, used);
    lua_replace(r->L, r->slot);
    r->block = block;
    r->room = room;
  }
  return r->block + used;
}


/* Copies what has no quote and no backslash, as far as there is room, and
** returns where it stopped. Up to eight bytes behind `to` may be anything. */
static const char *copy_plain (const struct reader *r, const char *at,
                               char **to)
{
  const char *room = r->block + r->room;
  for (; r->end - at >= 8 && room - *to >= 8; at += 8, *to += 8) {
    uint64_t word = word_at(at);
    uint64_t odd = bytes_equal(word, '"') | bytes_equal(word, '\\');
    memcpy(*to, &word, sizeof(word));
    if (odd) {
      *to += first_byte(odd);
      return at + first_byte(odd);
    }
  }
  for (; r->end - at < 8 && *at && *at != '"' && *at != '\\'; at++)
    *(*to)++ = *at;
  return at;
}


/* A string with escapes, the first of them the next one of the text. */
static bool read_escaped (struct reader *r, const char *from)
{
  const char *at = r->escape;
  size_t before = (size_t)(at - from);
  char *to = make_room(r, 0, before + ROOM_LEAST);
  memcpy(to, from, before);
  to += before;
  while (at && at < r->end && *at != '"') {
    r->at = at;
    if (r->block + r->room - to < ROOM_LEAST)
      to = make_room(r, (size_t)(to - r->block), ROOM_LEAST);
    if (*at == '\\')
      at = take_escape(at, &to);
    if (at)
      at = copy_plain(r, at, &to);
  }
  if (at == NULL || at == r->end) {
    r->at = at ? at : r->at;
    return false;
  }
  push_string(r, r->block, (size_t)(to - r->block));
  r->at = at + 1;
  r->escape = memchr(r->at, '\\', (size_t)(r->end - r->at));
  if (r->escape == NULL)
    r->escape = r->end;
  return true;
}


static bool read_string (struct reader *r)
{
  const char *from = r->at + 1;
  const char *quote = memchr(from, '"', (size_t)(r->end - from));
  if (quote == NULL) {
    r->at = r->end;
    return false;
  }
  if (r->escape < quote)
    return read_escaped(r, from);
  push_string(r, from, (size_t)(quote - from));
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


static bool are_equal (const char *a, const char *b, size_t length)
{
  size_t last = length - 8, i;
  if (length < 8) {
    for (i = 0; i < length && a[i] == b[i]; i++)
      ;
    return i == length;
  }
  for (i = 0; i < last; i += 8) {
    if (word_at(a + i) != word_at(b + i))
      return false;
  }
  return word_at(a + last) == word_at(b + last);
}


static void push_key (struct reader *r, const char *text, size_t length)
{
  struct known_key *key;
  if (length == 0 || length > KEY_LONGEST) {
    lua_pushlstring(r->L, text, length);
    return;
  }
  r->place = place_of(text, length);
  key = &r->keys[r->place];
  if (key->length == length && are_equal(key->text, text, length)) {
    lua_rawgeti(r->L, lua_upvalueindex(KNOWN_STRINGS), (int)r->place + 1);
    return;
  }
  lua_pushlstring(r->L, text, length);
  lua_pushvalue(r->L, -1);
  lua_rawseti(r->L, lua_upvalueindex(KNOWN_STRINGS), (int)r->place + 1);
  key->text = lua_tostring(r->L, -1);
  key->length = length;
}


static bool read_key (struct reader *r)
{
  const char *from = r->at + 1;
  const char *quote = memchr(from, '"', (size_t)(r->end - from));
  r->place = KEY_COUNT;
  if (quote == NULL || r->escape < quote || !r->well_formed)
    return read_string(r);
  push_key(r, from, (size_t)(quote - from));
  r->at = quote + 1;
  return true;
}


static inline bool ends_scalar (char c)
{
  return c == ',' || c == ']' || c == '}' || c == '\0' || is_space(c);
}


static bool read_word (struct reader *r, size_t length)
{
  r->at += length;
  return ends_scalar(*r->at);
}


/* The numbers that JSON does not have and Python writes all the same: NaN,
** Infinity, -Infinity; nan and inf, in any case, are C's. */
static bool read_odd_number (struct reader *r)
{
  int letter = r->at[*r->at == '-'] | 0x20;
  char *behind;
  if (letter != 'n' && letter != 'i')
    return false;
  lua_pushnumber(r->L, (lua_Number)strtod(r->at, &behind));
  if (behind == r->at)
    return false;
  r->at = behind;
  return ends_scalar(*behind);
}


static bool read_number (struct reader *r)
{
  const char *behind = decimal_read(r->L, r->at, r->end);
  if (behind == NULL)
    return read_odd_number(r);
  r->at = behind;
  return ends_scalar(*behind);
}


static bool read_literal (struct reader *r)
{
  if (strncmp(r->at, "null", 4) == 0) {
    lua_pushlightuserdata(r->L, NULL);
    return read_word(r, 4);
  }
  if (strncmp(r->at, "true", 4) == 0) {
    lua_pushboolean(r->L, 1);
    return read_word(r, 4);
  }
  if (strncmp(r->at, "false", 5) == 0) {
    lua_pushboolean(r->L, 0);
    return read_word(r, 5);
  }
  return read_odd_number(r);
}

/* }====================================================== */


static bool read_value (struct reader *r);


/*
** {======================================================
** Tables. Their members wait on the stack, above a slot for the table, which
** is nil until it is made.
** =======================================================
*/

/* Room for values above the slot `top`. */
static inline void keep_room (struct reader *r, int top)
{
  if (top + SLOTS_LEAST <= r->sure)
    return;
  luaL_checkstack(r->L, SLOTS, NO_MEMORY);
  r->sure = top + SLOTS;
}


/* False when it is one level too many. */
static bool enter (struct reader *r, int table)
{
  r->at++;
  if (++r->depth > DEPTH_MOST)
    return false;
  keep_room(r, table - 1);
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


/* The names that an object has so far, by their places. */
struct names {
  uint64_t seen[KEY_COUNT / 64];
  bool unplaced;            /* one of them has no place */
  bool twice;               /* one that waits may be another's */
};


/* Adds a name; whether none before it can have been the same. */
static bool add_name (struct names *n, size_t place)
{
  uint64_t bit = UINT64_C(1) << place % 64, *seen = &n->seen[place / 64];
  bool fresh;
  n->unplaced = n->unplaced || place == KEY_COUNT;
  if (n->unplaced)
    return false;
  fresh = !(*seen & bit);
  *seen |= bit;
  return fresh;
}


/* Sets fields some of which may have the name of another: of these the last
** one counts, and a null takes that before it away. */
static void set_equal_fields (lua_State *L, int table, int count)
{
  int key, top = table + 2 * count;
  for (key = table + 1; key < top; key += 2) {
    lua_pushvalue(L, key);
    if (is_null(L, key + 1))
      lua_pushnil(L);
    else
      lua_pushvalue(L, key + 1);
    lua_rawset(L, table);
  }
  lua_settop(L, table);
}


/* Moves the fields that wait into the table. */
static void set_fields (lua_State *L, int table, int count, struct names *n)
{
  if (lua_isnil(L, table)) {
    lua_createtable(L, 0, count);
    lua_replace(L, table);
  }
  if (n->twice)
    set_equal_fields(L, table, count);
  else
    for (; count > 0; count--)
      lua_rawset(L, table);
  n->twice = false;
}


/* Leaves a field to wait, and counts it; no null that has nothing to do. */
static bool read_field (struct reader *r, struct names *n, int *count)
{
  bool fresh, may_be_null;
  if (skip(r) != '"' || !read_key(r) || skip(r) != ':')
    return false;
  fresh = add_name(n, r->place);
  r->at++;
  may_be_null = skip(r) == 'n';
  if (!read_value(r))
    return false;
  if (fresh && may_be_null && is_null(r->L, -1)) {
    lua_settop(r->L, -3);
    return true;
  }
  n->twice = n->twice || !fresh;
  ++*count;
  return true;
}


static bool read_fields (struct reader *r, int table)
{
  struct names names;
  int count = 0;
  memset(&names, 0, sizeof(names));
  for (;;) {
    keep_room(r, table + 2 * count);
    if (!read_field(r, &names, &count))
      return false;
    if (count == most_collected(r)) {
      set_fields(r->L, table, count, &names);
      count = 0;
    }
    if (skip(r) != ',')
      break;
    r->at++;
  }
  set_fields(r->L, table, count, &names);
  return *r->at == '}';
}


static bool read_object (struct reader *r)
{
  int table = lua_gettop(r->L) + 1;
  if (!enter(r, table))
    return false;
  if (skip(r) == '}') {
    lua_createtable(r->L, 0, 0);
    lua_replace(r->L, table);
    return leave(r);
  }
  return read_fields(r, table) && leave(r);
}


/* How many items an array has, of which there were `count` since `start`: as
** many more, for their length, as it goes on; `count` where it holds arrays,
** whose ends are not its own. */
static int expected_items (const struct reader *r, const char *start,
                           int count)
{
  size_t left = (size_t)(r->end - r->at);
  const char *close = memchr(r->at, ']', left);
  if (close == NULL || memchr(r->at, '[', (size_t)(close - r->at)))
    return count;
  return count + (int)((close - r->at) / ((r->at - start) / count + 1));
}


/* Moves the items that wait into their table, which has so much room. */
static void set_items (lua_State *L, int table, int count, int room)
{
  lua_createtable(L, room, 0);
  lua_replace(L, table);
  for (; count > 0; count--)
    lua_rawseti(L, table, count);
}


static void push_empty_array (lua_State *L, int table)
{
  lua_createtable(L, 0, 0);
  lua_pushvalue(L, lua_upvalueindex(ARRAY_MARK));
  lua_setmetatable(L, -2);
  lua_replace(L, table);
}


static bool read_items (struct reader *r, int table)
{
  const char *start = r->at;
  int count = 0, most = most_collected(r);
  for (;;) {
    if (count < most)
      keep_room(r, table + count);
    if (!read_value(r))
      return false;
    if (++count > most)
      lua_rawseti(r->L, table, count);
    else if (count == most)
      set_items(r->L, table, count, expected_items(r, start, count));
    if (skip(r) != ',')
      break;
    r->at++;
  }
  if (count < most)
    set_items(r->L, table, count, count);
  return *r->at == ']';
}


static bool read_array (struct reader *r)
{
  int table = lua_gettop(r->L) + 1;
  if (!enter(r, table))
    return false;
  if (skip(r) == ']') {
    push_empty_array(r->L, table);
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


/* At the beginning of a text. */
static void begin (struct reader *r, lua_State *L, const char *text,
                   const char *end)
{
  r->L = L;
  r->at = text;
  r->end = end;
  r->escape = end;
  r->well_formed = true;
  r->depth = 0;
  r->sure = 0;
  r->place = KEY_COUNT;
  r->block = r->first;
  r->room = FIRST_ROOM;
}


static bool is_clean (const char *text, size_t length)
{
  return memchr(text, '\0', length) == NULL && !utf8_fault(text, length);
}


/* The quote that ends the literal at `at`, or NULL. */
static const char *literal_end (const char *at, const char *end)
{
  const char *quote = at, *before;
  while ((quote = memchr(quote, '"', (size_t)(end - quote))) != NULL) {
    for (before = quote; before > at && before[-1] == '\\'; before--)
      ;
    if ((quote - before) % 2 == 0)
      break;
    quote++;
  }
  return quote;
}


const char *value_read_literal (lua_State *L, const char *at,
                                const char *end)
{
  struct reader r;
  const char *quote = literal_end(at, end), *escape;
  if (quote == NULL || !is_clean(at, (size_t)(quote - at)))
    return NULL;
  escape = memchr(at, '\\', (size_t)(quote - at));
  if (escape == NULL) {
    lua_pushlstring(L, at, (size_t)(quote - at));
    return quote;
  }
  begin(&r, L, at, quote + 1);
  lua_pushnil(L);
  r.slot = lua_gettop(L);
  r.escape = escape;
  if (!read_escaped(&r, at))
    return NULL;
  lua_replace(L, r.slot);
  return quote;
}


static bool read_all (struct reader *r)
{
  size_t length = (size_t)(r->end - r->at);
  if (length >= 3 && memcmp(r->at, "\xEF\xBB\xBF", 3) == 0)
    r->at += 3;
  length = (size_t)(r->end - r->at);
  if (memchr(r->at, '\0', length)) {
    r->at += strlen(r->at);
    return false;
  }
  r->well_formed = utf8_fault(r->at, length) == NULL;
  r->escape = memchr(r->at, '\\', length);
  if (r->escape == NULL)
    r->escape = r->end;
  return read_value(r) && skip(r) == '\0';
}


/* Pushes why the text is no JSON. */
static void push_refusal (const struct reader *r, const char *text)
{
  if (r->depth > DEPTH_MOST)
    lua_pushliteral(r->L, "nested too deeply");
  else if (r->at >= r->end)
    lua_pushliteral(r->L, "unexpected end");
  else
    lua_pushfstring(r->L, "unexpected byte %d", (int)(r->at - text) + 1);
}


/*
** core.value_read(json | exchange)
** -> true, the value (nil for null), whether that is a table
**  | false, why it is no JSON, false
** An exchange is one whose reply has come, and was not read.
*/
static int function_read (lua_State *L)
{
  struct reader r;
  size_t length;
  const char *text = lua_touserdata(L, TEXT)
                     ? check_reply(L, TEXT, &length)
                     : luaL_checklstring(L, TEXT, &length);
  begin(&r, L, text, text + length);
  r.keys = lua_touserdata(L, lua_upvalueindex(KNOWN_KEYS));
  r.slot = BLOCK;
  lua_settop(L, BLOCK);
  lua_pushboolean(L, 1);
  if (!read_all(&r)) {
    lua_pushboolean(L, 0);
    push_refusal(&r, text);
  }
  else if (is_null(L, -1)) {
    lua_pushboolean(L, 1);
    lua_pushnil(L);
  }
  lua_pushboolean(L, lua_istable(L, -1));
  return 3;
}


/* Makes a metatable that marks a table, and keeps it as `name` too. */
static void open_mark (lua_State *L, const char *type, const char *mark,
                       const char *name)
{
  compat_newmetatable(L, type);
  lua_pushstring(L, mark);
  lua_setfield(L, -2, MARK_FIELD);
  lua_setfield(L, -2, name);
}


/* Adds the functions, and core.array_mt and core.object_mt: what marks an
** (empty) table as one or the other. */
void open_value_read (lua_State *L)
{
  size_t size = KEY_COUNT * sizeof(struct known_key);
  open_mark(L, ARRAY_TYPE, "array", "array_mt");
  open_mark(L, OBJECT_TYPE, "object", "object_mt");
  memset(compat_newuserdata(L, size), 0, size);
  lua_createtable(L, KEY_COUNT, 0);
  luaL_getmetatable(L, ARRAY_TYPE);
  lua_pushcclosure(L, function_read, 3);
  lua_setfield(L, -2, "value_read");
}
