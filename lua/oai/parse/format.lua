-- What an answer is to look like, as programs say it: a schema, JSON text, or a
-- format as the API has it; and as it is sent.

local error_value = require "oai.error"
local options_list = require "oai.options"
local read = require "oai.schema.read"
local schemas = require "oai.schema"

local format = {}

local NAME = "answer"
local NAME_MOST = 64

---@class oai.ParseFormat
---@field wire table      as responses have it: `{ type =, name =, schema =, strict = }`
---@field schema? table   what the answer is held against; any JSON will do without one

--- A name for a schema, of the letters that the API takes.
local function name_for(schema)
  local name = type(schema.title) == "string" and schema.title:gsub("[^%w_-]+", "_"):sub(1, NAME_MOST) or ""
  return name:find "%w" and name or NAME
end

local function of_text(given, operation)
  local schema, reason = read(given, operation)
  if not schema then
    error_value.misuse(("%s: %s"):format(operation, reason))
  end
  return schema
end

--- A schema as it is sent: strict, unless the program says that it is not.
local function sent(schema, is_strict, operation)
  if not is_strict then
    return schema
  end
  local strict, err = schemas.strict(schema)
  if not strict then
    error_value.misuse(("%s: the schema is not fit for strict mode: %s"):format(operation, err and err.message))
  end
  return strict
end

--- Raises where a parameter is called as the other API calls it: it would be
--- sent, and mean nothing.
---@param params table
---@param given string
---@param meant string
---@param operation string
function format.refuse(params, given, meant, operation)
  if params[given] ~= nil then
    error_value.misuse(("%s: '%s' is called '%s' here"):format(operation, given, meant))
  end
end

--- A schema without anything around it.
local function of_schema(given, operation)
  local schema = of_text(given, operation)
  return { schema = schema, wire = { type = "json_schema", name = name_for(schema), strict = true,
    schema = sent(schema, true, operation) } }
end

--- A format of the API's, of responses or of chat completions.
local function of_json_schema(given, operation)
  local own = type(given.json_schema) == "table" and given.json_schema or given
  local schema = of_text(own.schema, operation)
  local wire = options_list.merge(own, { type = "json_schema", name = own.name or name_for(schema),
    schema = sent(schema, own.strict ~= false, operation) }) --[[@as table]]
  wire.strict = own.strict == nil or own.strict
  return { schema = schema, wire = wire }
end

--- Reads a format. Nil for one that asks for no JSON.
---@param given any
---@param operation string  for misuse
---@return oai.ParseFormat?
function format.read(given, operation)
  local kind = type(given) == "table" and given.type
  if given == nil or kind == "text" or kind == "grammar" or kind == "python" then
    return nil
  elseif kind == "json_schema" then
    return of_json_schema(given, operation)
  elseif kind == "json_object" then
    return { wire = given }
  elseif type(given) ~= "table" and type(given) ~= "string" then
    error_value.misuse(("%s: the format must be a schema, got %s"):format(operation, type(given)))
  end
  return of_schema(given, operation)
end

--- A format as chat completions have it.
---@param wire table  as responses have it
---@return table
function format.nested(wire)
  if wire.type ~= "json_schema" then
    return wire
  end
  local inner = options_list.merge(wire, {}) --[[@as table]]
  inner.type = nil
  return { type = "json_schema", json_schema = inner }
end

return format
