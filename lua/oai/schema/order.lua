-- The names of an object in the order in which JSON writes them.

--- The order that a table has of its own, as codec/json.lua marks it.
local function own_order(object)
  local metatable = getmetatable(object)
  local order = type(metatable) == "table" and rawget(metatable, "__jsonorder")
  return type(order) == "table" and order or {}
end

--- The names of an object: first in the order that its metatable has, then those
--- that this order leaves out.
---@param object table
---@return string[]
local function order(object)
  local names, seen, rest = {}, {}, {}
  for _, name in ipairs(own_order(object)) do
    if object[name] ~= nil and not seen[name] then
      seen[name], names[#names + 1] = true, name
    end
  end
  for name in pairs(object) do
    rest[#rest + 1] = not seen[name] and name or nil
  end
  table.sort(rest, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for _, name in ipairs(rest) do
    names[#names + 1] = name
  end
  return names
end

require "oai.interpret" ()

return order
