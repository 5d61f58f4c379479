/*
** What differs between Lua 5.1 to 5.5 and LuaJIT, all of it. The rest of the
** binding is written for 5.4 with these names.
*/
#ifndef OAI_COMPAT_H
#define OAI_COMPAT_H

#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#if LUA_VERSION_NUM >= 503
#define COMPAT_INTEGERS 1
#define compat_pushid(L, id) lua_pushinteger(L, (lua_Integer)(id))
#else
#define COMPAT_INTEGERS 0
#define compat_pushid(L, id) lua_pushnumber(L, (lua_Number)(id))
#endif

#if LUA_VERSION_NUM == 501

#define lua_rawlen(L, i) lua_objlen(L, (i))


static inline int compat_absindex (lua_State *L, int i)
{
  return i > 0 || i <= LUA_REGISTRYINDEX ? i : lua_gettop(L) + i + 1;
}

#define lua_absindex compat_absindex


static inline void *compat_testudata (lua_State *L, int i, const char *type)
{
  void *data = lua_touserdata(L, i);
  int same;
  if (data == NULL || !lua_getmetatable(L, i))
    return NULL;
  lua_getfield(L, LUA_REGISTRYINDEX, type);
  same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same ? data : NULL;
}


/* luaL_newmetatable, with the __name that later versions set. */
static inline int compat_newmetatable (lua_State *L, const char *type)
{
  if (!luaL_newmetatable(L, type))
    return 0;
  lua_pushstring(L, type);
  lua_setfield(L, -2, "__name");
  return 1;
}


/* Pops a value and keeps it alive as long as the userdata at `i`. */
static inline void compat_keep (lua_State *L, int i)
{
  i = lua_absindex(L, i);
  lua_createtable(L, 1, 0);
  lua_insert(L, -2);
  lua_rawseti(L, -2, 1);
  lua_setfenv(L, i);
}


/* Pushes the value that compat_keep keeps. */
static inline void compat_pushkept (lua_State *L, int i)
{
  lua_getfenv(L, i);
  lua_rawgeti(L, -1, 1);
  lua_replace(L, -2);
}


/* Ends what compat_keep began. */
static inline void compat_drop (lua_State *L, int i)
{
  i = lua_absindex(L, i);
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  lua_setfenv(L, i);
}

#else

#define compat_testudata luaL_testudata
#define compat_newmetatable luaL_newmetatable

#if LUA_VERSION_NUM >= 504
#define compat_keep(L, i) ((void)lua_setiuservalue(L, (i), 1))
#define compat_pushkept(L, i) ((void)lua_getiuservalue(L, (i), 1))
#else
#define compat_keep(L, i) ((void)lua_setuservalue(L, (i)))
#define compat_pushkept(L, i) ((void)lua_getuservalue(L, (i)))
#endif

#define compat_drop(L, i) (lua_pushnil(L), compat_keep(L, (i)))

#endif

/* What an open file of the io library at `i` reads and writes; NULL when it
** is closed. A later Lua leaves what was closed where it was. */
static inline FILE *compat_tofile (lua_State *L, int i)
{
#if LUA_VERSION_NUM == 501
  return *(FILE **)luaL_checkudata(L, i, LUA_FILEHANDLE);
#else
  const luaL_Stream *file = luaL_checkudata(L, i, LUA_FILEHANDLE);
  return file->closef ? file->f : NULL;
#endif
}


#if LUA_VERSION_NUM >= 504
#define compat_newuserdata(L, size) lua_newuserdatauv(L, (size), 1)
#else
#define compat_newuserdata(L, size) lua_newuserdata(L, (size))
#endif

#endif
