-- What the library has: its endpoint lines, its rows of facts, and the
-- parameters that its types name. Reads; compares nothing.

local lines = require "spec.support.lines"
local names = require "names"
local rows = require "spec.support.facts.operations"
local shell = require "shell"

local library = {}

local TYPES = "lua/oai/types"

--- All endpoint lines and rows, by name.
---@return table<string, oai.Endpoint>
---@return table<string, table>
function library.read()
  return lines.all(), rows
end

--- All resources, by name.
local function resources_by_name()
  local found = {}
  lines.each_resource(function(definition, name)
    found[name] = definition
  end)
  return found
end

local definitions = resources_by_name()

--- The resource of that name; nil when there is none.
---@param name string  "chat.completions"
---@return table?
function library.resource(name)
  return definitions[name]
end

--- The module that returns a definition; nil when it is inside another one.
local function module_of(definition)
  for name, value in pairs(package.loaded) do
    if value == definition and name:find("^oai%.resources%.") then
      return name
    end
  end
  return nil
end

--- The file in which lines of a resource stand, or would.
---@param name string
---@return string
function library.file(name)
  local outer = name
  while outer do
    local module = definitions[outer] and module_of(definitions[outer])
    if module then
      return ("lua/%s.lua"):format(module:gsub("%.", "/"))
    end
    outer = outer:match("^(.*)%.[%w_]+$")
  end
  return ("lua/oai/resources/%s.lua"):format(name:match("^[%w_]+"))
end

--- The text of all types, or "".
local function all_types()
  return (shell.output("cat " .. TYPES .. "/*.lua 2>/dev/null"))
end

--- The fields of the class whose first line begins there.
local function fields_at(text, start)
  local fields = {}
  local at = text:find("\n", start, true)
  while at do
    local name, last = text:match('^\n%-%-%-@field %[?"?([^%s"%]?]+)[^\n]*()', at)
    at = last
    if name then
      fields[name] = true
    end
  end
  return fields
end

local types

--- The parameters that the types of an operation name.
---@param name string
---@return table<string, boolean>
function library.typed(name)
  types = types or all_types()
  local head = ("---@class oai.%sParams"):format(names.camel(name))
  local start = types:find(head .. "\n", 1, true) or types:find(head .. " ", 1, true)
  return start and fields_at(types, start) or {}
end

return library
