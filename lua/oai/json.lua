-- JSON for programs: what the library reads and writes calls with, with its
-- errors as values of the library's own. Says nothing of how that is done.

local codec = require "oai.codec.json"
local error_value = require "oai.error"
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

--- Encodes a value, keys in the order of their bytes, or in a table's own
--- (`oai.object`). Raises at the caller's line what cannot be JSON, with its
--- path: a function, bytes that are no UTF-8, a table with holes.
---@param value any  anything that JSON has
---@return string text
function json.encode(value)
  check_dot(value, "encode")
  local text, path, reason = codec.encode(value)
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

return json
