/*
** Lua values into JSON (RFC 8259), the same bytes for equal tables. One walk
** writes and checks: UTF-8, arrays without holes, numbers, tables that contain
** themselves. The caller's tables are never changed, and their metamethods
** never called; of a metatable only what it says of JSON is read.
*/
#include <limits.h>
#include <math.h>
#include <string.h>

#include "../engine/utf8.h"
#include "decimal.h"
#include "object.h"
#include "value.h"
#include "value_fields.h"

#define DEPTH_MOST 1000         /* lua-cjson's own limit */
#define FIRST_ROOM 4096         /* bytes, in C's stack */
#define TEXT_ROOM 16            /* beside a text: what is around it, an escape,
                                   a word */

/* Stack indices of function_write. */
enum { VALUE = 1, ARRAYS, MAPS, FOREIGN, REFUSED, BLOCK, FIELDS, NAMES };

/* What is said of a table: by its metatable, or as somebody's null. */
enum mark { NO_MARK, ARRAY, OBJECT, TEXT, UNKNOWN };

struct writer {
  lua_State *L;
  char *bytes;              /* `first`, or the userdata at BLOCK */
  size_t length, room;
  char first[FIRST_ROOM];
  struct fields fields;
  bool has_bad_text;        /* what is refused is no UTF-8 */
};

