/*
** Lua values into JSON (RFC 8259). One walk writes and checks: UTF-8, arrays
** without holes, numbers, tables that contain themselves. The caller's tables
** are never changed, and their metamethods never called.
*/
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "value.h"

#define DEPTH_MOST 1000         /* lua-cjson's own limit */
#define FIRST_ROOM 1024         /* bytes, in C's stack */

/* Stack indices of function_write. */
enum { VALUE = 1, ARRAYS, MAPS, BLOCK };

struct writer {
  lua_State *L;
  char *bytes;              /* `first`, or the userdata at BLOCK */
  size_t length, room;
  char first[FIRST_ROOM];
};

/* Where the walk is: for the path in a message, and for what the name of a
** field says of its value. */
struct frame {
  const struct frame *up;   /* NULL at the root */
  int table;                /* stack indices */
  int key;
  int depth;
  bool user_keys;           /* the keys are the caller's own names */
};


/*
** {======================================================
** The text. It grows in Lua's memory, so an error of Lua loses none.
** =======================================================
*/

static void make_room (struct writer *w, size_t length)
{
  char *bytes;
  while (w->room - w->length < length)
    w->room *= 2;
  bytes = compat_newuserdata(w->L, w->room);
  memcpy(bytes, w->bytes, w->length);
  lua_replace(w->L, BLOCK);
  w->bytes = bytes;
}


/* Where the next bytes go, `length` at most; w->length is the caller's to
** raise. */
static char *room_for (struct writer *w, size_t length)
{
  if (w->room - w->length < length)
    make_room(w, length);
  return w->bytes + w->length;
}


static void put (struct writer *w, const char *text, size_t length)
{
  memcpy(room_for(w, length), text, length);
  w->length += length;
}


static void put_char (struct writer *w, char c)
{
  *room_for(w, 1) = c;
  w->length++;
}

/* }====================================================== */


/*
** {======================================================
** Refusals
** =======================================================
*/

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


/* Leaves the path and the reason on the top, where nobody touches them: the
** false that it returns is handed up. */
static bool refuse (struct writer *w, const struct frame *f,
                    const char *reason)
{
  luaL_Buffer b;
  luaL_checkstack(w->L, LUA_MINSTACK, "JSON nested too deeply");
  luaL_buffinit(w->L, &b);
  add_path(w->L, &b, f);
  luaL_pushresult(&b);
  lua_pushstring(w->L, reason);
  return false;
}

/* }====================================================== */


/*
** {======================================================
** Strings
** =======================================================
*/

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


#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))


/* Not 0 when a byte of the word is ASCII and less than `n` (<= 128). */
static uint64_t has_less (uint64_t word, unsigned n)
{
  return (word - EACH_BYTE(n)) & ~word & EACH_BYTE(0x80);
}


static uint64_t has_byte (uint64_t word, unsigned char c)
{
  return has_less(word ^ EACH_BYTE(c), 1);
}


/* How many bytes at the start are ASCII and need no escape, whole words at a
** time. */
static size_t plain_words (const unsigned char *at, size_t length)
{
  size_t i;
  for (i = 0; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, at + i, sizeof(word));
    if ((word & EACH_BYTE(0x80)) || has_less(word, ' ')
        || has_byte(word, '"') || has_byte(word, '\\'))
      break;
  }
  return i;
}


static bool needs_escape (unsigned char c)
{
  return c < ' ' || c == '"' || c == '\\';
}


enum text_kind { PLAIN, ESCAPED, INVALID };


/* Whether a text needs an escape, or is no UTF-8. */
static enum text_kind kind_of (const char *text, size_t length)
{
  const unsigned char *at = (const unsigned char *)text;
  const unsigned char *end = at + length;
  enum text_kind kind = PLAIN;
  for (at += plain_words(at, length); at < end;
       at += plain_words(at, (size_t)(end - at))) {
    if (*at >= 0x80) {
      size_t sequence = sequence_length(at, (size_t)(end - at));
      if (sequence == 0)
        return INVALID;
      at += sequence;
      continue;
    }
    if (needs_escape(*at))
      kind = ESCAPED;
    at++;
  }
  return kind;
}


