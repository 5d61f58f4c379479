-- A text as a value of a schema.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local schemas = require "oai.schema"

--- What a text that is to be JSON says; why it is none, or none of the schema.
---@param text string
---@param schema? table|string  a schema; without one any JSON will do
---@param what? string          what the text is, for people: "the answer"
---@return any value  JSON's null is oai.null
---@return oai.Error? err  of kind "no_answer", "not_json" or "wrong_shape"
return function(text, schema, what)
  what = what or "the answer"
  if text == "" then
    return nil, error_value.new { kind = "no_answer", message = "there is no answer" }
  end
  local value, reason = json.decode(text)
  if reason then
    return nil, error_value.new { kind = "not_json", message = ("%s is no JSON: %s"):format(what, reason) }
  elseif value == nil then
    value = json.null
  end
  if schema then
    local well, faults = schemas.check(schema, value)
    if not well then
      return nil, error_value.new { kind = "wrong_shape", faults = faults,
        message = ("%s is not of its schema: %s"):format(what, tostring(faults)) }
    end
  end
  return value
end
