-- The names of types that are written by hand in the library.

local reserved = {}

local function files_below(folder)
  local pipe = assert(io.popen(("find '%s' -name '*.lua' ! -path '*/types/*'"):format(folder)))
  local list = {}
  for path in pipe:lines() do
    list[#list + 1] = path
  end
  pipe:close()
  return list
end

--- All of them.
---@param folder string
---@return table<string, boolean>
function reserved.names(folder)
  local names = {}
  for _, path in ipairs(files_below(folder)) do
    for text in io.lines(path) do
      local name = text:match("^%-%-%-@class ([%w_.]+)") or text:match("^%-%-%-@alias ([%w_.]+)")
      if name then
        names[name] = true
      end
    end
  end
  return names
end

return reserved
