-- The calls of an endpoint: ids into its path, its reply into a value or a
-- stream. What comes in pages is asked for by page.lua.

local lazy = require "oai.lazy"
local line = require "oai.call.line"
local object = require "oai.call.object"
local request = require "oai.call.request"
local reply = require "oai.call.reply"
local send = require "oai.call.send"

local error_value = lazy "oai.error"
local form = lazy "oai.codec.form"
local options_list = lazy "oai.options"
local path = lazy "oai.codec.path"
local stream = lazy "oai.call.stream"
local misnamed = lazy "oai.call.misnamed"
local unwaited = lazy "oai.task.unwaited"
local unstreamed = lazy "oai.call.unstreamed"

local endpoint = {}

local NO_IDS = {} ---@type table<string, string|number>

--- The values of the ids: those bound first, then the call's own.
---@return table<string, string|number>
local function id_values(self, parsed, given)
  local values, bound = {}, self._ids
  for i, name in ipairs(parsed.ids) do
    local value = bound[i]
    if value == nil then
      value = given[i - #bound]
    end
    path.check_id(value, parsed.name, name)
    values[name] = value
  end
  return values
end

local function fill(parsed, values)
  local filled, reason = path.expand(parsed.template, values)
  if not filled then
    error_value.misuse(("%s: %s"):format(parsed.name, reason))
  end
  return filled
end

--- The stream of a reply, or of one that came whole although a stream was
--- asked for.
local function open_stream(self, parsed, values, exchange, facts, state)
  local built, from = state.request, exchange
  if facts.body then
    local found, err = unstreamed.source(built, facts)
    if not found then
      return nil, err
    end
    exchange:close()
    from = found
  end
  return stream.new(from, facts, state, built, { client = self._client, endpoint = parsed, values = values }), facts
end

-- The parameters of some operations that are header fields.
local HEADERS = { betas = "OpenAI-Beta", idempotency_key = "Idempotency-Key" }

--- A parameter that goes into the header, not into the body or the query; an
--- empty one, or an empty list, nowhere.
local function with_header(params, options, name)
  local rest = options_list.merge(params, {})
  rest[name] = nil
  local value = type(params[name]) == "table" and table.concat(params[name], ",") or params[name]
  if value == "" then
    return rest, options
  end
  local headers = options_list.merge({ [HEADERS[name]] = value }, options and options.headers)
  return rest, options_list.merge(options, { headers = headers })
end

--- What an operation becomes by its parameters.
local function adapted(parsed, params, options)
  if type(params) ~= "table" then
    return parsed, params, options
  elseif parsed.betas and params.betas ~= nil then
    params, options = with_header(params, options, "betas")
  elseif parsed.idempotency and params.idempotency_key ~= nil then
    params, options = with_header(params, options, "idempotency_key")
  elseif parsed.without_file and not form.has_file(params, parsed.form) then
    parsed = parsed.without_file
  end
  return parsed, params, options
end

--- Whether options ask for a call that is not waited for.
---@param options any
---@return any
function endpoint.is_unwaited(options)
  return type(options) == "table" and (options.on_done or options.on_event or options.wait == false)
end

--- Wraps a method without ids, so that `on_done`, `on_event` and
--- `wait = false` are about all that it does.
local function or_unwaited(method)
  return function(self, params, options)
    if not endpoint.is_unwaited(options) then
      return method(self, params, options)
    end
    return unwaited.call(self._client, options, function(rest)
      return method(self, params, rest)
    end)
  end
end

--- Raises where events are to be told of an operation that could stream, and
--- is not asked to.
local function check_events(parsed, params)
  local is_asked = parsed.always_streams or type(params) == "table"
    and (params.stream == true or params.stream_format == "sse")
  if parsed.stream and not is_asked then
    error_value.misuse(("%s: 'on_event' is told of the events of a stream: give stream = true among the "
      .. "parameters"):format(parsed.name))
  end
end

local function call_unwaited(self, parsed, values, params, options)
  if options.on_event then
    check_events(parsed, params)
  end
  return unwaited.call(self._client, options, function(rest)
    return endpoint.call(self, parsed, values, params, rest)
  end)
end

--- The name of the file to which a reply was saved, unless that was no file.
local function saved(parsed, facts, exchange, state)
  local built = state.request
  local wrong = reply.save(parsed, facts, built, exchange, state.head)
  if built.watch then
    built.watch(nil, built)
  end
  if wrong then
    return nil, wrong
  end
  return built.save_to, facts
end

--- The value of a whole reply: objects have their methods, those of a list in
--- pages excepted.
local function whole(self, parsed, values, facts, state)
  local built = state.request
  local value, err, is_table = reply.value(parsed, facts, built, state)
  if built.watch then
    built.watch(value, built)
  end
  if err then
    return nil, err
  elseif parsed.page or not (is_table or type(value) == "table") then
    return value, facts
  elseif value.object == "list" then
    object.attach_all(value.data, self._client, parsed, values)
  end
  if parsed.finish then
    parsed.finish(self._client, value)
  end
  return object.attach_new(value, self._client, parsed, values), facts
end

--- Calls an endpoint. Of a list in pages it gives the reply as it is.
---@param self table            a resource of a client
---@param parsed oai.Endpoint
---@param values table<string, string|number>  the ids, by name
---@param params any
---@param options? oai.CallOptions
---@return any value
---@return oai.Response|oai.Error|nil facts  none beside a task
function endpoint.call(self, parsed, values, params, options)
  if options and endpoint.is_unwaited(options) then
    return call_unwaited(self, parsed, values, params, options)
  elseif parsed.is_adapted then
    parsed, params, options = adapted(parsed, params, options)
  end
  local built, err = request.build(self._client, parsed, parsed.path or fill(parsed, values), params, options)
  if not built then
    return nil, err --[[@as oai.Error]]
  elseif options and built.save_to then
    built.is_judged = reply.judges(parsed)
  end
  local exchange, facts, state = send.call(self._client, built)
  if not exchange then
    return nil, misnamed.told(facts, parsed.name, params)
  elseif built.save_to then
    return saved(parsed, facts, exchange, state)
  elseif not built.stream then
    return whole(self, parsed, values, facts, state)
  end
  local opened, broken = open_stream(self, parsed, values, exchange, facts, state)
  if opened and parsed.streamed then
    parsed.streamed(opened, self, params, options)
  end
  return opened, broken
end

--- The stream of an endpoint that reads something else than a reply.
---@param client oai.Client
---@param parsed oai.Endpoint
---@param values table<string, string|number>
---@param exchange table     what is read
---@param facts oai.Response
---@param deadline number
---@return oai.Stream
function endpoint.reading(client, parsed, values, exchange, facts, deadline)
  local built = assert(request.build(client, parsed, fill(parsed, values), { stream = true }))
  local state = { shared = client._shared, deadline = deadline, limit = deadline }
  return stream.new(exchange, facts, state, built, { client = client, endpoint = parsed, values = values })
end

--- Calls what has no endpoint line, for client:request.
---@param client oai.Client
---@param method string
---@param target string   a path, or an absolute URL
---@param params any
---@param options? oai.CallOptions
---@param returns? "image"  what it is, where that is known
---@return any value
---@return oai.Response|oai.Error|nil facts  none beside a task
function endpoint.request(client, method, target, params, options, returns)
  ---@type table
  local parsed = { name = "request", method = method, template = target, path = target, ids = NO_IDS,
    returns = returns or "any" }
  parsed.stream = type(params) == "table" and params.stream == true and lazy "oai.dialect.raw" or nil
  return endpoint.call({ _client = client }, parsed --[[@as oai.Endpoint]], NO_IDS, params, options)
end

local type = type

local function refuse_self(name)
  error_value.misuse(("%s: call it with a colon, as in client.%s"):format(name,
    name:gsub("%.([%w_]+)$", ":%1(...)")))
end

--- What a method was called with, `self, ids..., params, options`, in order.
---@param self any          raises unless it is a resource
---@param parsed oai.Endpoint
---@param ... any
---@return table<string, string|number> values  the ids, by name
---@return any params
---@return any options
function endpoint.arguments(self, parsed, ...)
  if type(self) ~= "table" or not self._client then
    refuse_self(parsed.name)
  end
  local taken = parsed.path and 0 or #parsed.ids - #self._ids
  if taken == 0 then
    local params, options = ...
    return parsed.path and NO_IDS or id_values(self, parsed, NO_IDS), params, options
  end
  local given = { ... }
  return id_values(self, parsed, given), given[taken + 1], given[taken + 2]
end

local function plain_method(parsed)
  if parsed.path then
    return function(self, params, options)
      if type(self) ~= "table" or not self._client then
        refuse_self(parsed.name)
      end
      return endpoint.call(self, parsed, NO_IDS, params, options)
    end
  end
  return function(self, ...)
    return endpoint.call(self, parsed, endpoint.arguments(self, parsed, ...))
  end
end

--- The method of an endpoint: `method(self, ids..., params, options)`.
---@param parsed oai.Endpoint
---@return fun(self: table, ...): any, oai.Response|oai.Error|nil
function endpoint.method(parsed)
  if parsed.around then
    return or_unwaited(parsed.around(plain_method(parsed), parsed, function(flags)
      return plain_method(line.parse(parsed.name, flags))
    end))
  end
  return plain_method(parsed)
end

return endpoint
