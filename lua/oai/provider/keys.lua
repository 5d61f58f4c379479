-- The credentials of a client with a provider: they are asked for where those
-- of other clients are (oai.Credentials). What a function gives for a time is
-- kept so long; one call at a time asks for the next, while the others go on
-- with the old one or wait.

local credential = require "oai.credential"
local credentials = require "oai.credentials"
local engines = require "oai.engine"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local running = require "oai.task.running"
local schedulers = require "oai.task.scheduler"
local token = require "oai.provider.token"
local wait = require "oai.task.wait"

local header = lazy "oai.codec.header"

local keys = {}

local clock = engines.clock

local LOOK = 0.5          -- seconds after which who waits looks again
local LONGEST_FLIGHT = 60 -- seconds after which nobody waits for who asks
local KEYS_ALONE = { __mode = "k" }

---@class oai.ProviderState  what a client, its copies and its calls share
---@field provider oai.Provider
---@field send? oai.ProviderSend
---@field token oai.ProviderToken|false
---@field flight table|false  who asks for the next one
---@field is_asked_always boolean  what the function gives is for one attempt
---@field secrets table       all that were made; weak
---@field lasting table       of those, what was to be kept for a time; weak
---@field static? userdata    the one that is always the same

---@class oai.ProviderKeys
---@field package _ordinary oai.Credentials  the client's own: the administration's, and those of webhooks
---@field package _state oai.ProviderState
---@field package _is_silent? boolean  none is sent
local Keys = {}
Keys.__index = Keys

---@param provider oai.Provider
---@param ordinary oai.Credentials
---@return oai.ProviderKeys
function keys.new(provider, ordinary)
  local state = {
    provider = provider, token = false, flight = false, is_asked_always = false,
    secrets = setmetatable({}, KEYS_ALONE), lasting = setmetatable({}, KEYS_ALONE),
  }
  return setmetatable({ _ordinary = ordinary, _state = state }, Keys)
end

--- The credentials of a copy or a call with other options.
---@param options table  sealed
---@param is_silent boolean  they say that none is sent
---@return oai.ProviderKeys
function Keys:beside(options, is_silent)
  return setmetatable({
    _ordinary = credentials.new(options, self._ordinary), _state = self._state, _is_silent = is_silent,
  }, Keys)
end

--- Lets the provider's functions send requests.
---@param send oai.ProviderSend
function Keys:lend(send)
  self._state.send = send
end

--- An error of a provider, of whatever its function said was wrong.
local function failed(state, reason)
  if error_value.is_error(reason) then
    return reason
  end
  return error_value.new {
    kind = "authentication", retryable = false,
    message = ("the provider '%s' %s"):format(state.provider.name, reason),
  }
end

--- The core's credential of a secret that a provider says.
local function made_of(state, secret)
  local made, reason
  local kind = type(secret)
  if kind == "string" or kind == "userdata" or credential.is_sealed(secret)
    or kind == "table" and not credential.place_refusal(secret) then
    made, reason = credential.of(secret, state.provider.prefix)
    reason = reason and "has a credential that " .. reason
  else
    reason = "gave no credential, but a " .. kind
  end
  if not made then
    return nil, failed(state, reason)
  end
  state.secrets[made] = true
  return made
end

local function static_of(state)
  if not state.static then
    local made, err = made_of(state, state.provider.credential)
    if not made then
      return nil, err
    end
    state.static = made
  end
  return state.static
end

--- What a provider is told of an attempt.
---@return oai.ProviderRequest
local function told_of(request, call)
  return {
    operation = request.plan.name, method = request.plan.method, url = request.url, attempt = call.attempts,
    timeout = call.deadline < math.huge and math.max(0, call.deadline - clock()) or nil,
  }
end

-- What has happened where a provider's function says why it returns nothing.
local WITHOUT = { credential = "has no credential", sign = "could not sign the request" }

--- Calls one of a provider's functions. Returns what it returns first; or nil
--- and an error. Seconds with nothing before them are no reason.
local function ask(state, name, ...)
  local value, more = state.provider[name](...)
  if not value then
    local is_untold = more == nil or type(more) == "number"
    return nil, failed(state, is_untold and ("gave nothing by its function '%s'"):format(name)
      or error_value.is_error(more) and more or ("%s: %s"):format(WITHOUT[name], tostring(more)))
  end
  return value, more
end

--- Asks for a credential, and for how many seconds it holds; nil: for one
--- attempt.
local function ask_credential(state, request, call)
  local secret, seconds = ask(state, "credential", told_of(request, call), state.send)
  if secret and seconds ~= nil and not (type(seconds) == "number" and seconds >= 0) then
    return nil, failed(state, "gave a credential, and behind it no number of seconds from 0 on: "
      .. (type(seconds) == "number" and tostring(seconds) or type(seconds)))
  end
  return secret, seconds
end

--- Whether nobody asks any more who began to: its task is gone, or what it
--- called was raised.
local function is_lost(flight, now)
  local thread = flight.thread
  return thread == coroutine.running() or now - flight.began > LONGEST_FLIGHT
    or thread ~= nil and coroutine.status(thread) == "dead" or flight.task and flight.task.done
end

