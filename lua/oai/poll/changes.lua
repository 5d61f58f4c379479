-- Which fields of an object two looks differ in. Pure.

local options_list = require "oai.options"
local same = require "oai.same"

local changes = {}

--- The fields that an object has now.
---@param object table
---@return table<string, any>
function changes.fields(object)
  return options_list.merge(object, {})
end

local function add_changed(names, before, now)
  for name, value in pairs(now) do
    if not same(value, before[name]) then
      names[#names + 1] = name
    end
  end
end

local function add_gone(names, before, now)
  for name in pairs(before) do
    if now[name] == nil then
      names[#names + 1] = name
    end
  end
end

--- The names of the fields that are new, gone or another, in order.
---@param before table<string, any>
---@param now table<string, any>  from `fields`, both
---@return string[]
function changes.names(before, now)
  local names = {}
  add_changed(names, before, now)
  add_gone(names, before, now)
  table.sort(names)
  return names
end

require "oai.interpret" ()

return changes
