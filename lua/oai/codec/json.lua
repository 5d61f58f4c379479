-- JSON, which src/binding/value_*.c read and write: here is what they need to
-- know of fields and of other libraries. Our null is lua-cjson's, whose marks
-- are known where there is one; nothing else needs it.

local core = require "oai.core"
local foreign = require "oai.codec.foreign"
local lazy = require "oai.lazy"
local parts = require "oai.parts"
local shape = require "oai.codec.shape"

local error_value = lazy "oai.error"

parts.check(core)

local read, write = core.value_read, core.value_write
local array_mt, object_mt = core.array_mt, core.object_mt
local arrays, maps, known = shape.arrays, shape.maps, foreign.known
local NONE = {}

if not pcall(require, "cjson") then
  package.loaded.cjson = nil -- or Lua 5.1 would refuse to load it ever again
end
foreign.learn()

local _, nulls = read "[null]"
local json = { null = nulls[1] }

--- Decodes a text. Nulls of objects are left out, whole numbers are integers
--- where Lua has them, an empty array stays one when it is encoded again,
--- strings are UTF-8. A byte order mark, NaN and infinities are taken too.
---@param text string
---@return any value
---@return string? message  when it is no JSON; then the value is nil
function json.decode(text)
  local done, value = read(text)
  if done then
    return value
  end
  return nil, value
end

--- Decodes the reply that has come for an exchange, and leaves it there.
--- Whether it is JSON; its value, or why it is none; whether that is a table.
---@type fun(exchange: userdata): boolean, any, boolean
json.decode_reply = read

--- Encodes a value: equal tables as equal texts, with their keys in the order
--- of their bytes, or the table's own (`json.object`). An empty table is `[]`
--- or `{}` by the name of its field (shape.lua) unless it is marked as one; in
--- an array it is `{}`.
---@param value any
---@param refused? table<string, any>  names that no field of the value itself may have
---@return string? text
---@return string? path    where it cannot be encoded, such as "messages[3].content"
---@return string? reason
---@return boolean? has_bad_text  it is a text that is no UTF-8, or the name of a field
function json.encode(value, refused)
  local text, path, reason, has_bad_text = write(value, arrays, maps, known, refused or NONE)
  if not text and foreign.learn() then
    return write(value, arrays, maps, known, refused or NONE)
  end
  return text, path, reason, has_bad_text
end

local function check_table(value, what, name)
  if value ~= nil and type(value) ~= "table" then
    error_value.misuse(("oai.%s: expected a table%s, got %s"):format(what, name, type(value)))
  end
end

--- Marks a table as a JSON array (a new one when none is given).
---@param items? table  is marked and returned
---@return table
function json.array(items)
  check_table(items, "array", "")
  return setmetatable(items or {}, array_mt)
end

local function copied_names(order)
  local names = {}
  for i, name in ipairs(order) do
    if type(name) ~= "string" then
      error_value.misuse(("oai.object: the order must be a list of names, and has a %s at %d"):format(type(name), i))
    end
    names[i] = name
  end
  return names
end

--- A JSON object whose order is the list itself, to which names may be added.
---@param order string[]
---@return table
function json.ordered(order)
  return setmetatable({}, { __name = object_mt.__name, __jsontype = "object", __jsonorder = order })
end

--- Marks a table as a JSON object. Its fields are written in `order`, then
--- those that it does not name, by name.
---@param fields? table  is marked and returned; a new table when none is given
---@param order? string[]  names of fields, in the order in which they are written
---@return table
function json.object(fields, order)
  check_table(fields, "object", "")
  check_table(order, "object", " as the order")
  local metatable = object_mt
  if order then
    metatable = { __name = object_mt.__name, __jsontype = "object", __jsonorder = copied_names(order) }
  end
  return setmetatable(fields or {}, metatable)
end

--- What events of a stream are made of that are like this one (dialect/alike.lua).
---@type fun(text: string, name?: string, prototype: table, places: integer[], own: integer): userdata?
json.template = core.template

--- Where a text is no UTF-8, or nil.
---@type fun(text: string): integer?
json.text_fault = core.text_fault

--- The numbers of an embedding vector in base64, or nil.
---@type fun(base64: string): number[]?
json.vector = core.vector

return json
