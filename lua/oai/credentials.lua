-- The keys of a client: which one a request takes. Each is made when it is
-- first needed, so that all who send it share one, and a client that is closed
-- forgets those of its copies and calls as well.

local credential = require "oai.credential"
local lazy = require "oai.lazy"

local error_value = lazy "oai.error"

local credentials = {}

---@class oai.Credentials
---@field package _given table    the options: where keys come from
---@field package _made table     those that stay the same, by the option's name; false: none is sent
---@field package _secrets table  all that were made or sealed for the client and its copies; weak
local Credentials = {}
Credentials.__index = Credentials

local NONE = {}

local KEYS_ALONE = { __mode = "k" }

--- The keys that options say.
---@param options table  sealed
---@param base? oai.Credentials  of the client that these are a copy or a call of
---@return oai.Credentials
function credentials.new(options, base)
  local self = setmetatable({
    _given = options, _made = {}, _secrets = base and base._secrets or setmetatable({}, KEYS_ALONE),
  }, Credentials)
  for _, name in ipairs(credential.names) do
    local value = options[name]
    for _, one in ipairs(credential.is_sealed(value) and { value } or type(value) == "table" and value or NONE) do
      if credential.is_sealed(one) then
        self._secrets[one] = true
      end
    end
  end
  return self
end

local function failed(name, reason)
  return error_value.is_error(reason) and reason or error_value.new {
    kind = "authentication", message = ("the credential '%s' %s"):format(name, reason),
  }
end

--- The key that an option says; false: none is sent; nil: there is none, or an
--- error. What a function returns is asked for each time.
local function find(self, name)
  local kept = self._made[name]
  if kept ~= nil then
    return kept
  end
  local made, reason = credential.make(name, self._given[name])
  if made == nil and reason then
    return nil, failed(name, reason)
  elseif made then
    self._secrets[made] = true
  end
  if type(self._given[name]) ~= "function" then
    self._made[name] = made
  end
  return made
end

local function missing(name)
  return error_value.new {
    kind = "authentication",
    message = ("missing credentials: set %s or give '%s' to oai.client"):format(credential.variable(name), name),
  }
end

--- The credential for a request: the admin key for the administration's
--- operations where there is one, else the ordinary key.
---@param admin boolean
---@return userdata|false|nil
---@return oai.Error? err
function Credentials:of(admin)
  local kept = self._made.api_key
  if kept ~= nil and not admin then
    return kept
  elseif admin then
    local made, err = find(self, "admin_api_key")
    if made ~= nil or err then
      return made, err
    end
  end
  local made, err = find(self, "api_key")
  if made == nil and not err then
    err = missing(admin and "admin_api_key" or "api_key")
  end
  return made, err
end

--- The secrets of webhooks; nil: there are none, and why, unless none is given.
---@return userdata[]?
---@return string|oai.Error? reason
function Credentials:of_webhooks()
  local kept = self._made.webhook_secret
  if kept then
    return kept
  end
  local given = self._given.webhook_secret
  local made, reason = credential.make_all("webhook_secret", given)
  for _, one in ipairs(made or NONE) do
    self._secrets[one] = true
  end
  if type(given) ~= "function" then
    self._made.webhook_secret = made
  end
  return made, reason
end

--- All that are sent, but for what functions return.
---@return userdata[]
function Credentials:all()
  local all = {}
  for _, name in ipairs(credential.sent) do
    all[#all + 1] = type(self._given[name]) ~= "function" and find(self, name) or nil
  end
  return all
end

--- Forgets all that a client and its copies have.
function Credentials:close()
  for secret in pairs(self._secrets) do
    secret.close(secret)
  end
end

require "oai.interpret" ()

return credentials
