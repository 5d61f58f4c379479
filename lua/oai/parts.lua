-- The library's compiled part, oai.core: what is wrong where there is none, or
-- one that cannot be loaded, or another than the rest of the library needs.

local version = require "oai.version"

local FILE = package.config:sub(1, 1) == "\\" and "oai/core.dll" or "oai/core.so"

local lua_name = rawget(_G, "jit") and "LuaJIT" or _VERSION

-- What the system says of a library that it cannot load: a pattern, and what to
-- tell the reader.
local MEANINGS = {
  { "([^%s:/']+%.so[%d.]*): cannot open shared object file: No such",
    "'%s' is missing, which it needs: install that library (libcurl is libcurl4 or libcurl4t64 in Debian's packages)" },
  { "undefined symbol: (curl_[%w_]+)", "it needs libcurl 7.68 or newer: the one here has no %s" },
  { "undefined symbol: (luaL?_[%w_]+)", "it was built for another Lua, or this program, which has Lua inside, was "
    .. "linked without -rdynamic (there is no %s): install the library for " .. lua_name },
  { "(multiple Lua VMs)", "it was built for another Lua (%s): install the library for " .. lua_name },
  { "(wrong ELF class)", "it was built for another machine (%s): build it on this one" },
  { "(file too short)", "the file is broken (%s): install the library again" },
  { "([Mm]odule [%a ]*not [a-z ]*found)%.?%s*$", "a library that it needs is missing (%s): it was built for another "
    .. "Lua, or this one's own library has another name (lua51.dll, lua53.dll, lua54.dll)" },
  { "(invalid ELF header)", "it was built for another system (%s): build it on this one" },
}

local UNLOADABLE = "oai: the compiled part of the library, " .. FILE .. ", cannot be loaded: "

local parts = {}

--- What a message about oai.core means, as a sentence that says what to do;
--- nil of any other message.
---@param message string  what `require` has raised
---@return string?
function parts.meaning(message)
  if message:find("module 'oai.core' not found", 1, true) then
    return ("oai: the compiled part of the library, %s, is nowhere that %s looks: install the library for "
      .. "this Lua (luarocks install oai, or make install LUA=...), or set LUA_CPATH"):format(FILE, lua_name)
  elseif not message:find("oai.core", 1, true) and not message:find("oai/core", 1, true) then
    return nil
  end
  for _, row in ipairs(MEANINGS) do
    local found = message:match(row[1])
    if found then
      return UNLOADABLE .. row[2]:format(found)
    end
  end
  local reason = message:match "from file '[^\n]*':%s*(.+)$"
  return reason and UNLOADABLE .. reason or nil
end

--- Raises where a core is of another version than the rest of the library.
---@param core table  oai.core, loaded
function parts.check(core)
  local _, _, found = core.versions()
  if found ~= version then
    error(("oai: the compiled part of the library, %s, is of %s, and the rest of version %s: install the "
      .. "library again"):format(FILE, found and "version " .. found or "an older version", version), 0)
  end
end

require "oai.interpret" ()

return parts
