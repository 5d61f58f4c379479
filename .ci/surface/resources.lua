-- How the resources of a client are called, by the names of their classes.

local definitions = require "oai.call.definition"
local resources = require "oai.resources"

local function camel(name)
  return (name:gsub("%f[%w](%l)", string.upper):gsub("[^%w]", ""))
end

local function add(found, definition, name)
  found[camel(name:gsub("_", "."))] = name
  for key, value in pairs(definition) do
    if type(key) == "string" and definitions.is_one(value) then
      add(found, value, name .. "." .. key)
    end
  end
end

--- "BetaThreadsRuns" is "beta.threads.runs".
---@return table<string, string>
return function()
  local found = {}
  for name, where in pairs(resources) do
    if where == true then
      add(found, require("oai.resources." .. name), name)
    end
  end
  return found
end
