/*
** The userdata of a template: an event's text, and what value it has. Most
** events of a stream are the one before it with another text in one field, and
** one or two more: the value of such an event is put together here from what
** the template has of it, without decoding the rest.
*/
#include <string.h>

#include "../engine/ascii.h"
#include "object.h"
#include "value.h"

#define PLACES_MOST 3
#define STEPS_MOST 250      /* bytes */
#define DEPTH_MOST 12
#define FIELDS_MOST 100     /* of a table */
#define CONSTANTS_USUAL 20  /* a chunk of a chat has 19 */
#define DIGITS_MOST 9       /* an int has room for them */
#define SLOTS (3 * DEPTH_MOST + PLACES_MOST + 8)    /* of the stack */

static const char template_type[] = TEMPLATE_TYPE;

/* Where texts may differ: the bytes of a string, or of a whole number. */
struct place {
  size_t from, to;
  bool is_string;
};

struct template_object {
  const char *type;         /* template_type */
  struct sse_text text;     /* Lua's strings, which stay in the constants */
  struct sse_text name;
  int place_count;
  int own;                  /* of these, what is told apart, from 0 */
  struct place places[PLACES_MOST];
  unsigned char steps[1];   /* how the value is made, up to STEP_END */
};

/* A step is one byte, and up to two that say how many. */
enum step {
  STEP_END,
  STEP_TABLE,               /* so many items, so many fields */
  STEP_CONSTANT,            /* the next one */
  STEP_PLACE,               /* what is at this place */
  STEP_FIELD,               /* the key and the value on the top */
  STEP_ITEM,                /* the value on the top, with its number */
  STEP_MARK                 /* the metatable on the top */
};


static struct template_object *to_template (lua_State *L, int i)
{
  struct template_object *t = lua_touserdata(L, i);
  return t && lua_rawlen(L, i) >= sizeof(*t) && t->type == template_type
         ? t : NULL;
}


/*
** {======================================================
** Making one. The value is walked once, and each step noted.
** =======================================================
*/

struct compiler {
  lua_State *L;
  int constants;            /* stack index of a table, and how many it has */
  int count;
  size_t length;
  unsigned met;             /* bits: the places that were met */
  bool twice;               /* one was met again */
  unsigned char steps[STEPS_MOST + 3];
};


static void add_step (struct compiler *c, enum step step, size_t a, size_t b)
{
  if (c->length >= STEPS_MOST)
    return;
  c->steps[c->length++] = (unsigned char)step;
  if (step == STEP_TABLE || step == STEP_PLACE || step == STEP_ITEM)
    c->steps[c->length++] = (unsigned char)a;
  if (step == STEP_TABLE)
    c->steps[c->length++] = (unsigned char)b;
}


/* Pops what is a constant. */
static void add_constant (struct compiler *c)
{
  lua_rawseti(c->L, c->constants, ++c->count);
  add_step(c, STEP_CONSTANT, 0, 0);
}


/* The place that a string stands for, counted from 0: it is a NUL and a
** digit. -1: it is any other value. */
static int place_of (lua_State *L, int i)
{
  size_t length;
  const char *text;
  if (lua_type(L, i) != LUA_TSTRING)
    return -1;
  text = lua_tolstring(L, i, &length);
  return length == 2 && text[0] == '\0' && text[1] >= '1'
         && text[1] < '1' + PLACES_MOST ? text[1] - '1' : -1;
}


static bool add_value (struct compiler *c, int depth);


static bool add_items (struct compiler *c, size_t count, int depth)
{
  size_t i;
  for (i = 1; i <= count; i++) {
    lua_rawgeti(c->L, -1, (int)i);
    if (!add_value(c, depth))
      return false;
    add_step(c, STEP_ITEM, i, 0);
  }
  return true;
}


static bool is_item (lua_State *L, int i, size_t count)
{
  lua_Number n = lua_type(L, i) == LUA_TNUMBER ? lua_tonumber(L, i) : 0;
  return n >= 1 && n <= (lua_Number)count;
}


