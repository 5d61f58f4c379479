-- Writes the library's Lua files as a file of C, for liboai_core.a: the modules
-- as texts, and oai_preload, which puts them into package.preload:
-- modules.lua > build/lua5.4/modules.c

package.path = arg[0]:match "^(.*)modules%.lua$" .. "tool/?.lua;" .. package.path

local files = require "files"

local HEAD = [[
/* Written by .ci/modules.lua: the modules of the library, as texts. */
#include <lauxlib.h>

#include "oai.h"

struct module {
  const char *name, *chunk, *text;
  size_t length;
};

]]

local TAIL = [[

static int load (lua_State *L)
{
  const struct module *module = lua_touserdata(L, lua_upvalueindex(1));
  if (luaL_loadbuffer(L, module->text, module->length, module->chunk) != 0)
    return lua_error(L);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}


void oai_preload (lua_State *L)
{
  size_t i;
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
    lua_pushlightuserdata(L, (void *)(size_t)&modules[i]);
    lua_pushcclosure(L, load, 1);
    lua_setfield(L, -2, modules[i].name);
  }
  lua_pushcfunction(L, luaopen_oai_core);
  lua_setfield(L, -2, "oai.core");
  lua_pop(L, 2);
}
]]

local ESCAPES = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n", ["?"] = "\\?" }

--- A text as C writes it, a line of its own for each.
local function literal(text)
  local lines = {}
  for line in text:gmatch "[^\n]*\n?" do
    if line ~= "" then
      lines[#lines + 1] = '    "' .. line:gsub('[\\"\n?]', ESCAPES):gsub("[^\32-\126]", function(byte)
        return ("\\%03o"):format(byte:byte())
      end) .. '"'
    end
  end
  return table.concat(lines, "\n")
end

--- A module's row: its name, the name of its chunk, its text.
local function row(path)
  local name = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
  local text = files.read(path)
  return ('  { "%s", "@%s",\n%s,\n    %d },\n'):format(name, path:gsub("^lua/", ""), literal(text), #text)
end

local rows = {}
for i, path in ipairs(files.modules "lua") do
  rows[i] = row(path)
end
io.write(HEAD, "static const struct module modules[] = {\n", table.concat(rows), "};\n", TAIL)
