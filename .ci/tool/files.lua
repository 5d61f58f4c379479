-- Files: read, written, and listed in the same order everywhere.

local shell = require "shell"

local files = {}

--- All of a file that may not be there; nil, and why, where it cannot be read.
---@param path string
---@return string?
---@return string? why
function files.read_if_there(path)
  local file, why = io.open(path, "rb")
  if not file then
    return nil, why
  end
  local text = file:read "*a"
  file:close()
  return text
end

--- All of a file.
---@param path string
---@return string
function files.read(path)
  return (assert(files.read_if_there(path)))
end

--- The lines of a file, but for empty ones; none where there is no file.
---@param path string
---@return fun(): string?
function files.lines(path)
  return (files.read_if_there(path) or ""):gmatch "[^\n]+"
end

--- Writes all of a file.
---@param path string
---@param text string
function files.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

--- The files below a folder, in the order of their paths' bytes.
---@param folder string
---@param pattern? string  of Lua's, that their paths have
---@return string[]
function files.below(folder, pattern)
  local list = {}
  for path in shell.lines(("find %s -type f | LC_ALL=C sort"):format(shell.quote(folder))) do
    list[#list + 1] = path:find(pattern or "") and path or nil
  end
  return list
end

--- The modules below a folder, but for types, which are generated.
---@param folder string
---@return string[]
function files.modules(folder)
  local list = {}
  for _, path in ipairs(files.below(folder, "%.lua$")) do
    list[#list + 1] = not path:find "/types/" and path or nil
  end
  return list
end

return files
