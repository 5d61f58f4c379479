-- All endpoint lines of the library, parsed, by their names: what is held
-- against the API's operations, its types and its pages.

local definitions = require "oai.call.definition"
local line = require "oai.call.line"
local resources = require "oai.resources"

local lines = {}

--- Calls `visit(definition, name)` for every resource, parents first.
---@param visit fun(definition: table, name: string)
function lines.each_resource(visit)
  local function walk(definition, name)
    visit(definition, name)
    for key, value in pairs(definition) do
      if definitions.is_one(value) then
        walk(value, name .. "." .. key)
      end
    end
  end
  for name, where in pairs(resources) do
    if where == true then
      walk(require("oai.resources." .. name), name)
    end
  end
end

--- All endpoints by full name.
---@return table<string, oai.Endpoint>
function lines.all()
  local all = {}
  lines.each_resource(function(definition, name)
    for key, value in pairs(definition) do
      if line.target(value) and type(key) == "string" then
        all[name .. "." .. key] = line.parse(name .. "." .. key, value, definition)
      end
    end
  end)
  return all
end

return lines
