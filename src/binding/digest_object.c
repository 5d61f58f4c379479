/*
** The userdata of a digest: SHA-256, MD5 or HMAC-SHA256 of what is
** added, texts and files. The key of an HMAC may be a credential, which
** stays what it is: nothing here gives a key back.
*/
#include <stdlib.h>
#include <string.h>

#include "../engine/credential.h"
#include "../engine/digest.h"
#include "../engine/file_digest.h"
#include "../engine/wipe.h"
#include "base64.h"
#include "object.h"

static const char digest_type[] = DIGEST_TYPE;

struct digest_object {
  const char *type;         /* digest_type */
  bool open;
  bool keyed;               /* an HMAC; else only `inner` is used */
  struct hmac hmac;
  struct file_digest file;
};


static struct digest_object *check_open (lua_State *L)
{
  struct digest_object *o = check_object(L, 1, digest_type, sizeof(*o));
  luaL_argcheck(L, o->open, 1, "the digest is finished");
  return o;
}


static void end_file (struct digest_object *o)
{
  if (o->file.running)
    file_digest_end(&o->file);
}


static struct digest_object *check_digest (lua_State *L)
{
  struct digest_object *o = check_open(L);
  end_file(o);
  return o;
}


/* digest:add(text) -> digest */
static int method_add (lua_State *L)
{
  struct digest_object *o = check_digest(L);
  size_t length;
  const char *text = luaL_checklstring(L, 2, &length);
  digest_add(&o->hmac.inner, text, length);
  lua_settop(L, 1);
  return 1;
}


/* digest:add_file(path) -> false: a thread of its own is adding it, and this
** had better be asked again; how many bytes there were; or nil and why it
** cannot be read. Whatever else is done with the digest ends that. */
static int method_add_file (lua_State *L)
{
  struct digest_object *o = check_open(L);
  const char *path = check_c_string(L, 2, "path");
  struct file_digest *f = &o->file;
  bool ok = f->running || file_digest_start(f, &o->hmac.inner, path);
  if (ok && !file_digest_is_ended(f))
    lua_pushboolean(L, false);
  else {
    long long added = ok ? file_digest_end(f) : -1;
    if (added < 0)
      return push_file_error(L, "read", path);
    lua_pushnumber(L, (lua_Number)added);
  }
  return 1;
}


/* digest:finish() -> its bytes */
static int method_finish (lua_State *L)
{
  struct digest_object *o = check_digest(L);
  unsigned char bytes[DIGEST_MOST];
  size_t length = DIGEST_MOST;
  o->open = false;
  if (o->keyed)
    hmac_finish(&o->hmac, bytes);
  else
    length = digest_finish(&o->hmac.inner, bytes);
  lua_pushlstring(L, (const char *)bytes, length);
  return 1;
}


static int meta_gc (lua_State *L)
{
  struct digest_object *o = check_object(L, 1, digest_type, sizeof(*o));
  end_file(o);
  hmac_wipe(&o->hmac);
  return 0;
}


/* The key, a string or a credential: that is its whole line, whose prefix is
** as it was made. */
static const char *check_key (lua_State *L, int i, size_t *length)
{
  const char *line;
  if (lua_type(L, i) == LUA_TSTRING)
    return lua_tolstring(L, i, length);
  line = check_credential(L, i)->line->text;
  *length = strlen(line);
  return line;
}


/* Begins an HMAC whose key is base64. Returns whether it is. */
static bool begin_decoded (lua_State *L, struct hmac *h, const char *digits,
                           size_t length)
{
  unsigned char *key = malloc(length + 1);
  long decoded;
  if (key == NULL)
    return luaL_error(L, "out of memory");
  decoded = base64_decode(digits, length, key);
  if (decoded > 0)
    hmac_begin(h, key, (size_t)decoded);
  wipe(key, length);
  free(key);
  return decoded > 0;
}


/* Begins with the key at `i`: what stands behind `encoded` in it, if it begins
** so, is base64. */
static bool begin_keyed (lua_State *L, struct hmac *h, int i,
                         const char *encoded)
{
  size_t length, before = encoded ? strlen(encoded) : 0;
  const char *key = check_key(L, i, &length);
  if (encoded && strncmp(key, encoded, before) == 0)
    return begin_decoded(L, h, key + before, length - before);
  hmac_begin(h, key, length);
  return true;
}


/* core.digest("sha256" | "md5") -> digest
** core.digest("sha256", key, encoded) -> digest, an HMAC; or nothing, when
** what stands behind `encoded` in the key is not base64. */
static int function_digest (lua_State *L)
{
  const char *kind = luaL_checkstring(L, 1);
  const char *encoded = luaL_optstring(L, 3, NULL);
  bool md5 = strcmp(kind, "md5") == 0;
  struct digest_object *o;
  luaL_argcheck(L, md5 || strcmp(kind, "sha256") == 0, 1, "no such digest");
  lua_settop(L, 3);
  o = new_object(L, sizeof(*o), digest_type);
  o->open = true;
  o->keyed = lua_toboolean(L, 2);
  if (!o->keyed)
    digest_begin(&o->hmac.inner, md5 ? DIGEST_MD5 : DIGEST_SHA256);
  else if (!begin_keyed(L, &o->hmac, 2, encoded))
    return 0;
  return 1;
}


/* Whether a signature, of so many bytes, is one of the words of a text, which
** end with spaces, commas and bytes of zero. What stands behind the name of
** another version than `version`, as in "v2,WORD", is none. All are looked
** at, in a time that says nothing but how long they are. */
static bool is_among (const char *text, size_t length, const char *version,
                      const char *wanted, size_t bytes)
{
  const char *word = text;
  bool found = false, counts = true;
  while (word < text + length) {
    size_t n = strcspn(word, ", \t\n\v\f\r");
    if (n == bytes && counts && digest_is_same(word, wanted, n))
      found = true;
    counts = word[n] != ',' || n == bytes
          || (n == strlen(version) && memcmp(word, version, n) == 0);
    word += n + 1;
  }
  return found;
}


/* core.among(words, version, signature) -> whether it is one of them */
static int function_among (lua_State *L)
{
  size_t length, bytes;
  const char *words = luaL_checklstring(L, 1, &length);
  const char *version = luaL_checkstring(L, 2);
  const char *wanted = luaL_checklstring(L, 3, &bytes);
  lua_pushboolean(L, is_among(words, length, version, wanted, bytes));
  return 1;
}


static const struct function functions[] = {
  { "digest", function_digest },
  { "among", function_among }
};

static const struct function methods[] = {
  { "add", method_add },
  { "add_file", method_add_file },
  { "finish", method_finish }
};

static const struct function metamethods[] = {
  { "__gc", meta_gc }
};


void open_digest (lua_State *L)
{
  add_functions(L, functions);
  new_type(L, DIGEST_TYPE, methods, metamethods);
}