static bool add_fields (struct compiler *c, size_t items, int depth)
{
  lua_pushnil(c->L);
  while (lua_next(c->L, -2)) {
    if (is_item(c->L, -2, items)) {
      lua_pop(c->L, 1);
      continue;
    }
    lua_pushvalue(c->L, -2);
    add_constant(c);
    if (!add_value(c, depth))
      return false;
    add_step(c, STEP_FIELD, 0, 0);
  }
  return true;
}


static size_t count_fields (lua_State *L)
{
  size_t count = 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pop(L, 1);
    count++;
  }
  return count;
}


static bool add_table (struct compiler *c, int depth)
{
  size_t items = lua_rawlen(c->L, -1), fields = count_fields(c->L);
  if (depth == DEPTH_MOST || fields > FIELDS_MOST)
    return false;
  add_step(c, STEP_TABLE, items, fields - items);
  if (!add_items(c, items, depth + 1) || !add_fields(c, items, depth + 1))
    return false;
  if (lua_getmetatable(c->L, -1)) {
    add_constant(c);
    add_step(c, STEP_MARK, 0, 0);
  }
  lua_pop(c->L, 1);
  return true;
}


/* Pops a value and notes how it is made. False when that is too much. */
static bool add_value (struct compiler *c, int depth)
{
  int place = place_of(c->L, -1);
  if (lua_istable(c->L, -1))
    return add_table(c, depth);
  if (place < 0) {
    add_constant(c);
    return true;
  }
  c->twice = c->twice || (c->met & 1u << place);
  c->met |= 1u << place;
  add_step(c, STEP_PLACE, (size_t)place, 0);
  lua_pop(c->L, 1);
  return true;
}


/* The string at `i`, or none for nil; it stays where it is. */
static struct sse_text text_at (lua_State *L, int i)
{
  struct sse_text text = { NULL, 0 };
  if (!lua_isnoneornil(L, i))
    text.bytes = luaL_checklstring(L, i, &text.length);
  return text;
}


/* Stack indices of function_template. */
enum { TEXT = 1, NAME, PROTOTYPE, PLACES, OWN, CONSTANTS };


/* Reads the places, which must be in order. Returns how many, or -1. */
static int read_places (lua_State *L, struct sse_text text,
                        struct place places[PLACES_MOST])
{
  int i, count = (int)lua_rawlen(L, PLACES) / 2;
  size_t passed = 0;
  if (count > PLACES_MOST)
    return -1;
  for (i = 0; i < count; i++) {
    lua_rawgeti(L, PLACES, 2 * i + 1);
    lua_rawgeti(L, PLACES, 2 * i + 2);
    places[i].from = (size_t)lua_tointeger(L, -2) - 1;
    places[i].to = (size_t)lua_tointeger(L, -1) - 1;
    lua_pop(L, 2);
    if (places[i].from <= passed || places[i].from > places[i].to
        || places[i].to >= text.length)
      return -1;
    places[i].is_string = text.bytes[places[i].from - 1] == '"';
    passed = places[i].to;
  }
  return count;
}


static bool compile (struct compiler *c, int place_count)
{
  luaL_checkstack(c->L, SLOTS, NO_MEMORY);
  lua_pushvalue(c->L, PROTOTYPE);
  if (!add_value(c, 0) || c->length >= STEPS_MOST || c->twice
      || c->met != (1u << place_count) - 1)
    return false;
  c->steps[c->length++] = STEP_END;
  return true;
}


static struct template_object *new_template (lua_State *L,
                                             const struct compiler *c)
{
  struct template_object *t =
    compat_newuserdata(L, sizeof(*t) + c->length);
  memset(t, 0, sizeof(*t));
  memcpy(t->steps, c->steps, c->length);
  t->type = template_type;
  lua_pushvalue(L, CONSTANTS);
  compat_keep(L, -2);
  return t;
}


