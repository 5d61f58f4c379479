/*
** The userdata of a credential. Lua can make it, show a part of it and
** hand it to an exchange; nothing gives the secret back.
*/
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/credential.h"
#include "../engine/mask.h"
#include "../system/search.h"
#include "object.h"


#define MASKED "***"


static const char credential_type[] = CREDENTIAL_TYPE;

struct credential_object {
  const char *type;         /* credential_type */
  struct credential credential;
};


static struct credential *to_credential (lua_State *L, int i)
{
  struct credential_object *o = check_object(L, i, credential_type,
                                             sizeof(*o));
  return &o->credential;
}


const struct credential *check_credential (lua_State *L, int i)
{
  struct credential *c = to_credential(L, i);
  luaL_argcheck(L, c->secret != NULL, i, "the credential is closed");
  return c;
}


/* credential:close(): wipes it. */
static int method_close (lua_State *L)
{
  credential_close(to_credential(L, 1));
  return 0;
}


/* credential:mask(text, exact) -> the text without the secret, however it is
** written in it (see mask.h); where it is told that it would be there as it
** is, most texts cost nothing. A text without it is not copied. */
static int method_mask (lua_State *L)
{
  const struct credential *c = to_credential(L, 1);
  size_t length, before, span = 0;
  const char *text = luaL_checklstring(L, 2, &length);
  bool exact = lua_toboolean(L, 3);
  luaL_Buffer out;
  lua_settop(L, 2);
  if (c->secret == NULL
      || (exact && !memmem(text, length, c->secret, c->length)))
    return 1;
  before = mask_find(c->secret, c->length, text, length, &span);
  if (before == length)
    return 1;
  luaL_buffinit(L, &out);
  while (before < length) {
    luaL_addlstring(&out, text, before);
    luaL_addlstring(&out, MASKED, sizeof(MASKED) - 1);
    text += before + span;
    length -= before + span;
    before = mask_find(c->secret, c->length, text, length, &span);
  }
  luaL_addlstring(&out, text, length);
  luaL_pushresult(&out);
  return 1;
}


static int meta_tostring (lua_State *L)
{
  char shown[CREDENTIAL_SHOWN];
  credential_show(to_credential(L, 1), shown);
  lua_pushstring(L, shown);
  return 1;
}


static struct credential *new_credential (lua_State *L)
{
  struct credential_object *o = new_object(L, sizeof(*o), credential_type);
  return &o->credential;
}


/* The credential on the top of the stack, or nil and why not. To be out of
** memory is raised: it is no fault of the secret. */
static int push_result (lua_State *L, enum credential_result result)
{
  static const char *const reasons[] = {
    NULL, "is empty", "holds a control character"
  };
  if (result == CREDENTIAL_OK)
    return 1;
  if (result == CREDENTIAL_NO_MEMORY)
    return luaL_error(L, "out of memory");
  lua_pushnil(L);
  if (result == CREDENTIAL_UNREADABLE)
    lua_pushstring(L, strerror(errno));
  else
    lua_pushstring(L, reasons[result]);
  return 2;
}


static enum credential_result from_table (lua_State *L,
                                          struct credential *c,
                                          const char *prefix)
{
  const char *name = opt_string_field(L, 1, "env", NULL);
  const char *path = opt_string_field(L, 1, "file", NULL);
  if (name) {
    const char *secret = getenv(name);
    return secret ? credential_set(c, prefix, secret, strlen(secret))
                  : CREDENTIAL_EMPTY;
  }
  if (path)
    return credential_read(c, prefix, path);
  luaL_argerror(L, 1, "expected a string, { env = NAME } or { file = PATH }");
  return CREDENTIAL_EMPTY;
}


/* core.credential(secret | { env = NAME } | { file = PATH },
** prefix = "Authorization: Bearer ") -> credential, or nil and why not. */
static int function_credential (lua_State *L)
{
  enum credential_result result;
  const char *prefix = luaL_optstring(L, 2, "Authorization: Bearer ");
  struct credential *c;
  lua_settop(L, 2);
  c = new_credential(L);
  if (lua_istable(L, 1))
    result = from_table(L, c, prefix);
  else {
    size_t length;
    const char *secret = luaL_checklstring(L, 1, &length);
    result = credential_set(c, prefix, secret, length);
  }
  lua_settop(L, 3);
  return push_result(L, result);
}


static const struct function functions[] = {
  { "credential", function_credential }
};

static const struct function methods[] = {
  { "close", method_close },
  { "mask", method_mask }
};

static const struct function metamethods[] = {
  { "__tostring", meta_tostring },
  { "__gc", method_close },
  { "__close", method_close }
};


void open_credential (lua_State *L)
{
  add_functions(L, functions);
  new_type(L, CREDENTIAL_TYPE, methods, metamethods);
}
