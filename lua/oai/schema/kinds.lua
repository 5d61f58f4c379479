-- Of which of JSON's types a Lua value is. An empty table that is not marked
-- is an array as well as an object.

local foreign = require "oai.codec.foreign"
local json = require "oai.codec.json"
local same = require "oai.same"

local kinds = {}

local function mark_of(value)
  local metatable = getmetatable(value)
  return type(metatable) == "table" and (rawget(metatable, "__jsontype") or foreign.known[metatable]) or nil
end

local function has_names(value)
  local key = next(value)
  return key ~= nil and type(key) ~= "number"
end

local function is_array(value)
  return type(value) == "table" and not has_names(value) and mark_of(value) ~= "object"
end

local function is_object(value)
  return type(value) == "table" and mark_of(value) ~= "array" and (value[1] == nil or mark_of(value) == "object")
end

local function is_number(value)
  return type(value) == "number" and value == value and value ~= math.huge and value ~= -math.huge
end

---@param value any
---@return boolean
function kinds.is_null(value)
  return value == json.null or value ~= nil and foreign.known[value] == "null"
end

--- Whether a value is of a type, by its name.
---@type table<string, fun(value: any): boolean>
kinds.is = {
  null = kinds.is_null,
  boolean = function(value)
    return type(value) == "boolean"
  end,
  string = function(value)
    return type(value) == "string"
  end,
  number = is_number,
  integer = function(value)
    return is_number(value) and value % 1 == 0
  end,
  array = is_array,
  object = is_object,
}

--- What a value is, for people: "a string".
---@param value any
---@return string
function kinds.describe(value)
  if kinds.is_null(value) then
    return "null"
  elseif type(value) == "table" then
    return is_array(value) and (next(value) ~= nil or mark_of(value) == "array") and "an array" or "an object"
  end
  return type(value) == "number" and not is_number(value) and "a number that JSON does not have" or "a " .. type(value)
end

local function are_nulls(a, b)
  return kinds.is_null(a) and kinds.is_null(b)
end

--- Whether two values are the same JSON.
---@param a any
---@param b any
---@return boolean
function kinds.same(a, b)
  return same(a, b, are_nulls)
end

require "oai.interpret" ()

return kinds
