-- Runs Lua code in Neovim, without a screen, in a child process with the
-- paths of this one. What the code can use is in inside_editor.lua.

local folder = require "spec.support.folder"
local shell = require "spec.support.shell"
local terminal = require "spec.support.terminal"

local editor = { plugin = "examples/neovim" }

--- Why there is no Neovim to run in, or nil.
---@return string?
function editor.missing()
  if not rawget(_G, "jit") then
    return "Neovim runs LuaJIT: its specs run with that"
  elseif os.getenv("LD_PRELOAD") or os.getenv("SPEC_LOADER") then
    return "Neovim does not run with a preloaded sanitizer"
  elseif not shell.has "nvim" then
    return "nvim is not installed"
  elseif not shell.output("nvim --version"):find("\nLuaJIT", 1, true) then
    return "this Neovim does not run LuaJIT"
  end
  return nil
end

-- Nothing of the user's is read or written. An error ends it with 1.
local NVIM = "nvim -u NONE -i NONE -n --cmd 'set runtimepath^=%s'"
  .. " -c 'lua require(\"spec.support.inside_editor\").run([[%s]])'"

--- The command that runs a file in Neovim.
local function command_of(path, environment)
  return ("env %s NVIM_LOG_FILE=/dev/null %s"):format(shell.assignments(environment or {}),
    NVIM:format(editor.plugin, path))
end

local INNER = "timeout --foreground -k 2 60 %s --headless </dev/null"

--- Runs code; what it says is read by `line` and `finish`.
---@param code string
---@param environment? table<string, string|false>  false unsets
function editor.start(code, environment)
  local place = folder.new()
  return shell.start(INNER:format(command_of(place:write("inside.lua", code), environment)), place)
end

--- Runs code, and then Neovim as somebody sees it who sits before it.
---@param code string
---@param environment? table<string, string|false>
---@param columns integer
---@param rows integer
---@return table terminal
function editor.on_screen(code, environment, columns, rows)
  local place = folder.new()
  return terminal.start(command_of(place:write("start.lua", code), environment), columns, rows, place)
end

function editor.run(code, environment)
  return editor.start(code, environment):finish()
end

return editor
