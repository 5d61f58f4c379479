-- What other libraries have for what JSON has and Lua has not: their nulls,
-- and what marks an empty table as an array or an object. They are known by
-- what the loaded modules and the program's globals call them, since two
-- libraries seldom share one. Nothing is loaded and nothing called for it.

require "oai.interpret" ()

local foreign = {}

--- The JSON of a value; "array" or "object" for a metatable.
---@type table<any, string>
foreign.known = {}

local NULLS = { "null", "Null", "NULL", "NIL" }
local MARKS = { array_mt = "array", empty_array_mt = "array", _empty_dict_mt = "object" }

-- An empty table without a metatable is no null, whatever it is called.
local function may_be_null(value)
  local kind = type(value)
  if kind == "table" then
    return next(value) == nil and getmetatable(value) ~= nil
  end
  return kind ~= "nil" and kind ~= "boolean" and kind ~= "number" and kind ~= "string"
end

local function learn_from(module, found)
  for _, name in ipairs(NULLS) do
    local value = rawget(module, name)
    if may_be_null(value) then
      found[value] = "null"
    end
  end
  local empty = rawget(module, "empty_array")
  if type(empty) == "userdata" then
    found[empty] = "[]"
  end
  for name, mark in pairs(MARKS) do
    local metatable = rawget(module, name)
    if type(metatable) == "table" then
      found[metatable] = mark
    end
  end
end

--- Looks at what is loaded by now. True when something is known that was not.
---@return boolean more
function foreign.learn()
  local known, found, more = foreign.known, {}, false
  for _, modules in ipairs { package.loaded, _G } do
    for _, module in pairs(modules) do
      if type(module) == "table" then
        learn_from(module, found)
      end
    end
  end
  for value, meaning in pairs(found) do
    more = more or known[value] == nil
    known[value] = meaning
  end
  return more
end

return foreign
