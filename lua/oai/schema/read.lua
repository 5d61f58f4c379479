-- Schemas as they are given: tables, or JSON text, whose properties keep the
-- order in which they stand there.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"

local partial_json = lazy "oai.codec.partial_json"

local function from_text(text)
  local _, reason = json.decode(text)
  if reason then
    return nil, "the schema is no JSON: " .. reason
  end
  local reader = partial_json.new { order = true, nulls = true }
  reader:add(text)
  local value = reader:value()
  if type(value) ~= "table" then
    return nil, "the schema is no JSON object"
  end
  return value
end

--- A schema as a table; why a text is none.
---@param of table|string
---@param name string  of the function that is called, for misuse
---@return table?
---@return string? reason
return function(of, name)
  if type(of) == "string" then
    return from_text(of)
  elseif type(of) ~= "table" then
    error_value.misuse(("%s: expected a schema, got %s"):format(name, type(of)))
  end
  return of
end
