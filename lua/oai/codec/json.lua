-- JSON, the same on both lineages of lua-cjson, which reads what needs
-- interpretation; layout, nulls, exact numbers, empty arrays and UTF-8 are
-- src/binding/value_*.c's. A private instance: nobody's configuration is
-- changed, nobody changes ours.

local cjson = require "cjson"
local core = require "oai.core"
local lazy = require "oai.lazy"
local shape = require "oai.codec.shape"

local error_value = lazy "oai.error"

local read, fill, write = core.value_read, core.value_fill, core.value_write
local array_mt, object_mt = core.array_mt, core.object_mt

local instance = cjson.new()
instance.decode_invalid_numbers(false)
local decode = instance.decode
local arrays, maps = shape.arrays, shape.maps

local json = { null = cjson.null }

local NO_MEMORY = "not enough memory" -- as Lua says it

--- True and what lua-cjson makes of a text; false and why it takes it for no
--- JSON. To be out of memory is no fault of the text.
local function try(text)
  local done, value = pcall(decode, text)
  if not done and value == NO_MEMORY then
    error(value, 0)
  end
  return done, value
end

--- Why lua-cjson takes a text for no JSON.
local function refusal(text)
  local done, message = try(text)
  return done and "it is no JSON" or (tostring(message):gsub("^.-:%d+: ", ""))
end

--- Puts what lua-cjson makes of `rest` into its places.
local function complete(value, rest, places)
  local done, decoded = try(rest)
  return done, done and fill(value, decoded, places)
end

--- Decodes a text. Nulls of objects are left out, whole numbers are integers
--- where Lua has them, an empty array stays one when it is encoded again.
---@param text string
---@return any value
---@return string? message  when it is no JSON; then the value is nil
function json.decode(text)
  local done, value, rest, places = read(text)
  if rest then
    done, value = complete(value, rest, places)
  end
  if done then
    return value
  end
  return nil, refusal(text)
end

--- Decodes the reply that has come for an exchange, and leaves it there.
---@param exchange userdata
---@return boolean done  false when it is no JSON
---@return any value
function json.decode_reply(exchange)
  local done, value, rest, places = read(exchange)
  if rest then
    return complete(value, rest, places)
  end
  return done, value
end

--- Encodes a value. An empty table is `[]` or `{}` by the name of its field
--- (shape.lua) unless `json.array` or `json.object` marks it.
---@param value any
---@return string? text
---@return string? path    where it cannot be encoded, such as "messages[3].content"
---@return string? reason
function json.encode(value)
  return write(value, arrays, maps)
end

local function marked(value, metatable, what)
  if value ~= nil and type(value) ~= "table" then
    error_value.misuse(("oai.%s: expected a table, got %s"):format(what, type(value)))
  end
  return setmetatable(value or {}, metatable)
end

--- Marks a table as a JSON array (a new one when none is given).
---@param items? table
---@return table
function json.array(items)
  return marked(items, array_mt, "array")
end

--- Marks a table as a JSON object.
---@param fields? table
---@return table
function json.object(fields)
  return marked(fields, object_mt, "object")
end

--- Whether a text is another one but for what is between quotes in some
--- places: where `like` has its bytes `from` up to but not including `to`.
---@type fun(text: string, like: string, from: integer, to: integer, ...: integer): boolean
json.alike = core.value_alike

--- The numbers of an embedding vector in base64, or nil.
---@type fun(base64: string): number[]?
json.vector = core.vector

return json
