-- What a client tells of its requests while they are made: to functions of the
-- program's, which see no secret, and to the log. Nothing here is loaded or
-- looked at unless somebody wants to be told.

local attributes = require "oai.observe.attributes"
local engines = require "oai.engine"
local error_value = require "oai.error"
local log = require "oai.log"
local mask = require "oai.call.mask"
local options_list = require "oai.options"
local response = require "oai.call.response"
local tokens = require "oai.observe.tokens"
local trace = require "oai.call.trace"

local clock = engines.clock

-- By which id the next exchange of a call goes out, which call/send knows.
local identify_next ---@type fun(state: table, request: oai.Request): string?

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
---@field range_start? integer     how much of a file was there already, which is not asked for again
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
---@field package _hooks? table
---@field package _state? table     whose next exchange has the id
---@field package _sent? userdata   the exchange that went out
---@field package _times? integer[]
---@field package _value? table

---@class oai.Durations  seconds since the attempt began, as libcurl measures them
---@field dns? number
---@field connect? number
---@field tls? number          0: without TLS, or over a connection that was there
---@field first_byte? number
---@field total? number        not of a stream

-- What hooks see of an error.
local OUTLINE = { "kind", "message", "operation", "status", "code", "type", "param", "reason", "request_id",
  "client_request_id", "rate_limit", "retry_after", "attempts", "elapsed", "where" }

local EVENTS = { request = true, response = true, retry = true, limit = true, stream_end = true }

local function url_of(request)
  return mask.text(request, (request.url:match("^[^?#]*")))
end

local function times_of(self)
  local times, facts = rawget(self, "_times"), rawget(self, "_facts")
  local exchange = not times and facts and rawget(facts, "_exchange") -- which keeps them, with its reply
  if exchange then
    times = { exchange:times() }
    self._times = times
  end
  return times
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
  range_start = function(self)
    return self._request.range_start
  end,
  bytes_sent = function(self)
    local body, sent = self._request.body, times_of(self)
    return body and #body or sent and sent[6] or nil
  end,
  client_request_id = function(self)
    local sent, state, facts = rawget(self, "_sent"), rawget(self, "_state"), rawget(self, "_facts")
    return sent and response.identity(sent) or not sent and state and identify_next(state, self._request)
      or facts and facts.client_request_id or nil
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

--- An error as hooks see it: what is known of what failed, and neither the
--- header nor the body of a reply, nor what a stream had brought.
local function outline(err)
  local fields = {}
  for _, name in ipairs(OUTLINE) do
    fields[name] = err[name]
  end
  return error_value.new(fields)
end

local function new(event, state, request)
  local plan = request.plan
  return setmetatable({ event = event, operation = plan.name, method = plan.method, model = request.model,
    attempt = state.attempts, _request = request, _state = nil, _sent = nil }, Observed) -- room for these
end

local function body_of(told)
  if told.event == "request" then
    return told._request.body
  end
  return told._facts and told._facts.body
end

--- What a hook raises is the program's to see, once, in the log.
local function tell_fault(hook, told, fault)
  if not hook.has_failed then
    hook.has_failed = true
    log.write(told._request.settings.logger, "error", "a hook of '%s' has raised: %s", told.event, tostring(fault))
  end
end

local function call(hook, told)
  return pcall(hook.fn, told)
end

--- Calls a hook that asks for bodies.
local function call_with_body(hook, told)
  local body = body_of(told)
  told.body = body and mask.text(told._request, body)
  local done, fault = pcall(hook.fn, told)
  told.body = nil -- the next hook may not have asked for it
  return done, fault
end

--- Calls the hooks of an event, of which there may be none.
local function emit(list, told)
  for i = 1, list and #list or 0 do
    local hook = list[i]
    local done, fault = (hook.bodies and call_with_body or call)(hook, told)
    if not done then
      tell_fault(hook, told, fault)
    end
  end
end

-- Plans whose requests are measured, by those whose are not.
local measured_of = setmetatable({}, { __mode = "k" })

local function measured(plan)
  local made = measured_of[plan] or plan.transfer.measured and plan
  if not made then
    made = options_list.merge(plan, { transfer = options_list.merge(plan.transfer, { measured = true }) })
    measured_of[plan] = made
  end
  return made
end

--- Tells of a reply, with what its value says.
local function respond(told, value)
  local hooks = told._hooks
  if type(value) == "table" then
    told._value = value
  end
  if hooks.count then
    hooks.count(value, told._request)
  end
  emit(hooks[told.event], told)
end

local function end_of_stream(state, request, facts, hooks)
  return function(stream, value)
    local told = new("stream_end", state, request)
    told._facts, told.stream_status, told.error = facts, stream.status, stream._err and outline(stream._err)
    told.status, told.seconds, told._hooks = facts.status, clock() - state.started, hooks
    respond(told, value)
  end