/* Where the walk is: for the path in a message, and for what the name of a
** field says of its value. */
struct frame {
  const struct frame *up;   /* NULL at the root */
  const void *identity;     /* of the table */
  int table;                /* stack indices */
  int top;                  /* above it are keys and values of the table */
  int key;                  /* 0 in an array, where `item` counts */
  int item;
  int depth;
  enum mark mark;
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
static inline char *room_for (struct writer *w, size_t length)
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


static inline void put_char (struct writer *w, char c)
{
  if (w->length == w->room)
    make_room(w, 1);
  w->bytes[w->length++] = c;
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
  char index[40];
  const char *step = index;
  size_t length;
  if (f->key && lua_type(L, f->key) == LUA_TSTRING) {
    step = lua_tolstring(L, f->key, &length);
    if (!first)
      luaL_addchar(b, '.');
  }
  else
    length = (size_t)snprintf(index, sizeof(index), "[%.0f]",
               f->key ? (double)lua_tonumber(L, f->key) : f->item);
  luaL_addlstring(b, step, length);
}


static void add_path (lua_State *L, luaL_Buffer *b, const struct frame *f)
{
  if (f == NULL)
    return;
  add_path(L, b, f->up);
  add_path_step(L, b, f, f->up == NULL);
}


/* Leaves the path and the reason on the top, where nobody touches them: the
** false that it returns is handed up. It is a function of its own since a
** buffer of Lua's may have 8 KB, which each level of a value would take from
** the stack. */
static __attribute__((noinline)) bool refuse (struct writer *w,
                                              const struct frame *f,
                                              const char *reason)
{
  luaL_Buffer b;
  luaL_checkstack(w->L, LUA_MINSTACK, NO_MEMORY);
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

/* A byte that is ASCII and needs no escape. As a signed char, what is not
** ASCII is less than a blank, as control characters are. */
static inline bool is_plain (signed char c)
{
  return c >= ' ' && c != '"' && c != '\\';
}


/* Marks the bytes of a word that are not plain. To change the second bit puts
** a quote before the others, and no control character behind them. */
static inline uint64_t marks_of (uint64_t word)
{
  signed char bytes __attribute__((vector_size(8)));
  memcpy(&bytes, &word, sizeof(bytes));
  bytes = ~(bytes == '\\') & ((bytes ^ 2) > ('"' ^ 2));
  memcpy(&word, &bytes, sizeof(bytes));
  return ~word;
}


/* Copies the four to seven bytes before `end`, if all of them are plain. */
static inline bool put_few (char *to, const char *at, const char *end)
{
  uint32_t first, last;
  memcpy(&first, at, sizeof(first));
  memcpy(&last, end - sizeof(last), sizeof(last));
  if (marks_of((uint64_t)first << 32 | last))
    return false;
  memcpy(to, &first, sizeof(first));
  memcpy(to + (end - at) - sizeof(last), &last, sizeof(last));
  return true;
}


/* Copies bytes that are plain, and returns where they end. Up to eight bytes
** behind `to` may be anything. */
static const char *put_plain (char **to, const char *at, const char *end)
{
  for (; end - at >= 8; at += 8, *to += 8) {
    uint64_t word, marks;
    memcpy(&word, at, sizeof(word));
    memcpy(*to, &word, sizeof(word));
    marks = marks_of(word);
    if (marks) {
      *to += first_byte(marks);
      return at + first_byte(marks);
    }
  }
  if (end - at >= 4 && put_few(*to, at, end)) {
    *to += end - at;
    return end;
  }
  for (; at < end && is_plain((signed char)*at); at++)
    *(*to)++ = *at;
  return at;
}


/* Writes what stands for a `c` that needs it, 6 bytes at the most. */
static char *put_escape (char *to, unsigned char c)
{
  static const char names['\\' + 1] = {
    ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',
    ['\r'] = 'r', ['\t'] = 't'
  };
  *to++ = '\\';
  if (names[c]) {
    *to++ = names[c];
    return to;
  }
  *to++ = 'u';
  *to++ = '0';
  *to++ = '0';
  *to++ = "01"[c >> 4];
  *to++ = "0123456789abcdef"[c & 15];
  return to;
}


/* Copies sequences of UTF-8, and returns where they end; NULL where there is
** what is none. */
static const char *put_sequences (char **to, const char *at, const char *end)
{
  while (at < end && *at & 0x80) {
    size_t length = utf8_sequence(at, (size_t)(end - at));
    if (length == 0)
      return NULL;
    do
      *(*to)++ = *at++;
    while (--length);
  }
  return at;
}


/* A text that is the name of a field has a `before`, and a colon behind it;
** others have '\0'. False when the text is not UTF-8, which is noted. */
static bool put_text (struct writer *w, char before, const char *at,
                      size_t length)
{
  const char *end = at + length;
  char *to = room_for(w, length + TEXT_ROOM);
  if (before)
    *to++ = before;
  *to++ = '"';
  while ((at = put_plain(&to, at, end)) < end) {
    if (*at & 0x80) {
      at = put_sequences(&to, at, end);
      if (at == NULL)
        return !(w->has_bad_text = true);
      continue;
    }
    if (w->bytes + w->room - to < end - at + TEXT_ROOM) {
      w->length = (size_t)(to - w->bytes);
      to = room_for(w, (size_t)(end - at) + TEXT_ROOM);
    }
    to = put_escape(to, (unsigned char)*at++);
  }
  *to++ = '"';
  if (before)
    *to++ = ':';
  w->length = (size_t)(to - w->bytes);
  return true;
}


static bool write_string (struct writer *w, const struct frame *f, int i)
{
  size_t length;
  const char *text = lua_tolstring(w->L, i, &length);
  return put_text(w, '\0', text, length)
      || refuse(w, f, "the text is not valid UTF-8");
}

/* }====================================================== */


static bool write_number (struct writer *w, const struct frame *f, int i)
{
  char *to = room_for(w, DECIMAL_MOST);
  double n;
#if COMPAT_INTEGERS
  if (lua_isinteger(w->L, i)) {
    w->length += decimal_write_integer(to, lua_tointeger(w->L, i));
    return true;
  }
#endif
  n = (double)lua_tonumber(w->L, i);
  if (isnan(n) || isinf(n))
    return refuse(w, f, "the number is not finite");
  w->length += decimal_write(to, n);
  return true;
}


static bool write_value (struct writer *w, const struct frame *f, int i);


/*
** {======================================================
** Tables
** =======================================================
*/

/* The text that FOREIGN has for the value at `i`, or NULL. */
static const char *foreign_text (lua_State *L, int i)
{
  const char *text;
  lua_pushvalue(L, i);
  lua_rawget(L, FOREIGN);
  text = lua_tostring(L, -1);   /* which FOREIGN keeps */
  lua_settop(L, -2);
  return text;
}


/* Pushes field `name` of the metatable at `i`. */
static void push_said (lua_State *L, int i, const char *name)
{
  lua_pushstring(L, name);
  lua_rawget(L, i);
}


static enum mark mark_named (const char *name)
{
  if (name == NULL)
    return NO_MARK;
  return strcmp(name, "array") == 0 ? ARRAY
       : strcmp(name, "object") == 0 ? OBJECT : NO_MARK;
}


/* What is said of the table at `i`. */
static enum mark mark_of (lua_State *L, int i)
{
  int metatable;
  enum mark mark = UNKNOWN;
  if (!lua_getmetatable(L, i))
    return NO_MARK;
  metatable = lua_gettop(L);
  if (foreign_text(L, i))
    mark = TEXT;
  else if (push_said(L, metatable, "__tojson"), lua_isnil(L, -1)) {
    push_said(L, metatable, MARK_FIELD);
    mark = mark_named(lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1)
                      : foreign_text(L, metatable));
  }
  lua_settop(L, metatable - 1);
  return mark;
}


/* Whether the schema knows the field of this frame in a list of names. */
static bool is_listed (lua_State *L, const struct frame *f, int list)
{
  bool listed;
  if (f == NULL || f->key == 0 || f->user_keys
      || lua_type(L, f->key) != LUA_TSTRING)
    return false;
  lua_pushvalue(L, f->key);
  lua_rawget(L, list);
  listed = lua_toboolean(L, -1);
  lua_settop(L, -2);
  return listed;
}


/* An empty table is {} unless it is known to be an array: one in an array is
** not, unless it is marked, whatever is beside it. */
static bool write_empty (struct writer *w, const struct frame *f)
{
  bool array = f->mark == ARRAY
            || (f->mark == NO_MARK && is_listed(w->L, f->up, ARRAYS));
  put(w, array ? "[]" : "{}", 2);
  return true;
}


/* Writes what FOREIGN has for the value at `i`, if it has something. */
static bool write_foreign (struct writer *w, int i)
{
  const char *text = foreign_text(w->L, i);
  if (text)
    put(w, text, strlen(text));
  return text != NULL;
}


static bool check_cycle (struct writer *w, const struct frame *f)
{
  const struct frame *up;
  if (f->depth > DEPTH_MOST)
    return refuse(w, f->up, "nested too deeply");
  for (up = f->up; up; up = up->up) {
    if (up->identity == f->identity)
      return refuse(w, f->up, "the table contains itself");
  }
  return true;
}


#define NO_INDEX "an array has a key that is no index"
#define MIXED "the table mixes an array with named fields"
#define HOLES "the array has holes: put oai.null where nothing stands"
#define NO_KEY "a key is neither a string nor an integer"


/* Pushes the table's own order of its keys; 0 when it has none. */
static int push_ranks (lua_State *L, const struct frame *f)
{
  int order = f->top + 2;
  if (f->mark != OBJECT || !lua_getmetatable(L, f->table))
    return 0;
  push_said(L, f->top + 1, ORDER_FIELD);
  return lua_istable(L, order) ? fields_push_ranks(L, order) : 0;
}


static bool write_field (struct writer *w, struct frame *f, size_t i,
                         char before)
{
  const struct field *field = &w->fields.all[i];
  bool waits = field->pair;
  f->key = waits ? field->pair : fields_push(w->L, field, f->table);
  if (f->up == NULL && is_listed(w->L, f, REFUSED))
    return refuse(w, f->up, "the field is refused");
  if (!put_text(w, before, field->name, field->length))
    return refuse(w, f->up, "a key is not valid UTF-8");
  if (!write_value(w, f, f->key + 1))
    return false;
  if (!waits)
    lua_settop(w->L, f->key - 1);
  return true;
}


static bool write_fields (struct writer *w, struct frame *f, size_t from)
{
  size_t i, behind = w->fields.count;
  for (i = from; i < behind; i++) {
    if (!write_field(w, f, i, i == from ? '{' : ','))
      return false;
  }
  put_char(w, '}');
  w->fields.count = from;
  return true;
}


/* Writes an object, whose first key and value are on the top, as for all
** these. */
static bool write_object (struct writer *w, struct frame *f,
                          const struct object *o)
{
  size_t from = w->fields.count;
  const char *fault = fields_collect(&w->fields, o);
  return fault ? refuse(w, f->up, fault) : write_fields(w, f, from);
}


/* Why a number is no index of an array: what is too large for an int64_t is a
** whole number. */
static const char *wrong_index (lua_Number n)
{
  return fabs(n) < EXACT_FLOAT && n != (lua_Number)(int64_t)n ? NO_KEY : HOLES;
}


/* Counts the items, whose first key and value are on the top; why it is no
** array, or NULL. */
static const char *count_items (lua_State *L, const struct frame *f,
                                int *count)
{
  int key = f->top + 1, largest = 0;
  *count = 0;
  do {
    int type = lua_type(L, key);
    lua_Number n = type == LUA_TNUMBER ? lua_tonumber(L, key) : 0;
    if (type == LUA_TSTRING)
      return f->mark == ARRAY ? NO_INDEX : MIXED;
    if (type != LUA_TNUMBER)
      return NO_KEY;
    if (!(n >= 1 && n <= INT_MAX) || n != (int)n)
      return wrong_index(n);
    if (n > largest)
      largest = (int)n;
    (*count)++;
    lua_settop(L, key);
  } while (lua_next(L, f->table));
  return largest > *count ? HOLES : NULL;
}


static bool write_array (struct writer *w, struct frame *f)
{
  int count;
  const char *fault = count_items(w->L, f, &count);
  if (fault)
    return refuse(w, f->up, fault);
  f->key = 0;
  for (f->item = 1; f->item <= count; f->item++) {
    put_char(w, f->item == 1 ? '[' : ',');
    lua_rawgeti(w->L, f->table, f->item);
    if (!write_value(w, f, f->top + 1))
      return false;
    lua_settop(w->L, f->top);
  }
  put_char(w, ']');
  return true;
}


static bool write_members (struct writer *w, struct frame *f)
{
  struct object o;
  bool listed = is_listed(w->L, f->up, MAPS);
  o.table = f->table;
  o.ranks = push_ranks(w->L, f);
  o.numbers = f->mark == OBJECT || (listed && f->mark != ARRAY);
  lua_pushnil(w->L);
  if (!lua_next(w->L, f->table))
    return write_empty(w, f);
  if (lua_type(w->L, -2) == LUA_TNUMBER && !o.numbers)
    return write_array(w, f);
  if (f->mark == ARRAY)
    return refuse(w, f->up, NO_INDEX);
  f->user_keys = listed;
  return write_object(w, f, &o);
}


/* Writes a table, apart from other values: those need not set up what it does.
*/
static __attribute__((noinline)) bool write_table (struct writer *w,
                                                   const struct frame *up,
                                                   int i)
{
  struct frame f = {
    .up = up, .identity = lua_topointer(w->L, i), .table = i,
    .top = lua_gettop(w->L), .depth = up ? up->depth + 1 : 1
  };
  if (!check_cycle(w, &f))
    return false;
  luaL_checkstack(w->L, FIELDS_SLOTS, NO_MEMORY);
  f.mark = mark_of(w->L, i);
  if (f.mark == TEXT)
    return write_foreign(w, i);
  if (f.mark == UNKNOWN)
    return refuse(w, up, "its metatable has __tojson, which is not called: "
                         "put the fields");
  if (!write_members(w, &f))
    return false;
  lua_settop(w->L, f.top);
  return true;
}

/* }====================================================== */


static bool write_other (struct writer *w, const struct frame *f, int i)
{
  if (is_null(w->L, i)) {
    put(w, "null", 4);
    return true;
  }
  if (write_foreign(w, i))
    return true;
  lua_pushfstring(w->L, "a %s cannot be JSON", luaL_typename(w->L, i));
  return refuse(w, f, lua_tostring(w->L, -1));
}


static bool write_boolean (struct writer *w, int i)
{
  if (lua_toboolean(w->L, i))
    put(w, "true", 4);
  else
    put(w, "false", 5);
  return true;
}


/* Writes the value at `i`; what is above it on the stack stays. */
static bool write_value (struct writer *w, const struct frame *f, int i)
{
  switch (lua_type(w->L, i)) {
    case LUA_TSTRING: return write_string(w, f, i);
    case LUA_TNUMBER: return write_number(w, f, i);
    case LUA_TTABLE: return write_table(w, f, i);
    case LUA_TBOOLEAN: return write_boolean(w, i);
    default: return write_other(w, f, i);
  }
}


/*
** core.value_write(value, arrays, maps, foreign, refused)
** -> JSON | nil, path, reason, whether that is a text that is not UTF-8
** `arrays` and `maps` are sets of field names that hold arrays, and objects
** with keys of the caller's own. `foreign` has the JSON of other libraries'
** values, such as their nulls, and "array" or "object" for their metatables.
** `refused` is a set of names that no field of the value itself may have. The
** path is that of what cannot be JSON.
*/
static int function_write (lua_State *L)
{
  struct writer w;
  int i;
  for (i = ARRAYS; i <= REFUSED; i++)
    luaL_checktype(L, i, LUA_TTABLE);
  lua_settop(L, NAMES);
  fields_init(&w.fields, L, FIELDS);
  w.L = L;
  w.bytes = w.first;
  w.length = 0;
  w.room = FIRST_ROOM;
  w.has_bad_text = false;
  if (write_value(&w, NULL, VALUE)) {
    lua_pushlstring(L, w.bytes, w.length);
    return 1;
  }
  lua_pushnil(L);
  lua_insert(L, -3);
  lua_pushboolean(L, w.has_bad_text);
  return 4;
}


static const struct function functions[] = {
  { "value_write", function_write }
};


void open_value_write (lua_State *L)
{
  add_functions(L, functions);
}
