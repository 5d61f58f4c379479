-- Runs games in LÖVE, with a screen of their own, in a child process with the
-- paths of this one.

local folder = require "spec.support.folder"
local shell = require "spec.support.shell"

local game = {}

--- Why there is no LÖVE to run in, or nil.
---@return string?
function game.missing()
  if not rawget(_G, "jit") then
    return "LÖVE runs LuaJIT: its specs run with that"
  elseif os.getenv("LD_PRELOAD") or os.getenv("SPEC_LOADER") then
    return "LÖVE does not run with a preloaded sanitizer"
  end
  for _, program in ipairs { "love", "xvfb-run", "xauth" } do
    if not shell.has(program) then
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
love.filesystem.getSource = function()
  return TOP .. "/examples/love"
end
dofile(TOP .. "/examples/love/main.lua")
]]

-- One that hangs ends after a minute, and its screen with it.
local INNER = "xvfb-run -a -s '-screen 0 800x600x24' env %s timeout --foreground -k 2 60 love %s </dev/null"

--- Starts a game of that code, main.lua; what it writes is read by `line`
--- and `finish`.
---@param code string
---@param environment? table<string, string|false>  false unsets
function game.start(code, environment)
  local place = folder.new()
  local top = shell.output("pwd"):gsub("\n$", "")
  place:write("conf.lua", CONF:format(top))
  place:write("main.lua", PROLOGUE .. code)
  return shell.start(INNER:format(shell.assignments(environment or {}), place.path), place)
end

--- Starts the example, with code that comes after it.
function game.start_example(code, environment)
  return game.start(EXAMPLE .. code, environment)
end

return game
