-- JSON for programs: what the library reads and writes calls with, with its
-- errors as values of the library's own. Says nothing of how that is done.

local codec = require "oai.codec.json"
local error_value = require "oai.error"
local on_demand = require "oai.on_demand"
local unknown = require "oai.unknown"

local BODY_MOST = 1024 * 1024 -- bytes of a text that an error keeps

---@class oai.Json
local json = {}

--- Raises where a function was called with a colon.
local function check_dot(first, name)
  if first == json then
    error_value.misuse(("oai.json.%s: call it with a dot, as in oai.json.%s(...)"):format(name, name))
  end
end

--- All fields of an object that works some out, in a plain table, but for those
--- that are private; nil of any other value.
local function fields_of(value)
  local metatable = type(value) == "table" and debug.getmetatable(value)
  local computed = metatable and on_demand.of(metatable)
  if not computed then
    return nil
  end
  local fields = {}
  for name in pairs(computed) do
    fields[name] = value[name]
  end
  for name, field in next, value do
    fields[name] = field
  end
  for name in pairs(fields) do
    if type(name) == "string" and name:sub(1, 1) == "_" then
      fields[name] = nil
    end
  end
  return fields
end

local DEEPEST = 20 -- of tables around what works out its fields

--- A value in which plain tables stand for the library's own objects that work
--- out their fields: what hooks are told, the facts of replies.
local function plainly(value, depth)
  if type(value) ~= "table" or depth > DEEPEST then
    return value
  end
  local copy = fields_of(value)
  if not copy and debug.getmetatable(value) ~= nil then
    return value
  end
  local filled = {}
  for name, field in next, copy or value do
    filled[name] = plainly(field, depth + 1)
  end
  return filled
end

--- Encodes a value, keys in the order of their bytes, or in a table's own
--- (`oai.object`). What a hook is told and the facts of a reply are objects with
--- all their fields. Raises at the caller's line what cannot be JSON, with its
--- path: a function, bytes that are no UTF-8, a table with holes.
---@param value any  anything that JSON has
---@return string text
function json.encode(value)
  check_dot(value, "encode")
  local text, path, reason = codec.encode(fields_of(value) or value)
  if not text then
    text = codec.encode(plainly(value, 0))
  end
  if not text then
    error_value.misuse(("oai.json.encode: %s%s"):format(path ~= "" and path .. ": " or "", reason))
  end
  return text --[[@as string]]
end

--- Decodes a text as replies are: nulls of objects are left out, those of
--- arrays, and a text that is nothing else, are `oai.null`.
---@param text string  what is JSON
---@return any? value  what it says
---@return oai.Error? err  of kind "decode" for what is no JSON; the text is its `body`
function json.decode(text)
  check_dot(text, "decode")
  if type(text) ~= "string" then
    error_value.misuse("oai.json.decode: expected a string, got " .. type(text))
  end
  local value, reason = codec.decode(text)
  if reason then
    return nil, error_value.new { kind = "decode", message = "no JSON: " .. reason, body = text:sub(1, BODY_MOST) }
  elseif value == nil then
    value = codec.null
  end
  return value
end

unknown.refuse(json, "oai.json", {})

require "oai.interpret" ()

return json