static void put_plain (struct writer *w, const char *text, size_t length)
{
  char *to = room_for(w, length + 2);
  to[0] = '"';
  memcpy(to + 1, text, length);
  to[length + 1] = '"';
  w->length += length + 2;
}


/* Writes what stands for a `c` that needs it, and returns how long that is: 6
** at the most. */
static size_t escape (char *to, unsigned char c)
{
  static const char short_ones[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
  const char *found = c ? strchr(short_ones, c) : NULL;
  to[0] = '\\';
  if (found) {
    to[1] = names[found - short_ones];
    return 2;
  }
  to[1] = 'u';
  to[2] = to[3] = '0';
  to[4] = "01"[c >> 4];
  to[5] = "0123456789abcdef"[c & 15];
  return 6;
}


static void put_escaped (struct writer *w, const char *text, size_t length)
{
  const char *end = text + length;
  put_char(w, '"');
  while (text < end) {
    size_t count = end - text < 256 ? (size_t)(end - text) : 256;
    const char *stop = text + count;
    char *to = room_for(w, 6 * count);
    for (; text < stop; text++) {
      if (needs_escape((unsigned char)*text))
        to += escape(to, (unsigned char)*text);
      else
        *to++ = *text;
    }
    w->length = (size_t)(to - w->bytes);
  }
  put_char(w, '"');
}


/* The string at `i` (counted from the bottom); false when it is not UTF-8. */
static bool put_string (struct writer *w, int i)
{
  size_t length;
  const char *text = lua_tolstring(w->L, i, &length);
  enum text_kind kind = kind_of(text, length);
  if (kind == PLAIN)
    put_plain(w, text, length);
  else if (kind == ESCAPED)
    put_escaped(w, text, length);
  return kind != INVALID;
}


static bool write_string (struct writer *w, const struct frame *f)
{
  return put_string(w, lua_gettop(w->L))
      || refuse(w, f, "the text is not valid UTF-8");
}

/* }====================================================== */


/*
** {======================================================
** Numbers
** =======================================================
*/

/* What printf wrote, with a point for whatever the locale has. */
static void put_printed (struct writer *w, const char *text)
{
  size_t whole = strspn(text, "-0123456789");
  size_t point = strcspn(text + whole, "0123456789e");
  put(w, text, whole);
  if (point > 0)
    put_char(w, '.');
  text += whole + point;
  put(w, text, strlen(text));
}


/* The fewest digits that are read as the same number; a whole one without an
** exponent, while it is exact. */
static void put_float (struct writer *w, double n)
{
  char text[40];
  int digits;
  if (n == floor(n) && fabs(n) <= EXACT_FLOAT)
    snprintf(text, sizeof(text), "%.0f", n);
  else {
    for (digits = 15; digits <= 17; digits++) {
      snprintf(text, sizeof(text), "%.*g", digits, n);
      if (strtod(text, NULL) == n)
        break;
    }
  }
  put_printed(w, text);
}


static bool write_number (struct writer *w, const struct frame *f)
{
  double n;
#if COMPAT_INTEGERS
  if (lua_isinteger(w->L, -1)) {
    char text[40];
    snprintf(text, sizeof(text), "%lld", (long long)lua_tointeger(w->L, -1));
    put(w, text, strlen(text));
    return true;
  }
#endif
  n = (double)lua_tonumber(w->L, -1);
  if (isnan(n) || isinf(n))
    return refuse(w, f, "the number is not finite");
  put_float(w, n);
  return true;
}

/* }====================================================== */


static bool write_value (struct writer *w, const struct frame *f);


/*
** {======================================================
** Tables
** =======================================================
*/

static bool has_type (lua_State *L, int i, const char *type)
{
  bool same;
  if (!lua_getmetatable(L, i))
    return false;
  luaL_getmetatable(L, type);
  same = lua_rawequal(L, -1, -2);
  lua_settop(L, -3);
  return same;
}


/* Whether the schema knows the field of this frame in a list of names. */
static bool is_listed (lua_State *L, const struct frame *f, int list)
{
  bool listed;
  if (f == NULL || f->user_keys || lua_type(L, f->key) != LUA_TSTRING)
    return false;
  lua_pushvalue(L, f->key);
  lua_rawget(L, list);
  listed = lua_toboolean(L, -1);
  lua_settop(L, -2);
  return listed;
}


static bool is_object (lua_State *L, const struct frame *f, int table)
{
  return has_type(L, table, OBJECT_TYPE)
      || (!has_type(L, table, ARRAY_TYPE) && is_listed(L, f, MAPS));
}


/* An empty table is {} unless it is known to be an array. */
static bool write_empty (struct writer *w, const struct frame *f, int table)
{
  bool array = has_type(w->L, table, ARRAY_TYPE)
            || (!has_type(w->L, table, OBJECT_TYPE)
                && is_listed(w->L, f, ARRAYS));
  put(w, array ? "[]" : "{}", 2);
  return true;
}


static bool check_cycle (struct writer *w, const struct frame *f)
{
  const void *table = lua_topointer(w->L, -1);
  const struct frame *up;
  if (f && f->depth >= DEPTH_MOST)
    return refuse(w, f, "nested too deeply");
  for (up = f; up; up = up->up) {
    if (lua_topointer(w->L, up->table) == table)
      return refuse(w, f, "the table contains itself");
  }
  return true;
}


static bool put_name (struct writer *w, const struct frame *f, int key)
{
  if (!put_string(w, key))
    return refuse(w, f->up, "a key is not valid UTF-8");
  put_char(w, ':');
  return true;
}


/* A number becomes a string. */
static bool put_number_name (struct writer *w, const struct frame *f)
{
  char name[40];
  int string = lua_gettop(w->L) + 1;
  snprintf(name, sizeof(name), "%.0f", (double)lua_tonumber(w->L, f->key));
  lua_pushstring(w->L, name);
  lua_pushvalue(w->L, string);
  lua_rawget(w->L, f->table);
  if (!lua_isnil(w->L, -1))
    return refuse(w, f->up, "a key is there twice, as a number and as a "
                            "string");
  if (!put_name(w, f, string))
    return false;
  lua_settop(w->L, string - 1);
  return true;
}


#define NO_INDEX "an array has a key that is no index"
#define MIXED "the table mixes an array with named fields"
#define HOLES "the array has holes: put oai.null where nothing stands"
#define NO_KEY "a key is neither a string nor an integer"


static bool is_whole (lua_State *L, int i)
{
  lua_Number n = lua_tonumber(L, i);
  return lua_type(L, i) == LUA_TNUMBER && n == floor(n);
}


static bool put_key (struct writer *w, const struct frame *f)
{
  if (lua_type(w->L, f->key) == LUA_TSTRING)
    return put_name(w, f, f->key);
  if (!is_whole(w->L, f->key))
    return refuse(w, f->up, NO_KEY);
  if (!is_object(w->L, f->up, f->table))
    return refuse(w, f->up, MIXED);
  return put_number_name(w, f);
}


/* Its first key and value are on the top, as for all these. */
static bool write_object (struct writer *w, struct frame *f)
{
  char before = '{';
  f->user_keys = is_listed(w->L, f->up, MAPS);
  do {
    put_char(w, before);
    before = ',';
    if (!put_key(w, f) || !write_value(w, f))
      return false;
    lua_settop(w->L, f->key);
  } while (lua_next(w->L, f->table));
  put_char(w, '}');
  return true;
}


/* Counts the items; why it is no array, or NULL. */
static const char *count_items (lua_State *L, const struct frame *f,
                                int *count)
{
  lua_Number n, largest = 0;
  *count = 0;
  do {
    if (lua_type(L, f->key) == LUA_TSTRING)
      return has_type(L, f->table, ARRAY_TYPE) ? NO_INDEX : MIXED;
    if (!is_whole(L, f->key))
      return NO_KEY;
    n = lua_tonumber(L, f->key);
    if (n < 1)
      return HOLES;
    if (n > largest)
      largest = n;
    (*count)++;
    lua_settop(L, f->key);
  } while (lua_next(L, f->table));
  return largest > *count ? HOLES : NULL;
}


static bool write_array (struct writer *w, struct frame *f)
{
  int i, count;
  const char *fault = count_items(w->L, f, &count);
  if (fault)
    return refuse(w, f->up, fault);
  for (i = 1; i <= count; i++) {
    put_char(w, i == 1 ? '[' : ',');
    lua_settop(w->L, f->table);
    lua_pushinteger(w->L, i);   /* f->key */
    lua_rawgeti(w->L, f->table, i);
    if (!write_value(w, f))
      return false;
  }
  put_char(w, ']');
  return true;
}


static bool write_table (struct writer *w, const struct frame *up)
{
  struct frame f;
  if (!check_cycle(w, up))
    return false;
  luaL_checkstack(w->L, 12, "JSON nested too deeply");
  f.up = up;
  f.table = lua_gettop(w->L);
  f.key = f.table + 1;
  f.depth = up ? up->depth + 1 : 1;
  f.user_keys = false;
  lua_pushnil(w->L);
  if (!lua_next(w->L, f.table))
    return write_empty(w, up, f.table);
  if (lua_type(w->L, f.key) == LUA_TNUMBER && !is_object(w->L, up, f.table))
    return write_array(w, &f);
  if (has_type(w->L, f.table, ARRAY_TYPE))
    return refuse(w, up, NO_INDEX);
  return write_object(w, &f);
}

/* }====================================================== */


static bool write_other (struct writer *w, const struct frame *f)
{
  if (is_null(w->L, -1)) {
    put(w, "null", 4);
    return true;
  }
  lua_pushfstring(w->L, "a %s cannot be JSON", luaL_typename(w->L, -1));
  return refuse(w, f, lua_tostring(w->L, -1));
}


static bool write_boolean (struct writer *w)
{
  if (lua_toboolean(w->L, -1))
    put(w, "true", 4);
  else
    put(w, "false", 5);
  return true;
}


/* The value on the top, where it stays. */
static bool write_value (struct writer *w, const struct frame *f)
{
  switch (lua_type(w->L, -1)) {
    case LUA_TSTRING: return write_string(w, f);
    case LUA_TNUMBER: return write_number(w, f);
    case LUA_TTABLE: return write_table(w, f);
    case LUA_TBOOLEAN: return write_boolean(w);
    default: return write_other(w, f);
  }
}


/*
** core.value_write(value, arrays, maps) -> JSON
**                                       | nil, path, reason
** `arrays` and `maps` are sets of field names that hold arrays, and objects
** with keys of the caller's own. The path is that of what cannot be JSON.
*/
static int function_write (lua_State *L)
{
  struct writer w;
  luaL_checkany(L, VALUE);
  luaL_checktype(L, ARRAYS, LUA_TTABLE);
  luaL_checktype(L, MAPS, LUA_TTABLE);
  lua_settop(L, MAPS);
  lua_pushnil(L);               /* BLOCK */
  lua_pushvalue(L, VALUE);
  w.L = L;
  w.bytes = w.first;
  w.length = 0;
  w.room = FIRST_ROOM;
  if (write_value(&w, NULL)) {
    lua_pushlstring(L, w.bytes, w.length);
    return 1;
  }
  lua_pushnil(L);
  lua_insert(L, -3);
  return 3;
}


static const luaL_Reg functions[] = {
  { "value_write", function_write },
  { NULL, NULL }
};


void open_value_write (lua_State *L)
{
  compat_setfuncs(L, functions);
}
