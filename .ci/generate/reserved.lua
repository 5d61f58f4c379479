-- The names of types that are written by hand in the library.

local files = require "files"

local reserved = {}

--- All of them.
---@param folder string
---@return table<string, boolean>
function reserved.names(folder)
  local names = {}
  for _, path in ipairs(files.modules(folder)) do
    for text in files.lines(path) do
      local name = text:match("^%-%-%-@class ([%w_.]+)") or text:match("^%-%-%-@alias ([%w_.]+)")
      if name then
        names[name] = true
      end
    end
  end
  return names
end

return reserved
