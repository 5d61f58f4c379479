/*
** luaopen_oai_core: the list of what Lua can see; and functions that all types
** share. Which Lua files use the core is in CONTRIBUTING.md, with the nevers;
** it is not for programs.
*/
#include <errno.h>
#include <string.h>

#include "../engine/libcurl.h"
#include "../engine/process.h"
#include "../engine/utf8.h"
#include "../system/module.h"
#include "object.h"

#define VERSION "0.1.0"     /* as lua/oai/version.lua says */

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif


void add_list (lua_State *L, const struct function *list, size_t count)
{
  for (; count > 0; list++, count--) {
    lua_pushcfunction(L, list->function);
    lua_setfield(L, -2, list->name);
  }
}


void begin_type (lua_State *L, const char *type)
{
  compat_newmetatable(L, type);
  lua_pushliteral(L, "locked");
  lua_setfield(L, -2, "__metatable");
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__index");       /* metatable.__index = methods */
}


void *new_object (lua_State *L, size_t size, const char *type)
{
  void *object = compat_newuserdata(L, size);
  memset(object, 0, size);
  *(const char **)object = type;
  luaL_getmetatable(L, type);
  lua_setmetatable(L, -2);
  return object;
}


const char *opt_string_field (lua_State *L, int i, const char *name,
                              size_t *length)
{
  lua_getfield(L, i, name);
  if (lua_isnil(L, -1))
    return NULL;
  if (lua_type(L, -1) != LUA_TSTRING)
    luaL_error(L, "field '%s': string expected, got %s", name,
               luaL_typename(L, -1));
  return length ? lua_tolstring(L, -1, length)
                : check_c_string(L, -1, name);
}


const char *check_string_field (lua_State *L, int i, const char *name)
{
  const char *value = opt_string_field(L, i, name, NULL);
  if (value == NULL)
    luaL_error(L, "field '%s' is missing", name);
  return value;
}


const char *check_c_string (lua_State *L, int i, const char *what)
{
  size_t length;
  const char *text = lua_tolstring(L, i, &length);
  if (strlen(text) != length)
    luaL_error(L, "'%s' holds NUL", what);
  return text;
}


int push_file_error (lua_State *L, const char *verb, const char *path)
{
  const char *reason = errno == ESPIPE ? "not a regular file"
                                       : strerror(errno);
  lua_pushnil(L);
  lua_pushfstring(L, "cannot %s '%s': %s", verb, path, reason);
  return 2;
}


void push_text (lua_State *L, struct sse_text text)
{
  if (text.bytes)
    lua_pushlstring(L, text.bytes, text.length);
  else
    lua_pushnil(L);
}


/* Seconds on a clock that only goes forward. */
static int function_clock (lua_State *L)
{
  lua_pushnumber(L, process_clock());
  return 1;
}


/* core.text_fault(text) -> where it is no UTF-8, or nil */
static int function_text_fault (lua_State *L)
{
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *fault = utf8_fault(text, length);
  if (fault == NULL)
    return 0;
  lua_pushinteger(L, (lua_Integer)(fault - text) + 1);
  return 1;
}


/* The versions of libcurl, its TLS library, and this one. */
static int function_versions (lua_State *L)
{
  lua_pushstring(L, libcurl_version());
  lua_pushstring(L, libcurl_tls_version());
  lua_pushliteral(L, VERSION);
  return 3;
}


static const struct function functions[] = {
  { "clock", function_clock },
  { "text_fault", function_text_fault },
  { "versions", function_versions }
};


/*
** lua_close unloads C modules, but libcurl's resolver threads and a TLS
** library's exit handlers may still run then: stay loaded.
*/
static void stay_loaded (void)
{
  module_pin((const void *)(size_t)stay_loaded);
}


EXPORT int luaopen_oai_core (lua_State *L);


int luaopen_oai_core (lua_State *L)
{
  stay_loaded();
  if (!process_prepare())
    return luaL_error(L, "oai: libcurl cannot be initialised");
  lua_newtable(L);
  add_functions(L, functions);
  open_engine(L);
  open_exchange(L);
  open_exchange_make(L);
  open_credential(L);
  open_plan(L);
  open_form(L);
  open_target(L);
  open_sse(L);
  open_value_write(L);
  open_value_read(L);
  open_template(L);
  open_vector(L);
  open_digest(L);
  return 1;
}