end

--- Tells that an attempt begins; returns what it has told.
local function tell_request(list, state, request)
  local told = new("request", state, request)
  told._state = state
  emit(list, told)
  return told
end

--- Tells that an attempt has failed, before its error is anybody else's.
local function tell_failure(hooks, told, state, err)
  told.error, told.status = outline(mask.error(told._request, err)), err.status
  told._times, told.client_request_id = state.times, err.client_request_id or state.identity
  emit(hooks.response, told)
end

--- What is told of a reply, or of an error.
local function reply_of(hooks, request, attempt, facts, seconds)
  local plan = request.plan
  return setmetatable({ event = "response", operation = plan.name, method = plan.method, model = request.model,
    attempt = attempt, status = facts.status, seconds = seconds, _request = request, _facts = facts, _hooks = hooks,
    _times = nil, _value = nil }, Observed) -- room for these
end

--- Tells of what came of an attempt: now, unless its value is still to be read.
local function tell_reply(hooks, told, state, exchange)
  local request, status = told._request, told.status
  if not exchange then
    return tell_failure(hooks, told, state, told._facts)
  elseif request.sink then
    told._times = { exchange:times() }
  end
  if status < 200 or status > 299 then
    return emit(hooks.response, told)
  elseif request.stream then
    state.request.watch = end_of_stream(state, request, told._facts, hooks)
    return emit(hooks.response, told)
  end
  state.request.watch = function(value)
    respond(told, value)
  end
end

--- Makes an attempt of whose outcome hooks are told.
local function make_told(hooks, state, request, send_once)
  request.plan = measured(request.plan)
  local began, number = clock(), state.attempts -- one that is not sent is none of the call's
  local exchange, facts = send_once(state, request)
  local seconds = clock() - began
  if state.held then
    seconds, state.held = seconds - state.held, false
  end
  tell_reply(hooks, reply_of(hooks, request, number, facts, seconds), state, exchange)
  return exchange, facts
end

--- Makes an attempt whose value alone is counted.
local function make_counted(hooks, state, request, send_once)
  state.request.watch = hooks.count
  return send_once(state, request)
end

--- Makes an attempt of which hooks are told.
local function attempt(hooks, state, request, send_once)
  local make = (hooks.response or request.stream) and make_told or make_counted
  if not (hooks.request or hooks.limit) then
    return make(hooks, state, request, send_once)
  end
  local told = hooks.request and tell_request(hooks.request, state, request)
  local exchange, facts = make(hooks, state, request, send_once)
  if told then
    told._sent = exchange
  end
  if state.limited then
    state.limited._sent = exchange
  end
  return exchange, facts
end

--- Makes an attempt, and tells nobody.
local function make_alone(_, state, request, send_once)
  return send_once(state, request)
end

--- Makes an attempt of which the log is told, and hooks, if there are any.
local function traced(hooks, state, request, send_once)
  request.plan = measured(request.plan)
  trace.begun(request, state.attempts)
  local began = clock()
  local exchange, facts = (hooks and attempt or make_alone)(hooks, state, request, send_once)
  trace.ended(request, state.attempts, facts, clock() - began, exchange and { exchange:times() } or state.times)
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
  identify_next = identify
  local hooks, logger = state.shared.hooks, request.settings.logger
  local make = logger and log.wants(logger, "debug") and traced or hooks and attempt or make_alone
  local exchange, facts = make(hooks, state, request, send_once)
  if logger and exchange and facts.status >= 200 and facts.status <= 299 then
    observe.done(request, facts --[[@as oai.Response]])
  end
  return exchange, facts --[[@as oai.Response|oai.Error]]
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
  local list = state.shared.hooks.retry
  if list then
    local told = new("retry", state, request)
    told.error, told.status, told.delay, told._facts = outline(err), err.status, delay, err
    told.client_request_id = err.client_request_id or state.identity
    emit(list, told)
  end
end

--- Tells that a call has waited until the server's rate limit let it through.
---@param state table
---@param request oai.Request
---@param waited number
function observe.limit(state, request, waited)
  local list = state.shared.hooks.limit
  state.held = waited
  if list and waited > 0.0005 then
    local told = new("limit", state, request)
    told.waited, told._state, state.limited = waited, state, told
    emit(list, told)
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
  local counted = {}
  shared.hooks = shared.hooks or {}
  shared.hooks.usage = counted
  shared.hooks.count = function(value, request)
    local used = type(value) == "table" and value.usage
    if type(used) == "table" then
      tokens.count(counted, type(value.model) == "string" and value.model or request.model, used)
    end
  end
end

require "oai.interpret" ()

return observe