/*
** core.template(text, name, prototype, { from, to, ... }, own) -> template,
** or nil where none can be made. `text` is the data of an event of this name,
** or of none for nil; others may differ from it at the places, from byte
** `from` up to but not including `to`, counted from 1: in order, up to three,
** each the whole of a string between its quotes, or of a whole number.
** `prototype` is its value, in which the string "\0001" stands for the first
** of them, and so on. What is at the place number `own` is what x:event tells
** besides.
*/
static int function_template (lua_State *L)
{
  struct compiler c;
  struct template_object *t;
  struct place places[PLACES_MOST];
  struct sse_text text, name;
  int place_count, own;
  luaL_checktype(L, PROTOTYPE, LUA_TTABLE);
  luaL_checktype(L, PLACES, LUA_TTABLE);
  lua_settop(L, OWN);
  text = text_at(L, TEXT);
  name = text_at(L, NAME);
  place_count = read_places(L, text, places);
  own = (int)lua_tointeger(L, OWN) - 1;
  if (own < 0 || own >= place_count)
    return 0;
  memset(&c, 0, sizeof(c));
  c.L = L;
  c.constants = CONSTANTS;
  lua_createtable(L, CONSTANTS_USUAL, 0);
  if (!compile(&c, place_count))
    return 0;
  lua_settop(L, CONSTANTS);
  lua_pushvalue(L, TEXT);
  lua_rawseti(L, CONSTANTS, ++c.count);
  lua_pushvalue(L, NAME);
  lua_rawseti(L, CONSTANTS, ++c.count);
  t = new_template(L, &c);
  t->text = text;
  t->name = name;
  t->place_count = place_count;
  t->own = own;
  memcpy(t->places, places, sizeof(places));
  return 1;
}

/* }====================================================== */


/*
** {======================================================
** Using one
** =======================================================
*/

static bool is_same (struct sse_text a, struct sse_text b)
{
  return a.length == b.length
      && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}


/* Pushes the whole number at `at`. Returns what is behind it, or NULL. */
static const char *push_whole (lua_State *L, const char *at, const char *end)
{
  const char *from = at;
  int n = 0;
  for (; at < end && ascii_is_digit(*at); at++) {
    if (at - from == DIGITS_MOST)
      return NULL;
    n = 10 * n + (*at - '0');
  }
  if (at == from || (*from == '0' && at > from + 1))
    return NULL;
  lua_pushinteger(L, n);
  return at;
}


/* Pushes what a text has at each place, if it is like the template. */
static bool push_places (lua_State *L, const struct template_object *t,
                         struct sse_text text)
{
  const char *at = text.bytes, *end = at + text.length;
  const char *like = t->text.bytes;
  size_t same, passed = 0;
  int i;
  for (i = 0; i < t->place_count; i++) {
    const struct place *p = &t->places[i];
    same = p->from - passed;
    if ((size_t)(end - at) <= same || memcmp(at, like + passed, same) != 0)
      return false;
    at = p->is_string ? value_read_literal(L, at + same, end)
                      : push_whole(L, at + same, end);
    if (at == NULL)
      return false;
    passed = p->to;
  }
  same = t->text.length - passed;
  return (size_t)(end - at) == same && memcmp(at, like + passed, same) == 0;
}


/* Pushes the value. The places are on the stack from `places` on, and the
** constants behind them. */
static void push_value (lua_State *L, const struct template_object *t,
                        int places, int constants)
{
  const unsigned char *step = t->steps;
  int constant = 0;
  for (;; step++) {
    switch (*step) {
      case STEP_TABLE:
        lua_createtable(L, step[1], step[2]);
        step += 2;
        break;
      case STEP_CONSTANT: lua_rawgeti(L, constants, ++constant); break;
      case STEP_PLACE: lua_pushvalue(L, places + *++step); break;
      case STEP_FIELD: lua_rawset(L, -3); break;
      case STEP_ITEM: lua_rawseti(L, -2, *++step); break;
      case STEP_MARK: lua_setmetatable(L, -2); break;
      default: return;
    }
  }
}


bool push_like (lua_State *L, int i, const struct sse_event *event)
{
  const struct template_object *t = to_template(L, i);
  int top = lua_gettop(L);
  if (t == NULL || !is_same(t->name, event->name))
    return false;
  luaL_checkstack(L, SLOTS, NO_MEMORY);
  if (!push_places(L, t, event->data)) {
    lua_settop(L, top);
    return false;
  }
  compat_pushkept(L, i);
  lua_pushboolean(L, 1);
  push_value(L, t, top + 1, top + 1 + t->place_count);
  lua_pushvalue(L, top + 1 + t->own);
  return true;
}

/* }====================================================== */


void open_template (lua_State *L)
{
  lua_pushcfunction(L, function_template);
  lua_setfield(L, -2, "template");
}
