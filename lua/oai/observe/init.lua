-- What a client tells of its requests while they are made: to functions of the
-- program's, which see no secret, and to the log. Nothing here is loaded or
-- looked at unless somebody wants to be told.

local engines = require "oai.engine"
local hook_lists = require "oai.observe.hooks"
local log = require "oai.log"
local mask = require "oai.call.mask"
local observed = require "oai.observe.observed"
local options_list = require "oai.options"
local tokens = require "oai.observe.tokens"
local trace = require "oai.call.trace"

local clock, emit = engines.clock, hook_lists.emit
local new, of_reply = observed.new, observed.of_reply

local observe = {}

-- By plan: one like it whose requests are measured.
local measured_of = setmetatable({}, { __mode = "k" })

--- A plan whose requests are measured, made once.
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

--- Tells of the reply to a request, whose value has been read meanwhile.
local function respond_later(value, request)
  respond(request.told, value)
end

--- What tells of a stream's end, when that has come.
local function end_of_stream(state, request, facts, hooks)
  return function(stream, value)
    local told = new("stream_end", state, request)
    told._facts, told.stream_status, told.error = facts, stream.status, stream._err and observed.outline(stream._err)
    told.status, told.seconds, told._hooks = facts.status, clock() - state.started, hooks
    respond(told, value)
  end
end

--- Tells that an attempt has failed, before its error is anybody else's.
local function tell_failure(hooks, told, state, err)
  told.error, told.status = observed.outline(mask.error(told._request, err)), err.status
  told._times, told.client_request_id = state.times, err.client_request_id or state.identity
  emit(hooks.response, told)
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
  state.request.watch, state.request.told = respond_later, told
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
  tell_reply(hooks, of_reply(hooks, request, number, facts, seconds), state, exchange)
  return exchange, facts
end

--- Makes an attempt of whose outcome hooks are told; if none is, its value
--- alone is counted.
local function make(hooks, state, request, send_once)
  if hooks.response or request.stream then
    return make_told(hooks, state, request, send_once)
  end
  state.request.watch = hooks.count
  return send_once(state, request)
end

--- Makes an attempt of which hooks are told.
---@return oai.Exchange? exchange
---@return any facts  or the error
local function attempt(hooks, state, request, send_once, identify)
  if not (hooks.request or hooks.limit) then
    return make(hooks, state, request, send_once)
  end
  local told = hooks.request and new("request", state, request, identify)
  if told then
    emit(hooks.request, told)
  end
  local exchange, facts = make(hooks, state, request, send_once)
  if told then
    told._sent = exchange and facts
  end
  if state.limited then
    state.limited._sent = exchange and facts
  end
  return exchange, facts
end

--- Makes an attempt, and tells nobody.
local function make_alone(_, state, request, send_once)
  return send_once(state, request)
end

--- Makes an attempt of which the log is told, and hooks, if there are any.
local function traced(hooks, state, request, send_once, identify)
  request.plan = measured(request.plan)
  trace.begun(request, state.attempts)
  local began = clock()
  local exchange, facts = (hooks and attempt or make_alone)(hooks, state, request, send_once, identify)
  trace.ended(request, state.attempts, facts, clock() - began, exchange and { exchange:times() } or state.times)
  return exchange, facts
end

--- Tells the log of a call that has succeeded.
local function log_success(request, facts)
  log.write(request.settings.logger, "info", "%s: %d in %.3f s", request.plan.name, facts.status, facts.elapsed)
end

--- Makes an attempt, and tells of it.
---@param state table       of the call
---@param request oai.Request
---@param send_once fun(state: table, request: oai.Request): oai.Exchange?, oai.Response|oai.Error
---@param identify fun(state: table, request: oai.Request): string?  the id that the attempt will have
---@return oai.Exchange? exchange
---@return oai.Response|oai.Error facts
function observe.attempt(state, request, send_once, identify)
  local hooks, logger = state.shared.hooks, request.settings.logger
  if not logger then
    return attempt(hooks, state, request, send_once, identify)
  end
  local made = log.wants(logger, "debug") and traced or hooks and attempt or make_alone
  local exchange, facts = made(hooks, state, request, send_once, identify)
  if exchange and facts.status >= 200 and facts.status <= 299 then
    log_success(request, facts)
  end
  return exchange, facts --[[@as oai.Response|oai.Error]]
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
    told.error, told.status, told.delay, told._facts = observed.outline(err), err.status, delay, err
    told.client_request_id = err.client_request_id or state.identity
    emit(list, told)
  end
end

--- Tells that a call has waited until the server's rate limit let it through.
---@param state table
---@param request oai.Request
---@param waited number
---@param identify fun(state: table, request: oai.Request): string?  the id that the attempt will have
function observe.limit(state, request, waited, identify)
  local list = state.shared.hooks.limit
  state.held = waited
  if list and waited > 0.0005 then
    local told = new("limit", state, request, identify)
    told.waited, state.limited = waited, told
    emit(list, told)
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
