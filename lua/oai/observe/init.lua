-- What a client tells of its requests while they are made: to functions of the
-- program's, which see no secret, and to the log. Nothing here is loaded or
-- looked at unless somebody wants to be told.

local attributes = require "oai.observe.attributes"
local engines = require "oai.engine"
local error_value = require "oai.error"
local log = require "oai.log"
local mask = require "oai.call.mask"
local options_list = require "oai.options"
local tokens = require "oai.observe.tokens"
local trace = require "oai.call.trace"

local clock = engines.clock

local observe = {}

---@alias oai.ObservedEvent "request"|"response"|"retry"|"limit"|"stream_end"

---@class oai.Observed  what a hook is told
---@field event oai.ObservedEvent
---@field operation string         such as "chat.completions.create"
---@field method string
---@field path string              without the query
---@field template string          the path with names for its ids
---@field host string
---@field model? string            that was asked for
---@field attempt integer          counted from 1
---@field client_request_id? string
---@field bytes_sent? integer      of the body
---@field status? integer          of a reply
---@field error? oai.Error         why there is none; of a retry, what has failed; of a stream, why it broke
---@field request_id? string
---@field rate_limit? oai.RateLimit
---@field usage? oai.TokenCount
---@field response_model? string
---@field seconds? number          of the attempt; of a stream, from the call to its end
---@field durations? oai.Durations
---@field bytes_received? integer  of the body, as it came
---@field delay? number            until the next attempt
---@field waited? number           for the server's rate limit
---@field stream_status? string    how a stream ended
---@field body? string             where bodies are asked for
---@field attributes fun(self): table<string, any>  by OpenTelemetry's names
---@field package _request oai.Request
---@field package _facts? table
---@field package _identify? function

---@class oai.Durations  seconds since the attempt began, as libcurl measures them
---@field dns? number
---@field connect? number
---@field tls? number          0: without TLS, or over a connection that was there
---@field first_byte? number
---@field total? number        not of a stream

local EVENTS = { request = true, response = true, retry = true, limit = true, stream_end = true }

local function url_of(request)
  return mask.text(request, (request.url:match("^[^?#]*")))
end

local function times_of(self)
  local exchange = rawget(self, "_exchange")
  if exchange and not rawget(self, "_times") then
    self._times = { exchange:times() }
  end
  return rawget(self, "_times")
end

-- Worked out when first asked for.
local on_demand = {
  path = function(self)
    return url_of(self._request):match("^%a[%w+.-]*://[^/]*(.*)$") or ""
  end,
  host = function(self)
    return (self._request.url:match("^%a[%w+.-]*://[^/]*"):match("([^/@]*)$"))
  end,
  usage = function(self)
    local value = rawget(self, "_value")
    return value and tokens.of(value.usage)
  end,
  response_model = function(self)
    local value = rawget(self, "_value")
    return value and type(value.model) == "string" and value.model or nil
  end,
  template = function(self)
    return self._request.plan.template
  end,
  bytes_sent = function(self)
    local body, sent = self._request.body, times_of(self)
    return body and #body or sent and sent[6] or nil
  end,
  client_request_id = function(self)
    return self._identify and self._identify() or self._facts and self._facts.client_request_id
  end,
  request_id = function(self)
    return self._facts and self._facts.request_id
  end,
  rate_limit = function(self)
    return self._facts and self._facts.headers and self._facts.rate_limit
  end,
  bytes_received = function(self)
    local times = times_of(self)
    return times and times[7] or nil
  end,
  durations = function(self)
    local times = times_of(self)
    return times and times[1] and { dns = times[1] / 1e6, connect = times[2] / 1e6, tls = times[3] / 1e6,
      first_byte = times[4] / 1e6, total = times[5] > 0 and times[5] / 1e6 or nil } or nil
  end,
}

local Observed = { __name = "oai.Observed" }

function Observed.__index(self, name)
  if name == "attributes" then
    return attributes.of
  end
  local compute = on_demand[name]
  local value = compute and compute(self)
  if value ~= nil then
    rawset(self, name, value)
  end
  return value
end

function Observed.__tostring(self)
  return ("oai.Observed %s of %s, attempt %d"):format(self.event, self.operation, self.attempt)
end

local function new(event, state, request)
  local plan = request.plan
  local told = { event = event, operation = plan.name, method = plan.method, model = request.model,
    attempt = state.attempts, _request = request, _facts = nil, seconds = nil, status = nil } -- room for all
  return setmetatable(told, Observed)
end

local function body_of(told)
  if told.event == "request" then
    return told._request.body
  end
  return told._facts and told._facts.body
end

--- Calls one hook. What it raises is the program's to see, once, in the log.
local function call(hook, told)
  if hook.bodies then
    local body = body_of(told)
    told.body = body and mask.text(told._request, body)
  end
  local done, fault = pcall(hook.fn, told)
  if not done and not hook.has_failed then
    hook.has_failed = true
    log.write(told._request.settings.logger, "error", "a hook of '%s' has raised: %s", told.event, tostring(fault))
  end
  if hook.bodies then
    told.body = nil -- the next hook may not have asked for it
  end
end

local function emit(hooks, told)
  local list = hooks[told.event]
  for i = 1, list and #list or 0 do
    if list[i] then
      call(list[i], told)
    end
  end
end

-- Plans whose requests are measured, by those whose are not.
local measured_of = setmetatable({}, { __mode = "k" })

local function measured(plan)
  if plan.transfer.measured then
    return plan
  end
  local made = measured_of[plan]
  if not made then
    made = options_list.merge(plan, { transfer = options_list.merge(plan.transfer, { measured = true }) })
    measured_of[plan] = made
  end
  return made
end

