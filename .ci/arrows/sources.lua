-- What requires and includes what: an arrow for each name of another module in
-- the code of lua/oai, and for each #include of src. Reads text; runs nothing.
-- A module is a file, or a .c with its .h. "call/send" is lua/oai/call/send.lua,
-- "src/engine/form" is form.c and form.h; what is not ours is a plain name.

local files = require "files"

local sources = {}

-- Names of others that an #include stands for. The rest are the system's, and
-- no arrows.
local OF_OTHERS = { ["curl/curl.h"] = "libcurl", ["lua.h"] = "Lua", ["lauxlib.h"] = "Lua", ["lualib.h"] = "Lua" }

--- The texts in quotes of a piece of Lua, but those in comments.
local function strings(code)
  local found, at = {}, 1
  while true do
    local begin = code:find("[\"'%-]", at)
    if not begin then
      return found
    elseif code:find("^%-%-", begin) then
      at = code:find("\n", begin, true) or #code + 1
    elseif code:sub(begin, begin) == "-" then
      at = begin + 1
    else
      local close = begin
      repeat
        close = assert(code:find(code:sub(begin, begin), close + 1, true), "a string without an end")
      until not code:sub(begin, close - 1):find "[^\\]\\$"
      found[#found + 1] = code:sub(begin + 1, close - 1)
      at = close + 1
    end
  end
end

local function add(graph, from, to)
  if to ~= from then
    graph[from][to] = true
  end
end

--- The module that a name stands for in Lua: "oai.task" is task/init.
local function module_named(graph, name)
  local path = name:gsub("^oai%.", ""):gsub("%.", "/")
  return graph[path] and path or graph[path .. "/init"] and path .. "/init" or nil
end

--- Arrows to all of a room, of which a file is chosen as the program runs.
local function add_room(graph, from, room)
  for module in pairs(graph) do
    if module:sub(1, #room) == room then
      add(graph, from, module)
    end
  end
end

--- The arrow that a text in quotes is, if it names a module of ours.
local function add_named(graph, from, text)
  local room = text:match "^oai%.([%w_.]+)%.$"
  if room then
    add_room(graph, from, room:gsub("%.", "/") .. "/")
  elseif text == "oai.core" then
    add(graph, from, "core")
  elseif text == "oai" then
    add(graph, from, "init")
  elseif text:find "^oai%.[%w_.]+$" and module_named(graph, text) then
    add(graph, from, module_named(graph, text))
  end
end

local function add_lua(graph, from, code)
  for _, text in ipairs(strings(code)) do
    add_named(graph, from, text)
  end
  for text in code:gmatch "%[=*%[(oai[%w_.]*)%]=*%]" do
    add_named(graph, from, text)
  end
  for name in code:gmatch "%f[%w_]require%s*%(?%s*[\"'%[]=*%[?([%w_]+)[%w_.]*[\"'%]]" do
    if name ~= "oai" then
      add(graph, from, name)
    end
  end
end

local function add_c(graph, from, code)
  local folder = from:match "^(.*/)"
  for name in code:gmatch "#%s*include%s+\"([^\"]+)%.h\"" do
    local path = (folder .. name):gsub("[^/]+/%.%./", "")
    add(graph, from, path)
  end
  for name in code:gmatch "#%s*include%s+<([^>]+)>" do
    if OF_OTHERS[name] then
      add(graph, from, OF_OTHERS[name])
    end
  end
end

--- The arrows of a tree: for each module, the set of what it requires; and
--- what could not be read.
---@return table<string, table<string, boolean>> graph
---@return string[] unread
function sources.read()
  local graph, unread, paths = {}, {}, files.below("src", "%.[ch]$")
  for _, path in ipairs(files.modules "lua/oai") do
    paths[#paths + 1] = path
  end
  local module_of = {}
  for _, path in ipairs(paths) do
    module_of[path] = path:gsub("^lua/oai/", ""):gsub("%.%a+$", "")
    graph[module_of[path]] = {}
  end
  for _, path in ipairs(paths) do
    local code = files.read(path)
    local add_of = path:find "%.lua$" and add_lua or add_c
    add_of(graph, module_of[path], code)
    if code:find "%f[%w_]require%s*%(%s*\"oai%.\"" or code:find "load_module%s*%(%s*\"oai%.\"" then
      unread[#unread + 1] = path .. ": a module's name is put together from \"oai.\": write it out"
    end
  end
  return graph, unread
end

return sources
