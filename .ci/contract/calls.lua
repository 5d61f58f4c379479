-- The calls of an operation: ids and parameters in the shape that the
-- library's method of that name takes.

local oai = require "oai"

local calls = {}

---@class contract.Call
---@field name string       of the method, in full
---@field variant string
---@field operation contract.Operation
---@field endpoint oai.Endpoint
---@field schema? table     of the body
---@field ids string[]
---@field params? table
---@field streams boolean   a stream is asked for

---@class contract.Variant
---@field name string
---@field full? boolean     all fields; else what is required
---@field rounds? boolean   again as long as there are alternatives not tried yet
---@field empty? integer    see contract.examples
---@field null? boolean     the same
---@field stream? boolean   a stream is asked for
---@field json? boolean     JSON where the operation usually sends a form

local MINIMAL = { name = "minimal" }
local FULL = { name = "full", full = true, rounds = true }
local OF_JSON = {
  { name = "empty, 2 deep", full = true, empty = 2 },
  { name = "empty, 3 deep", full = true, empty = 3 },
  { name = "empty, 4 deep", full = true, empty = 4 },
  { name = "empty, 5 deep", full = true, empty = 5 },
  { name = "empty, 6 deep", full = true, empty = 6 },
  { name = "null", full = true, null = true, rounds = true },
}
local OF_JSON_OR_FORM = {
  { name = "minimal, as JSON", json = true },
  { name = "full, as JSON", full = true, json = true, rounds = true },
}
local OF_STREAM = {
  { name = "minimal, stream", stream = true },
  { name = "full, stream", full = true, stream = true },
}

-- What has to be encoded in a path, and what need not be.
local PLAIN_ID, ENCODED_ID = "id_1", "ft:a b/é?c#1%"

local function ids_of(endpoint, full)
  local ids = {}
  for i in ipairs(endpoint.ids) do
    ids[i] = full and ENCODED_ID or PLAIN_ID
  end
  return ids
end

local function sends_form(endpoint, variant)
  return endpoint.form ~= nil and not variant.json
end

--- The schema of the body that the method sends.
local function body_schema(operation, endpoint, variant)
  if endpoint.body == false then
    return nil
  end
  return operation.bodies[sends_form(endpoint, variant) and "multipart/form-data" or "application/json"]
end

--- A query and a form know no null.
local function set(maker, variant, as_text)
  maker.full, maker.empty, maker.null = variant.full, variant.empty, variant.null and not as_text
end

local function add_parameters(params, maker, list)
  for _, parameter in ipairs(list) do
    if maker.full or parameter.required then
      local name = parameter.schema["x-stainless-param"] or parameter.name:gsub("%[%]$", "")
      params[name] = maker:value(parameter.schema)
    end
  end
end

local function add_fields(params, fields)
  for name, value in pairs(fields) do
    params[name] = value
  end
end

local STREAMED = { stream = true, stream_format = "sse" }

--- The parameter that asks for a stream, or nil.
local function stream_field(maker, operation, schema)
  for _, parameter in ipairs(operation.query) do
    if parameter.name == "stream" then
      return "stream"
    end
  end
  local fields = schema and maker.document:plain(schema).properties or {}
  return fields.stream and "stream" or fields.stream_format and "stream_format"
end

--- With a stream or without one.
local function settle_stream(params, field, wanted)
  if field and wanted then
    params[field] = STREAMED[field]
  elseif field and params[field] ~= oai.null then
    params[field] = nil
  end
end

--- A call in one of its variants.
---@param maker table  from contract.examples
---@param operation contract.Operation
---@param endpoint oai.Endpoint
---@param variant contract.Variant
---@return contract.Call
function calls.make(maker, operation, endpoint, variant)
  local params, schema = {}, body_schema(operation, endpoint, variant)
  set(maker, variant, true)
  add_parameters(params, maker, operation.query)
  add_parameters(params, maker, operation.header)
  set(maker, variant, sends_form(endpoint, variant))
  if schema then
    add_fields(params, maker:value(schema))
  end
  settle_stream(params, stream_field(maker, operation, schema), variant.stream)
  return {
    name = endpoint.name,
    variant = variant.name,
    operation = operation,
    endpoint = endpoint,
    schema = schema,
    ids = ids_of(endpoint, variant.full),
    params = next(params) ~= nil and params or nil,
    streams = variant.stream or endpoint.always_streams or false,
  }
end

local function append(list, more)
  for _, item in ipairs(more) do
    list[#list + 1] = item
  end
end

--- The variants that an operation has.
---@return contract.Variant[]
function calls.variants(maker, operation, endpoint)
  local list = { MINIMAL, FULL }
  local schema = body_schema(operation, endpoint, FULL)
  if schema and not endpoint.form then
    append(list, OF_JSON)
  elseif endpoint.without_file then
    append(list, OF_JSON_OR_FORM)
  end
  if stream_field(maker, operation, schema) then
    append(list, OF_STREAM)
  end
  return list
end

--- The method of a name, and the resource it is called on.
local function method_of(client, name)
  local value, owner = client, nil
  for key in name:gmatch("[%w_]+") do
    owner, value = value, value[key]
  end
  return owner, value
end

--- Makes a call.
---@param client oai.Client
---@param call contract.Call
---@return any value
---@return oai.Response|oai.Error
function calls.send(client, call)
  local arguments, count = {}, #call.ids
  append(arguments, call.ids)
  arguments[count + 1] = call.params
  local owner, method = method_of(client, call.name)
  return method(owner, (table.unpack or unpack)(arguments, 1, count + 1)) -- luacheck: ignore
end

return calls
