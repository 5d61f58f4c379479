-- Objects and lists, which are both tables: a server may send either, or
-- something else, where the other one belongs.

local json = require "oai.codec.json"

local kind = {}

local getmetatable, next, type = getmetatable, next, type -- asked all the time

local ARRAY = getmetatable(json.array())
local NOTHING = {}

--- Whether a value is an object: fields may be put into it.
---@param value any
---@return boolean
function kind.is_object(value)
  return type(value) == "table" and value[1] == nil and getmetatable(value) ~= ARRAY
end

--- Whether a value is a list, or an object without fields, which may be one.
---@param value any
---@return boolean
function kind.is_list(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

--- An object, to be looked at: an empty one where a value is none.
---@param value any
---@return table<string, any>
function kind.object(value)
  return kind.is_object(value) and value or NOTHING
end

--- A list, to be looked at: an empty one where a value is none.
---@param value any
---@return table
function kind.list(value)
  return kind.is_list(value) and value or NOTHING
end

require "oai.interpret" ()

return kind
