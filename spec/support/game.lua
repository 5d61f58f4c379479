-- Runs games in LÖVE, with a screen of their own, in a child process with the
-- paths of this one.

local folder = require "spec.support.folder"

local Game = {}
Game.__index = Game

local game = {}

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function output_of(command)
  local pipe = assert(io.popen("exec env -u LD_PRELOAD sh -c " .. quote(command), "r"))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- Why there is no LÖVE to run in, or nil.
---@return string?
function game.missing()
  if not rawget(_G, "jit") then
    return "LÖVE runs LuaJIT: its specs run with that"
  elseif os.getenv("LD_PRELOAD") or os.getenv("SPEC_LOADER") then
    return "LÖVE does not run with a preloaded sanitizer"
  end
  for _, program in ipairs { "love", "xvfb-run", "xauth" } do
    if output_of("command -v " .. program) == "" then
      return program .. " is not installed"
    end
  end
  return nil
end

-- An error ends a game, instead of showing it until somebody comes.
local PROLOGUE = [[
io.stdout:setvbuf "line"
love.errorhandler = function(message)
  print(debug.traceback(tostring(message), 2))
  os.exit(1)
end
]]

local CONF = [[
TOP = %q
package.path = TOP .. "/examples/love/?.lua;" .. package.path
dofile(TOP .. "/examples/love/conf.lua")
]]

--- Loads the example's main.lua, which then finds itself where it is.
local EXAMPLE = [[
local make = require("relay").client
require("relay").client = function()
  client_of_the_game = make()
  return client_of_the_game
end
love.filesystem.getSource = function()
  return TOP .. "/examples/love"
end
dofile(TOP .. "/examples/love/main.lua")
]]

local function assignments(environment)
  local words = {}
  for name, value in pairs(environment) do
    words[#words + 1] = value and name .. "=" .. quote(value) or "-u " .. name
  end
  table.sort(words, function(a, b) -- `-u` comes before the assignments
    return (a:sub(1, 1) == "-" and " " or "") .. a < (b:sub(1, 1) == "-" and " " or "") .. b
  end)
  return table.concat(words, " ")
end

-- One that hangs ends after a minute, and its screen with it.
local INNER = "xvfb-run -a -s '-screen 0 800x600x24' env %s timeout --foreground -k 2 60 love %s </dev/null;"
  .. " echo \"exit $?\""

--- Starts a game of that code, main.lua; what it writes is read by `line`
--- and `finish`.
---@param code string
---@param environment? table<string, string|false>  false unsets
function game.start(code, environment)
  local place = folder.new()
  local top = output_of("pwd"):gsub("\n$", "")
  place:write("conf.lua", CONF:format(top))
  place:write("main.lua", PROLOGUE .. code)
  local command = INNER:format(assignments(environment or {}), place.path)
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD sh -c %s 2>&1"):format(quote(command)), "r"))
  return setmetatable({ pipe = pipe, place = place }, Game)
end

--- Starts the example, with code that comes after it and knows
--- `client_of_the_game`.
function game.start_example(code, environment)
  return game.start(EXAMPLE .. code, environment)
end

--- The next line that it writes.
function Game:line()
  return self.pipe:read("*l")
end

--- Waits for its end: what it wrote since, and its exit status.
function Game:finish()
  local text = self.pipe:read("*a")
  self.pipe:close()
  self.place:remove()
  local said, status = text:match("^(.-)exit (%d+)\n$")
  return said, tonumber(status)
end

return game
