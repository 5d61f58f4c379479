-- An endpoint line and the calls it stands for: ids into its path, its reply
-- into a value, a page or a stream.

local lazy = require "oai.lazy"
local object = require "oai.call.object"
local request = require "oai.call.request"
local response = require "oai.call.response"
local send = require "oai.call.send"
local set = require "oai.set"

local error_value = lazy "oai.error"
local page = lazy "oai.call.page"
local path = lazy "oai.codec.path"
local stream = lazy "oai.call.stream"

local endpoint = {}

---@class oai.Endpoint
---@field name string            "vector_stores.files.retrieve"
---@field method string
---@field template string        "/vector_stores/{vector_store_id}/files/{file_id}"
---@field ids string[]           the names in the template, in order
---@field page? string           its style, for a list (call/page.lua)
---@field form? table<string, boolean>   a multipart form; which fields are files
---@field stream? table          the dialect of its stream (dialect/)
---@field returns "json"|"bytes"|"text"|"empty"
---@field query? table<string, boolean>  fields of a POST that go into the query
---@field body? boolean          false: a POST that has none
---@field admin? boolean         the admin key; nil: as the path says
---@field beta? string           the OpenAI-Beta header
---@field accept? string
---@field object? string         the class of the reply when it does not say
---@field template_is_path boolean  false: it may be an absolute URL

local NO_IDS = {}

local FLAGS = { "page", "returns", "body", "admin", "beta", "accept", "object" }

--- The names of the ids in a template, in order.
---@param template string
---@return string[]
function endpoint.ids_in(template)
  local ids = {}
  for name in template:gmatch("{([%w_]+)}") do
    ids[#ids + 1] = name
  end
  return ids
end

--- Parses a line: "POST /files", or a table that begins with one and has
--- flags.
---@param name string
---@param line string|table
---@param defaults? table  the flags of its resource
---@return oai.Endpoint
function endpoint.parse(name, line, defaults)
  local flags = type(line) == "table" and line or {}
  local text = flags[1] or line
  local parsed = { name = name, returns = "json" }
  parsed.method, parsed.template = text:match("^(%u+) (/%S*)$")
  parsed.ids = endpoint.ids_in(parsed.template)
  parsed.template_is_path = true
  for _, flag in ipairs(FLAGS) do
    if flags[flag] ~= nil then
      parsed[flag] = flags[flag]
    elseif defaults and defaults[flag] ~= nil then
      parsed[flag] = defaults[flag]
    end
  end
  parsed.form = flags.form and set(flags.form)
  parsed.query = flags.query and set(flags.query)
  parsed.stream = flags.stream and lazy("oai.dialect." .. flags.stream)
  return parsed
end

--- The values of the ids: those bound first, then the call's own.
local function id_values(self, parsed, given)
  local values, bound = {}, self._ids
  for i, name in ipairs(parsed.ids) do
    local value = bound[i]
    if value == nil then
      value = given[i - #bound]
    end
    local reason = path.refusal(value)
    if reason then
      error_value.misuse(("%s: %s %s"):format(parsed.name, name, reason))
    end
    values[name] = value
  end
  return values
end

local function fill(parsed, values)
  if #parsed.ids == 0 then
    return parsed.template
  end
  local filled, reason = path.expand(parsed.template, values)
  if not filled then
    error_value.misuse(("%s: %s"):format(parsed.name, reason))
  end
  return filled
end

--- `seen` holds the cursors of the pages before.
local function page_of(self, parsed, reply, values, params, options, seen)
  for _, item in ipairs(type(reply.data) == "table" and reply.data or NO_IDS) do
    object.attach(item, self._client, parsed, values)
  end
  return page.new(reply, {
    style = parsed.page,
    name = parsed.name,
    params = params,
    seen = seen,
    fetch = function(following, cursors)
      return endpoint.call(self, parsed, values, following, options, cursors)
    end,
  })
end

--- The value of a reply, with its methods.
local function finish(self, parsed, value, values, params, options, seen)
  if type(value) ~= "table" then
    return value
  elseif parsed.page then
    return page_of(self, parsed, value, values, params, options, seen)
  end
  return object.attach(value, self._client, parsed, values)
end

--- A reply of JSON where a stream was asked for is an error the server could
--- not give a status, or a server that does not stream.
local function not_a_stream(facts, name)
  local err = response.to_error(facts, facts.body)
  err.kind, err.operation = "stream", name
  return nil, err
end

local function open_stream(self, parsed, exchange, facts, state, built, values)
  if facts.body then
    return not_a_stream(facts, parsed.name)
  end
  return stream.new(exchange, facts, state, built, function(value)
    return object.attach(value, self._client, parsed, values)
  end), facts
end

--- Bytes, text or a file's name; JSON is decoded.
local function value_of(parsed, built, facts)
  if type(built.sink) == "table" then
    return built.sink.file
  elseif parsed.returns == "json" or parsed.returns == "empty" then
    return response.decode(facts, facts.body)
  end
  return facts.body
end

--- Calls an endpoint. `values` holds the ids by name.
---@return any value
---@return oai.Response|oai.Error
function endpoint.call(self, parsed, values, params, options, seen)
  local built, err = request.build(self._client, parsed, fill(parsed, values), params, options)
  if not built then
    return nil, err
  end
  local exchange, facts, state = send.call(self._client, built)
  if not exchange then
    return nil, facts
  elseif built.stream then
    return open_stream(self, parsed, exchange, facts, state, built, values)
  end
  exchange:close()
  local value
  value, err = value_of(parsed, built, facts)
  if err then
    err.operation = parsed.name
    return nil, err
  end
  return finish(self, parsed, value, values, params, options, seen), facts
end

--- A call without an endpoint line, for client:request.
function endpoint.request(client, method, target, params, options)
  local parsed = { name = "request", method = method, template = target, ids = NO_IDS, returns = "json" }
  parsed.stream = type(params) == "table" and params.stream == true and require "oai.dialect.raw" or nil
  return endpoint.call({ _client = client }, parsed, NO_IDS, params, options)
end

local function check_self(self, name)
  if type(self) ~= "table" or not rawget(self, "_client") then
    error_value.misuse(("%s: call it with a colon, as in client.%s"):format(name,
      name:gsub("%.([%w_]+)$", ":%1(...)")))
  end
end

--- The method of an endpoint: `method(self, ids..., params, options)`.
---@param parsed oai.Endpoint
---@return fun(self: table, ...): any, oai.Response|oai.Error
function endpoint.method(parsed)
  local count = #parsed.ids
  if count == 0 then
    return function(self, params, options)
      check_self(self, parsed.name)
      return endpoint.call(self, parsed, NO_IDS, params, options)
    end
  end
  return function(self, ...)
    check_self(self, parsed.name)
    local free = count - #self._ids
    if free == 0 then
      local params, options = ...
      return endpoint.call(self, parsed, id_values(self, parsed, NO_IDS), params, options)
    end
    local given = { ... }
    local values = id_values(self, parsed, given)
    return endpoint.call(self, parsed, values, given[free + 1], given[free + 2])
  end
end

return endpoint
