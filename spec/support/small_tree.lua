-- What a tool of .ci/ says of a small tree of files, as `make check` runs it.

local folder = require "spec.support.folder"

local small_tree = {}

--- Why a tool is not tried with this Lua, or nil.
---@return string?
function small_tree.missing()
  return _VERSION ~= "Lua 5.4" and "the tools of .ci/ run on Lua 5.4, whatever runs the specs" or nil
end

local function here()
  local pipe = assert(io.popen "pwd")
  local path = pipe:read "*l"
  pipe:close()
  return path
end

--- What the tool prints.
---@param tool string  its path, in this checkout
---@param files table<string, string>  by their paths
---@param arguments? string
---@return string
function small_tree.says(tool, files, arguments)
  local top = folder.new()
  for name, content in pairs(files) do
    top:run("mkdir -p " .. (name:match "^(.*)/" or "."))
    top:write(name, content)
  end
  local said = top:output(("lua5.4 %s/%s %s 2>&1"):format(here(), tool, arguments or ""))
  top:remove()
  return said
end

return small_tree