--- The error of a call whose time is over before it is sent.
local function too_late()
  return error_value.new {
    kind = "timeout", retryable = false, message = "the total timeout has passed before there was a credential",
  }
end

--- Waits until a flight may have ended; the error of a call that may not wait.
local function await(flight, call)
  local key, now = {}, clock()
  flight.waiting[#flight.waiting + 1] = key
  local _, reason = wait.for_key(schedulers.of(call.shared, call.engine), key, math.min(call.deadline, now + LOOK))
  if reason then
    return running.error_of(reason)
  end
  return clock() >= call.deadline and too_late() or nil
end

--- Ends a flight, and wakes who waited for it.
local function land(state, flight, call)
  if state.flight == flight then
    state.flight = false
  end
  for _, key in ipairs(flight.waiting) do
    schedulers.of(call.shared, call.engine):notify(key)
  end
end

--- Keeps what a provider gave, as long as it said. Returns the credential.
local function keep(state, secret, seconds, began)
  local made, err = made_of(state, secret)
  if made and seconds then
    state.token = token.new(made, seconds, began, state.provider.refresh_before)
    state.lasting[made] = true
  else
    state.is_asked_always = made ~= nil
  end
  return made, err
end

--- Asks for a credential; in its place goes one that still holds.
local function renew(state, request, call)
  local flight = { waiting = {}, thread = coroutine.running(), task = call.task, began = clock() }
  state.flight = flight
  local secret, more = ask_credential(state, request, call)
  local made, err
  if secret then
    made, err = keep(state, secret, more, flight.began)
  elseif state.token and token.outlasts(state.token, more, clock()) then
    made = state.token.secret
  else
    err = more
  end
  land(state, flight, call)
  return made, err
end

--- What a provider's function gives for an attempt.
local function current(state, request, call)
  while not state.is_asked_always do
    local held, flight, now = state.token, state.flight, clock()
    local is_asked_for = flight and not is_lost(flight, now)
    if held and (now < held.renew_at or is_asked_for and now < held.ends_at) then
      return held.secret
    elseif not is_asked_for then
      return renew(state, request, call)
    end
    local err = await(flight, call)
    if err then
      return nil, err
    end
  end
  local secret, err = ask_credential(state, request, call)
  if not secret then
    return nil, err
  end
  return made_of(state, secret)
end

--- The credential for an attempt; false: none is sent. May wait.
---@param admin boolean
---@param request oai.Request
---@param call table  the call's state, from send.lua
---@return userdata|false|nil
---@return oai.Error? err
function Keys:of(admin, request, call)
  local state = self._state
  local given = state.provider.credential
  if self._is_silent then
    return false
  elseif admin or given == nil and not state.provider.sign then
    local made, err = self._ordinary:of(admin)
    if made or err or given == nil then
      return made, err
    end
  end
  if given == nil then
    return false
  elseif type(given) == "function" then
    local made, err = current(state, request, call)
    if made and clock() >= call.deadline then
      return nil, too_late()
    end
    return made, err
  end
  return static_of(state)
end

--- Whether a request that was refused goes out once more: what it had was kept
--- from before, and another is asked for now; or its provider says so.
---@param request oai.Request
---@param call table
---@param facts oai.Response
---@return boolean
function Keys:renews(request, call, facts)
  local state = self._state
  local unauthorized, held = state.provider.unauthorized, state.token
  local is_one = state.lasting[request.credential or 1] and facts.status == 401
  if unauthorized then
    is_one = unauthorized(told_of(request, call), facts)
  end
  if is_one and held and held.secret == request.credential then
    state.token = false
  end
  return is_one and true or false
end

local NO_FIELDS = "gave a %s by its function 'sign': it returns a table of header fields, such as "
  .. "{ Authorization = signature }, or nil and a reason"

--- The header lines that a provider adds to an attempt of which all else is
--- fixed. May wait.
---@param request oai.Request
---@param call table
---@return table<string, string>?
---@return oai.Error? err
function Keys:sign(request, call)
  if self._is_silent then
    return {}
  end
  local told = told_of(request, call)
  told.header = header.parse(table.concat(request.plan.lines, "\r\n"))
  told.body, told.form = request.body, request.form ~= nil
  local given, err = ask(self._state, "sign", told, self._state.send)
  if given and type(given) ~= "table" then
    return nil, failed(self._state, NO_FIELDS:format(type(given)))
  end
  return given, err
end

--- All that are sent, but for what is made for one attempt.
---@return userdata[]
function Keys:all()
  local all, state = self._ordinary:all(), self._state
  all[#all + 1] = state.static
  all[#all + 1] = state.token and state.token.secret or nil
  return all
end

---@return userdata[]?
---@return string|oai.Error? reason
function Keys:of_webhooks()
  return self._ordinary:of_webhooks()
end

--- Forgets all that a client and its copies have.
function Keys:close()
  local state = self._state
  for secret in pairs(state.secrets) do
    secret.close(secret)
  end
  if credential.is_sealed(state.provider.credential) then
    state.provider.credential.close()
  end
  if state.provider.close then
    state.provider.close()
  end
  self._ordinary:close()
end

require "oai.interpret" ()

return keys
