-- A provider's functions, called: what they are told of an attempt, and what
-- they return, looked at. Whatever is wrong with that is an error of the call.

local credential = require "oai.credential"
local engines = require "oai.engine"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local nested = require "oai.nested"

local header = lazy "oai.codec.header"

local functions = {}

local clock = engines.clock

--- The error of a provider, of whatever its function said was wrong.
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
---@param state oai.ProviderState
---@param secret any
---@return userdata? made
---@return oai.Error? err
function functions.make(state, secret)
  local made, reason
  local kind = type(secret)
  if kind == "string" or kind == "userdata" or credential.is_sealed(secret)
    or kind == "table" and not credential.place_refusal(secret) then
    made, reason = credential.of(secret, state.provider.prefix)
    reason = reason and "has a credential that " .. credential.why(secret, reason)
  else
    reason = "gave no credential, but a " .. kind
  end
  if not made then
    return nil, failed(state, reason)
  end
  state.secrets[made] = true
  return made
end

--- What a provider is told of an attempt.
---@return oai.ProviderRequest
local function told_of(request, call)
  return {
    operation = request.plan.name, method = request.plan.method, url = request.url, attempt = call.attempts,
    timeout = call.deadline < math.huge and math.max(0, call.deadline - clock()) or nil,
  }
end

--- Whether who asks is called by one of a provider's functions.
---@param state oai.ProviderState
---@param name "credential"|"sign"|"unauthorized"
---@return boolean
function functions.goes_on(state, name)
  return nested.goes_on(state.calls[name])
end

--- The error of a function that would be called again before it has returned.
---@param state oai.ProviderState
---@param name "credential"|"sign"
---@return oai.Error
function functions.needs_itself(state, name)
  return failed(state, ("makes a call in its function '%s' that needs what this is to return: "
    .. "send it by the function's second argument"):format(name))
end

-- What has happened where a provider's function says why it returns nothing.
local WITHOUT = { credential = "has no credential", sign = "could not sign the request" }

--- Calls one of a provider's functions, which may wait. What it returns; or nil
--- and an error. Seconds with nothing before them are no reason.
local function ask(state, name, told)
  if functions.goes_on(state, name) then
    return nil, functions.needs_itself(state, name)
  end
  local value, more = nested.call(state.calls[name], state.provider[name], told, state.send)
  if not value then
    local is_untold = more == nil or type(more) == "number"
    return nil, failed(state, is_untold and ("gave nothing by its function '%s'"):format(name)
      or error_value.is_error(more) and more or ("%s: %s"):format(WITHOUT[name], tostring(more)))
  end
  return value, more
end

--- Asks for a credential. May wait.
---@param state oai.ProviderState
---@param request oai.Request
---@param call table   the call's state, from send.lua
---@return any secret
---@return any more  for how many seconds it holds, nil: for one attempt; or the error
function functions.credential(state, request, call)
  local secret, seconds = ask(state, "credential", told_of(request, call))
  if secret and seconds ~= nil and not (type(seconds) == "number" and seconds >= 0) then
    return nil, failed(state, "gave a credential, and behind it no number of seconds from 0 on: "
      .. (type(seconds) == "number" and tostring(seconds) or type(seconds)))
  end
  return secret, seconds
end

local NO_FIELDS = "gave a %s by its function 'sign': it returns a table of header fields, such as "
  .. "{ Authorization = signature }, or nil and a reason"

--- Asks for the header fields of an attempt of which all else is fixed. May
--- wait.
---@param state oai.ProviderState
---@param request oai.Request
---@param call table
---@return table<string, string>?
---@return oai.Error? err
function functions.sign(state, request, call)
  local told = told_of(request, call)
  told.header = header.parse(table.concat(request.plan.lines, "\r\n"))
  told.body, told.form = request.body, request.form ~= nil
  local given, err = ask(state, "sign", told)
  if given and type(given) ~= "table" then
    return nil, failed(state, NO_FIELDS:format(type(given)))
  end
  return given, err
end

--- Whether a request that was refused goes out once more, as its provider says.
---@param state oai.ProviderState
---@param request oai.Request
---@param call table
---@param facts oai.Response
---@return boolean
function functions.unauthorized(state, request, call, facts)
  if functions.goes_on(state, "unauthorized") then
    return false
  end
  local unauthorized = state.provider.unauthorized --[[@as function]]
  return nested.call(state.calls.unauthorized, unauthorized, told_of(request, call), facts) and true or false
end

require "oai.interpret" ()

return functions
