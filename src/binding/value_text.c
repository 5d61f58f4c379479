/*
** What is done on the text of JSON before lua-cjson decodes it.
**
** An empty array is lost in lua-cjson, so a marker string is put in each,
** which value_clean.c takes out again. Members that are null are left out:
** to drop them here costs a tenth of decoding them to drop them then. Long
** strings without an escape (images in base64 have megabytes) are left out
** too, with a reference in their place, since lua-cjson takes strings byte
** by byte. That is all this file knows of JSON's syntax; what is no JSON
** stays none.
*/
#include <stdint.h>
#include <string.h>

#include "object.h"
#include "value.h"

#define MARK_JSON "[\"" MARK "\"]"
#define LONG_STRING 100     /* bytes; a reference costs as much as 50 */

/* A pass over a text. */
struct scan {
  lua_State *L;
  const char *from;         /* the first byte not copied yet */
  const char *end;
  uint64_t objects;         /* a bit for each level: 1 is an object. Levels
                               beyond 64 come back as arrays, which means
                               that nothing is left out of them */
  bool copying;             /* `b` holds what comes before `from` */
  luaL_Buffer b;
  const char *text;         /* what references count from; NULL: none are
                               made */
};


/* Copies what lies before `to`, and goes on copying at `then`. */
static void copy_up_to (struct scan *s, const char *to, const char *then)
{
  if (!s->copying)
    luaL_buffinit(s->L, &s->b);
  s->copying = true;
  luaL_addlstring(&s->b, s->from, (size_t)(to - s->from));
  s->from = then;
}


/* Whether the quote at `at` is the text's: after an odd number of
** backslashes. */
static bool is_escaped (const char *at)
{
  const char *back = at;
  while (back[-1] == '\\')
    back--;                 /* stops at the opening quote at the latest */
  return (at - back) % 2 == 1;
}


/* The byte after the string that begins at `quote`. */
static const char *string_end (const char *quote, const char *end)
{
  const char *at = quote + 1;
  while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
    if (at[-1] != '\\' || !is_escaped(at))
      return at + 1;
    at++;
  }
  return end;
}


static const char *skip_space_back (const struct scan *s, const char *at)
{
  while (at > s->from && is_space(at[-1]))
    at--;
  return at;
}


/* The comma before `key` with a member before it, or NULL: a comma too many
** must stay, for lua-cjson to find. */
static const char *comma_before (const struct scan *s, const char *key)
{
  const char *comma = skip_space_back(s, key) - 1, *before;
  if (comma < s->from || *comma != ',')
    return NULL;
  before = skip_space_back(s, comma);
  if (before > s->from && (before[-1] == '{' || before[-1] == ','))
    return NULL;
  return comma;
}


/* The end of the null that is the value behind a key, or NULL. */
static const char *null_end (const char *at, const char *end)
{
  at = skip_space(at, end);
  if (at == end || *at != ':')
    return NULL;
  at = skip_space(at + 1, end);
  if (end - at <= 4 || memcmp(at, "null", 4) != 0)
    return NULL;
  at = skip_space(at + 4, end);
  return at < end && (*at == ',' || *at == '}') ? at : NULL;
}


/* Whether the string from `quote` up to `behind` is a value, and its bytes
** are those of the text that it stands for. */
static bool is_verbatim (const char *quote, const char *behind,
                         const char *end)
{
  size_t length = (size_t)(behind - quote);
  const char *next = skip_space(behind, end);
  return behind[-1] == '"' && next < end && *next != ':'
      && memchr(quote, '\\', length) == NULL
      && memchr(quote, '\0', length) == NULL;
}


/* Puts a reference in the place of what the string holds. */
static void refer (struct scan *s, const char *quote, const char *behind)
{
  char reference[REFERENCE_SIZE];
  write_reference(reference, (size_t)(quote + 1 - s->text),
                  (size_t)(behind - quote - 2));
  copy_up_to(s, quote + 1, behind - 1);
  luaL_addlstring(&s->b, reference, REFERENCE_SIZE);
}


/* A string: passed over, with the null behind it if it is its key. The
** first member of an object stays, since no comma goes with it. */
static const char *take_string (struct scan *s, const char *at)
{
  const char *behind = string_end(at, s->end);
  const char *after = s->objects & 1 ? null_end(behind, s->end) : NULL;
  const char *comma = after ? comma_before(s, at) : NULL;
  if (comma) {
    copy_up_to(s, comma, after);
    return after;
  }
  if (s->text && behind - at > LONG_STRING
      && is_verbatim(at, behind, s->end))
    refer(s, at, behind);
  return behind;
}


/* The end of an array of numbers alone (an embedding has thousands), or
** NULL when it may be something else. */
static const char *numbers_end (const char *at, const char *end)
{
  const char *close;
  if (at == end || (*at != '-' && (*at < '0' || *at > '9')))
    return NULL;
  close = memchr(at, ']', (size_t)(end - at));
  if (close == NULL || memchr(at, '"', (size_t)(close - at))
      || memchr(at, '[', (size_t)(close - at))
      || memchr(at, '{', (size_t)(close - at)))
    return NULL;
  return close + 1;
}


static const char *take_array (struct scan *s, const char *at)
{
  const char *first = skip_space(at + 1, s->end);
  if (first < s->end && *first == ']') {
    copy_up_to(s, at, first + 1);
    luaL_addlstring(&s->b, MARK_JSON, sizeof(MARK_JSON) - 1);
    return first + 1;
  }
  at = numbers_end(first, s->end);
  if (at)
    return at;
  s->objects <<= 1;
  return first;
}


static void scan (struct scan *s)
{
  static const bool stops[256] = {
    ['"'] = true, ['['] = true, [']'] = true, ['{'] = true, ['}'] = true
  };
  const char *at = s->from, *end = s->end;
  while (at < end) {
    switch (*at) {
      case '"':
        at = take_string(s, at);
        break;
      case '[':
        at = take_array(s, at);
        break;
      case '{':
        s->objects = s->objects << 1 | 1;
        at++;
        break;
      case '}': case ']':
        s->objects >>= 1;
        at++;
        break;
      default:
        while (at < end && !stops[(unsigned char)*at])
          at++;
        break;
    }
  }
}


static void begin (struct scan *s, lua_State *L, const char *text,
                   const char *end)
{
  s->L = L;
  s->from = text;
  s->end = end;
  s->objects = 0;
  s->copying = false;
  s->text = NULL;
}


/* Pushes what was copied and the rest. */
static void push_result (struct scan *s)
{
  luaL_addlstring(&s->b, s->from, (size_t)(s->end - s->from));
  luaL_pushresult(&s->b);
}


/* core.value_mark(json) -> the same with a marker in each empty array and
** without (most) members that are null and (most) long strings. */
static int function_mark (lua_State *L)
{
  size_t length;
  const char *json = luaL_checklstring(L, 1, &length);
  struct scan s;
  lua_settop(L, 1);
  begin(&s, L, json, json + length);
  s.text = json;
  scan(&s);
  if (s.copying)
    push_result(&s);
  return 1;
}


void push_members (lua_State *L, const char *at, const char *end)
{
  struct scan s;
  begin(&s, L, at, end);
  s.objects = 1;
  copy_up_to(&s, at, at);
  luaL_addchar(&s.b, '{');
  scan(&s);
  push_result(&s);
}


static const luaL_Reg functions[] = {
  { "value_mark", function_mark },
  { NULL, NULL }
};


void open_value_text (lua_State *L)
{
  compat_setfuncs(L, functions);
}
