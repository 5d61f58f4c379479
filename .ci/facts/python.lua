-- The rows of an openai-python package: what package.py prints, read.

local shell = require "shell"

local python = {}

--- Reads one operation's lines: its row, and its name in it.
local function parse(text)
  local facts = {}
  for column, value in text:gmatch("([^\t\n]+)\t([^\n]*)\n") do
    facts[tonumber(column) or column] = value == "true" or value
  end
  return facts
end

--- A package says everything but the status of a reply.
local function is_said(_, column)
  return column ~= "status"
end

--- Reads a package: the folder `openai`, one that holds it, or a wheel. Ends
--- the program where it is none.
---@param path string
---@param here string  the folder of package.py
---@return table[] rows  each with its `name`
---@return fun(facts: table, column: string): boolean is_said
function python.read(path, here)
  local rows, command = {}, ("python3 -I -S %s %s"):format(shell.quote(here .. "package.py"), shell.quote(path))
  local text, succeeded = shell.output(command)
  for operation in text:gmatch("(.-\n)\n") do
    rows[#rows + 1] = parse(operation)
  end
  if not succeeded then
    os.exit(2) -- package.py has said why
  end
  return rows, is_said
end

return python
