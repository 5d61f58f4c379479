-- Says whether this Lua finds what was installed, and which lines of a shell's
-- startup file make it: installed.lua LUADIR LIBDIR. For any Lua.

local luadir, libdir = arg[1], arg[2]

local function is_there(path)
  local file = io.open(path)
  return file and file:close() and true or false
end

--- The first file that is there of the places that a path names.
local function first(path, name)
  for template in path:gmatch "[^;]+" do
    local place = template:gsub("%?", (name:gsub("%.", "/")))
    if is_there(place) then
      return place
    end
  end
end

--- The line that puts a folder's templates before all others. Lua 5.1 and
--- LuaJIT read one variable, the later ones have each its own.
local function export(variable, folder, templates)
  local places = {}
  for i, template in ipairs(templates) do
    places[i] = folder .. template
  end
  local version = _VERSION:match "5%.([2-9])"
  local own = version and ("%s_5_%s"):format(variable, version) or variable
  local before = version and ("${%s:-${%s:-;}}"):format(own, variable) or ("${%s:-;}"):format(variable)
  print(('    export %s="%s;%s"'):format(own, table.concat(places, ";"), before))
end

local module, core = luadir .. "/oai/init.lua", libdir .. "/oai/core.so"
local found_module, found_core = first(package.path, "oai"), first(package.cpath, "oai.core")
local name = rawget(_G, "jit") and "LuaJIT" or _VERSION

if found_module == module and found_core == core then
  print(name .. " finds it.")
else
  local another = found_module ~= module and found_module or found_core ~= core and found_core
  print(another and ("%s finds another before it, %s. These lines change that:"):format(name, another)
    or name .. " does not look there until a shell has run these lines:")
  export("LUA_PATH", luadir, { "/?.lua", "/?/init.lua" })
  export("LUA_CPATH", libdir, { "/?.so" })
end
