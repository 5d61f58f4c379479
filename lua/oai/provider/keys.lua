-- The credentials of a client with a provider: they are asked for where those
-- of other clients are (oai.Credentials).

local credential = require "oai.credential"
local credentials = require "oai.credentials"
local engines = require "oai.engine"
local functions = require "oai.provider.functions"
local renewal = require "oai.provider.renewal"

local keys = {}

local KEYS_ALONE = { __mode = "k" }

---@class oai.ProviderState  what a client, its copies and its calls share
---@field provider oai.Provider
---@field send? oai.ProviderSend
---@field calls table<string, table>  by which calls of its functions are known
---@field token oai.ProviderToken|false
---@field renewal oai.ProviderRenewal|false  which brings the next one
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
    provider = provider, calls = { credential = {}, sign = {}, unauthorized = {} },
    token = false, renewal = false, is_asked_always = false,
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

local function static_of(state)
  if not state.static then
    local made, err = functions.make(state, state.provider.credential)
    if not made then
      return nil, err
    end
    state.static = made
  end
  return state.static
end

--- What the provider's function gives for an attempt, in the time of its call.
local function current(state, request, call)
  local made, err = renewal.current(state, request, call)
  if made and engines.clock() >= call.deadline then
    return nil, renewal.too_late()
  end
  return made, err
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
    return current(state, request, call)
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
  local held = state.token
  local is_one = state.lasting[request.credential or 1] == true and facts.status == 401
  if state.provider.unauthorized then
    is_one = functions.unauthorized(state, request, call, facts)
  end
  if is_one and held and held.secret == request.credential then
    state.token = false
  end
  return is_one
end

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
  return functions.sign(self._state, request, call)
end

--- All credentials that are sent, but for those that are made for one attempt.
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
    local sealed = state.provider.credential --[[@as oai.Key]]
    sealed.close()
  end
  if state.provider.close then
    state.provider.close()
  end
  self._ordinary:close()
end

require "oai.interpret" ()

return keys