local function count(hooks, used, model)
  if hooks.usage and used then
    tokens.count(hooks.usage, model, used)
  end
end

--- Tells of a reply, with what its value says.
local function respond(hooks, told, value)
  told._value = type(value) == "table" and value or nil
  if hooks.usage then
    count(hooks, told.usage, told.response_model or told.model)
  end
  emit(hooks, told)
end

local function end_of_stream(state, request, facts, hooks, began)
  return function(stream, value)
    local told = new("stream_end", state, request)
    told._facts, told.stream_status, told.error = facts, stream.status, stream._err
    told.status, told.seconds = facts.status, clock() - began
    respond(hooks, told, value)
  end
end

--- Tells of what came of an attempt: now, unless its value is still to be read.
local function tell_reply(state, request, hooks, exchange, facts, began)
  local told = new("response", state, request)
  told._facts, told.seconds = facts, clock() - began
  if not exchange then
    told.error, told.status = facts, facts.status
    told._times, told.client_request_id = state.times, facts.client_request_id or state.identity
    return emit(hooks, told)
  end
  told.status = facts.status
  if request.sink then
    told._times = { exchange:times() }
  else
    told._exchange = exchange -- which keeps them, with its reply
  end
  if facts.status < 200 or facts.status > 299 then
    return emit(hooks, told)
  elseif request.stream then
    state.request.watch = end_of_stream(state, request, facts, hooks, state.started)
    return emit(hooks, told)
  end
  state.request.watch = function(value)
    respond(hooks, told, value)
  end
end

local function attempt(state, request, send_once, identify)
  local hooks, logger = state.shared.hooks, request.settings.logger
  local is_traced = log.wants(logger, "debug")
  if not hooks and not is_traced then
    return send_once(state, request)
  end
  request.plan = measured(request.plan)
  if is_traced then
    trace.begun(request, state.attempts)
  end
  if hooks and hooks.request then
    local told = new("request", state, request)
    told._identify = identify and function()
      return identify(state, request)
    end
    emit(hooks, told)
  end
  local began = clock()
  local exchange, facts = send_once(state, request)
  if is_traced then
    trace.ended(request, state.attempts, facts, clock() - began, exchange and { exchange:times() } or state.times)
  end
  if hooks and (hooks.response or hooks.usage or request.stream) then
    tell_reply(state, request, hooks, exchange, facts, began)
  end
  return exchange, facts
end

--- Makes an attempt, and tells of it.
---@param state table       of the call
---@param request oai.Request
---@param send_once fun(state: table, request: oai.Request): userdata?, oai.Response|oai.Error
---@param identify fun(state: table, request: oai.Request): string?  the id that the attempt will have
---@return userdata? exchange
---@return oai.Response|oai.Error facts
function observe.attempt(state, request, send_once, identify)
  local exchange, facts = attempt(state, request, send_once, identify)
  if exchange and facts.status >= 200 and facts.status <= 299 then
    observe.done(request, facts)
  end
  return exchange, facts
end

--- Tells the log of a call that has succeeded.
---@param request oai.Request
---@param facts oai.Response
function observe.done(request, facts)
  log.write(request.settings.logger, "info", "%s: %d in %.3f s", request.plan.name, facts.status, facts.elapsed)
end

--- Tells that a failed call is made again.
---@param state table
---@param request oai.Request
---@param err oai.Error
---@param delay number
function observe.retry(state, request, err, delay)
  local told = new("retry", state, request)
  told.error, told.status, told.delay, told._facts = err, err.status, delay, err
  told.client_request_id = err.client_request_id or state.identity
  emit(state.shared.hooks, told)
end

--- Tells that a call has waited until the server's rate limit let it through.
---@param state table
---@param request oai.Request
---@param waited number
function observe.limit(state, request, waited)
  if waited > 0.0005 then
    local told = new("limit", state, request)
    told.waited = waited
    emit(state.shared.hooks, told)
  end
end

--- Has a function told of events of a client and of its copies. Returns what
--- takes it off again.
---@param shared table
---@param name oai.ObservedEvent
---@param fn fun(told: oai.Observed)
---@param options? { bodies?: boolean }
---@return fun() off
function observe.on(shared, name, fn, options)
  if not EVENTS[name] then
    error_value.misuse(("client:on: there is no event '%s': \"request\", \"response\", \"retry\", \"limit\" and "
      .. "\"stream_end\" are"):format(tostring(name)))
  elseif type(fn) ~= "function" then
    error_value.misuse("client:on: expected a function, got " .. type(fn))
  elseif options ~= nil and type(options) ~= "table" then
    error_value.misuse("client:on: the options must be a table, got " .. type(options))
  end
  local hook = { fn = fn, bodies = options and options.bodies }
  local hooks = shared.hooks or {}
  shared.hooks = hooks
  local list = {} -- another one: this may be a hook that adds one
  for i, other in ipairs(hooks[name] or {}) do
    list[i] = other
  end
  list[#list + 1] = hook
  hooks[name] = list
  return function()
    observe.off(shared, name, hook)
  end
end

--- Takes a hook off. Harmless when it is.
---@param shared table
---@param name oai.ObservedEvent
---@param hook table
function observe.off(shared, name, hook)
  local hooks, left = shared.hooks, {}
  for _, other in ipairs(hooks and hooks[name] or {}) do
    left[#left + 1] = other ~= hook and other or nil
  end
  if hooks then
    hooks[name] = left[1] and left or nil
    shared.hooks = next(hooks) ~= nil and hooks or false
  end
end

--- Counts the tokens of a client and its copies from now on.
---@param shared table
function observe.count(shared)
  shared.hooks = shared.hooks or {}
  shared.hooks.usage = tokens.new()
end

require "oai.interpret" ()

return observe
