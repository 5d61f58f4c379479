/*
** JSON into Lua values, in one pass. It is as forgiving as what others send
** needs: a byte order mark is passed over; half of a UTF-16 pair, and what is
** no UTF-8, becomes U+FFFD, so that a string is always UTF-8 and can be sent
** again; NaN and infinities are numbers. A table is made for as many fields as
** it gets: to grow it field by field costs more than all else.
*/
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "object.h"
#include "utf8.h"
#include "value.h"

#define DEPTH_MOST 1000         /* lua-cjson's own limit */
#define FIRST_ROOM 512          /* bytes, in C's stack */
#define SLOTS 8                 /* of the stack are made sure of at a time */

/* How many members wait on the stack until their table is made, and at which
** depth none does any more: Lua 5.1 has 8000 slots. */
#define COLLECTED_MOST 32
#define COLLECTED_DEPTH 64

/* Stack indices of function_read, and its upvalues. */
enum { TEXT = 1, BLOCK };
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

struct reader {
  lua_State *L;
  const char *at;           /* the text ends with a NUL, and has no other */
  const char *end;
  const char *escape;       /* the next backslash; at the end: none */
  bool well_formed;         /* the text is UTF-8 */
  int depth;
  size_t nulls;
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


/* Room for `length` bytes, until the next call. */
static char *block_of (struct reader *r, size_t length)
{
  if (r->room < length) {
    r->room = 2 * length;
    r->block = compat_newuserdata(r->L, r->room);
    lua_replace(r->L, r->slot);
  }
  return r->block;
}


/* Pushes a text that is not all UTF-8: whatever is not becomes U+FFFD, one
** for each byte and those behind it that could only go on with it. */
static void push_mended (lua_State *L, const char *text, size_t length)
{
  const char *end = text + length, *fault;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while ((fault = utf8_fault(text, (size_t)(end - text)))) {
    luaL_addlstring(&b, text, (size_t)(fault - text));
    luaL_addstring(&b, "\xEF\xBF\xBD");
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
  char c;
  switch (at[1]) {
    case '"': case '\\': case '/': c = at[1]; break;
    case 'b': c = '\b'; break;
    case 'f': c = '\f'; break;
    case 'n': c = '\n'; break;
    case 'r': c = '\r'; break;
    case 't': c = '\t'; break;
    case 'u': return take_units(at, to);
    default: return NULL;
  }
  *(*to)++ = c;
  return at + 2;
}


/* A string with escapes, the first of them at `escape`. */
static bool read_escaped (struct reader *r, const char *from,
                          const char *escape, const char *quote)
{
  char *block = block_of(r, (size_t)(quote - from)), *to = block;
  while (escape) {
    memcpy(to, from, (size_t)(escape - from));
    to += escape - from;
    from = take_escape(escape, &to);
    if (from == NULL) {
      r->at = escape;
      return false;
    }
    escape = memchr(from, '\\', (size_t)(quote - from));
  }
  memcpy(to, from, (size_t)(quote - from));
  to += quote - from;
  push_string(r, block, (size_t)(to - block));
  return true;
}


static bool read_string (struct reader *r)
{
  const char *from = r->at + 1, *escape = r->escape;
  const char *quote = closing_quote(r, from);
  if (quote == NULL) {
    r->at = r->end;
    return false;
  }
  if (escape > quote)
    push_string(r, from, (size_t)(quote - from));
  else if (!read_escaped(r, from, escape, quote))
    return false;
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
  const char *behind = decimal_read(r->L, r->at);
  if (behind == NULL)
    return read_odd_number(r);
  r->at = behind;
  return ends_scalar(*behind);
}


static bool read_literal (struct reader *r)
{
  if (strncmp(r->at, "null", 4) == 0) {
    lua_pushlightuserdata(r->L, NULL);
    r->nulls++;
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

static inline bool enter (struct reader *r)
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


/* Moves the fields that wait into the table, in their order: of equal names
** the last one counts. Some values may be null, unless they are `plain`. */
static void set_fields (lua_State *L, int table, int count, bool plain)
{
  int key, top = table + 2 * count;
  if (lua_isnil(L, table)) {
    lua_createtable(L, 0, count);
    lua_replace(L, table);
  }
  for (key = table + 1; key < top; key += 2) {
    if (!plain && is_null(L, key + 1)) {
      drop_field(L, table, key);
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
  size_t nulls = r->nulls;
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
      set_fields(r->L, table, count, r->nulls == nulls);
      count = 0;
    }
    if (skip(r) != ',')
      break;
    r->at++;
  }
  if (*r->at != '}')
    return false;
  set_fields(r->L, table, count, r->nulls == nulls);
  r->nulls = nulls;
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


static bool read_array (struct reader *r)
{
  int table = lua_gettop(r->L) + 1;
  if (!enter(r))
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
  r->nulls = 0;
  r->block = r->first;
  r->room = FIRST_ROOM;
}


static bool is_clean (const char *text, size_t length)
{
  return memchr(text, '\0', length) == NULL && !utf8_fault(text, length);
}


/* value_read_literal of one with escapes, the first of them at `escape`. */
static const char *read_escaped_literal (lua_State *L, const char *at,
                                         const char *escape, const char *end)
{
  struct reader r;
  const char *quote;
  begin(&r, L, at, end);
  lua_pushnil(L);
  r.slot = lua_gettop(L);
  r.escape = escape;
  quote = closing_quote(&r, at);
  if (quote == NULL || !is_clean(at, (size_t)(quote - at))
      || !read_escaped(&r, at, escape, quote))
    return NULL;
  lua_replace(L, r.slot);
  return quote;
}


const char *value_read_literal (lua_State *L, const char *at,
                                const char *end)
{
  const char *quote = memchr(at, '"', (size_t)(end - at)), *escape;
  if (quote == NULL)
    return NULL;
  escape = memchr(at, '\\', (size_t)(quote - at));
  if (escape)
    return read_escaped_literal(L, at, escape, end);
  if (!is_clean(at, (size_t)(quote - at)))
    return NULL;
  lua_pushlstring(L, at, (size_t)(quote - at));
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
** core.value_read(json | exchange) -> true, the value (nil for null)
**                                   | false, why it is no JSON
** An exchange is one whose reply has come, and was not read.
*/
static int function_read (lua_State *L)
{
  struct reader r;
  size_t length;
  const char *text = lua_isuserdata(L, TEXT)
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
  return 2;
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
  memset(compat_newuserdata(L, size), 0, size);
  lua_createtable(L, KEY_COUNT, 0);
  lua_pushcclosure(L, function_read, 2);
  lua_setfield(L, -2, "value_read");
  open_mark(L, ARRAY_TYPE, "array", "array_mt");
  open_mark(L, OBJECT_TYPE, "object", "object_mt");
}
