/*
** For programs in C that have Lua and the library inside: what liboai_core.a
** holds (make static). docs/embedding.md says how it is used.
*/
#ifndef OAI_H
#define OAI_H

#include <lua.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
** Opens the compiled part, the module oai.core. A program that has the Lua
** files on package.path gives it to package.preload["oai.core"].
*/
int luaopen_oai_core (lua_State *L);

/*
** Puts all modules of the library, which are in the archive as text, into
** package.preload of a state, the compiled one too: `require "oai"` needs no
** file then. The state has its standard libraries already.
*/
void oai_preload (lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
