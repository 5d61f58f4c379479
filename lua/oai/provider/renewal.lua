-- A credential that a provider's function gives for a time: it is kept so
-- long, and one call at a time has it renewed, while the others go on with the
-- old one or wait.

local engines = require "oai.engine"
local error_value = require "oai.error"
local functions = require "oai.provider.functions"
local running = require "oai.task.running"
local schedulers = require "oai.task.scheduler"
local token = require "oai.provider.token"
local wait = require "oai.task.wait"

local renewal = {}

local clock = engines.clock

local LOOK = 0.5    -- seconds after which who waits looks again
local LONGEST = 60  -- seconds after which nobody waits for who has it renewed

---@class oai.ProviderRenewal  one that goes on
---@field began number
---@field thread? thread    who has the credential renewed
---@field task? oai.Task
---@field waiting table[]   keys of those that wait, for their schedulers

--- The error of a call whose time is over before it is sent.
---@return oai.Error
function renewal.too_late()
  return error_value.new {
    kind = "timeout", retryable = false, message = "the total timeout has passed before there was a credential",
  }
end

--- Whether nobody renews any more who began to: its task is gone, or what it
--- called was raised.
local function is_lost(under_way, now)
  local thread = under_way.thread
  return thread == coroutine.running() or now - under_way.began > LONGEST
    or thread ~= nil and coroutine.status(thread) == "dead" or under_way.task and under_way.task.done
end

--- Waits until a renewal may have ended; the error of a call that may not wait.
local function await(under_way, call)
  local key, now = {}, clock()
  under_way.waiting[#under_way.waiting + 1] = key
  local _, reason = wait.for_key(schedulers.of(call.shared, call.engine), key, math.min(call.deadline, now + LOOK))
  if reason then
    return running.error_of(reason)
  end
  return clock() >= call.deadline and renewal.too_late() or nil
end

local function begin(state, call)
  local under_way = { waiting = {}, thread = coroutine.running(), task = call.task, began = clock() }
  state.renewal = under_way
  return under_way
end

--- Ends a renewal, and wakes who waited for it.
local function finish(state, under_way, call)
  if state.renewal == under_way then
    state.renewal = false
  end
  for _, key in ipairs(under_way.waiting) do
    schedulers.of(call.shared, call.engine):notify(key)
  end
end

--- Keeps what a provider gave, as long as it said. Returns the credential.
local function keep(state, secret, seconds, began)
  local made, err = functions.make(state, secret)
  if made and seconds then
    state.token = token.new(made, seconds, began, state.provider.refresh_before)
    state.lasting[made] = true
  else
    state.is_asked_always = made ~= nil
  end
  return made, err
end

--- Asks for a credential. Where none is had, the last one is gone on with as long
--- as it holds.
local function renew(state, request, call)
  local under_way = begin(state, call)
  local secret, more = functions.credential(state, request, call)
  local made, err
  if secret then
    made, err = keep(state, secret, more, under_way.began)
  elseif state.token and token.outlasts(state.token, more, clock()) then
    made = state.token.secret
  else
    err = more
  end
  finish(state, under_way, call)
  return made, err
end

--- A credential for one attempt.
local function ask_once(state, request, call)
  local secret, err = functions.credential(state, request, call)
  if not secret then
    return nil, err
  end
  return functions.make(state, secret)
end

--- What a provider's function gives for an attempt, or gave before. May wait.
---@param state oai.ProviderState
---@param request oai.Request
---@param call table  the call's state, from send.lua
---@return userdata? secret
---@return oai.Error? err
function renewal.current(state, request, call)
  while not state.is_asked_always do
    local held, under_way, now = state.token, state.renewal, clock()
    local is_asked_for = under_way and not is_lost(under_way, now)
    local is_within = under_way and functions.goes_on(state, "credential")
    if held and (now < held.renew_at or (is_asked_for or is_within) and now < held.ends_at) then
      return held.secret
    elseif is_within then
      return nil, functions.needs_itself(state, "credential")
    elseif not is_asked_for then
      return renew(state, request, call)
    end
    local err = await(under_way, call)
    if err then
      return nil, err
    end
  end
  return ask_once(state, request, call)
end

require "oai.interpret" ()

return renewal
