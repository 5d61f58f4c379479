-- Commands of the shell, and what they print. What tools share runs on any Lua.

local shell = {}

--- A word as the shell takes it.
---@param text string
---@return string
function shell.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- What a command prints, and whether it succeeded.
---@param command string
---@return string text
---@return boolean? succeeded
function shell.output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "*a"
  return text, pipe:close()
end

--- The lines that a command prints, one after another.
---@param command string
---@return fun(): string?
function shell.lines(command)
  return shell.output(command):gmatch "[^\n]+"
end

--- The first line that a command prints, or "".
---@param command string
---@return string
function shell.line(command)
  return shell.lines(command)() or ""
end

--- Runs a command, which prints for people: whether it succeeded.
---@param command string
---@return boolean
function shell.run(command)
  local status = os.execute(command)
  return status == true or status == 0
end

return shell
