-- Runs Lua code in Neovim, without a screen, in a child process with the
-- paths of this one. What the code can use is in inside_editor.lua.

local folder = require "spec.support.folder"

local Editor = {}
Editor.__index = Editor

local editor = { plugin = "examples/neovim" }

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function output_of(command)
  local pipe = assert(io.popen("exec env -u LD_PRELOAD sh -c " .. quote(command), "r"))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- Why there is no Neovim to run in, or nil.
---@return string?
function editor.missing()
  if not rawget(_G, "jit") then
    return "Neovim runs LuaJIT: its specs run with that"
  elseif os.getenv("LD_PRELOAD") or os.getenv("SPEC_LOADER") then
    return "Neovim does not run with a preloaded sanitizer"
  elseif output_of("command -v nvim") == "" then
    return "nvim is not installed"
  elseif not output_of("nvim --version"):find("\nLuaJIT", 1, true) then
    return "this Neovim does not run LuaJIT"
  end
  return nil
end

local function environment_of(fields)
  local words = { "NVIM_LOG_FILE=/dev/null" }
  for name, value in pairs(fields) do
    words[#words + 1] = value and name .. "=" .. quote(value) or "-u " .. name
  end
  table.sort(words, function(a, b) -- `-u` comes before the assignments
    return (a:sub(1, 1) == "-" and " " or "") .. a < (b:sub(1, 1) == "-" and " " or "") .. b
  end)
  return "env " .. table.concat(words, " ")
end

-- Nothing of the user's is read or written. An error ends it with 1.
local NVIM = "nvim -u NONE -i NONE -n --cmd 'set runtimepath^=%s'"
  .. " -c 'lua require(\"spec.support.inside_editor\").run([[%s]])'"

--- The command that runs a file in Neovim.
---@param path string
---@param environment table<string, string|false>  false unsets
---@return string
function editor.command(path, environment)
  return ("%s %s"):format(environment_of(environment), NVIM:format(editor.plugin, path))
end

local INNER = "timeout --foreground -k 2 60 %s --headless </dev/null; echo \"exit $?\""

--- Runs code; what it says is read by `line` and `finish`.
---@param code string
---@param environment? table<string, string|false>
function editor.start(code, environment)
  local place = folder.new()
  local command = INNER:format(editor.command(place:write("inside.lua", code), environment or {}))
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD sh -c %s 2>&1"):format(quote(command)), "r"))
  return setmetatable({ pipe = pipe, place = place }, Editor)
end

--- The next line that it says.
function Editor:line()
  return self.pipe:read("*l")
end

--- Waits for its end: what it said since, and its exit status.
function Editor:finish()
  local text = self.pipe:read("*a")
  self.pipe:close()
  self.place:remove()
  local said, status = text:match("^(.-)exit (%d+)\n$")
  return said, tonumber(status)
end

function editor.run(code, environment)
  return editor.start(code, environment):finish()
end

return editor
