-- Where the keys of a client come from. A key is the core's as soon as a call
-- needs it; one given as a string is until then in no table, so that nothing
-- that walks through a client meets it.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"

local credential = {}

local ENVIRONMENT = { api_key = "OPENAI_API_KEY", admin_api_key = "OPENAI_ADMIN_KEY" }

local Sealed = { __name = "oai.Key" }

function Sealed.__tostring()
  return "oai.Key"
end

local function core()
  return require "oai.core"
end

--- A key given as a string, out of sight. `open` gives the core's credential,
--- or nil and why it is none; `close` forgets the string.
local function seal(text)
  local made, reason
  return setmetatable({
    open = function()
      if text then
        made, reason = core().credential(text)
        text = nil
      end
      return made, reason
    end,
    close = function()
      text = nil
    end,
  }, Sealed)
end

---@param value any
---@return boolean
function credential.is_sealed(value)
  return getmetatable(value) == Sealed
end

--- A credential of a text that is kept elsewhere, for masking it; nil where
--- it can be none.
---@param text string
---@return userdata?
function credential.temporary(text)
  return (core().credential(text))
end

--- Puts the keys among options or settings, where they are strings, out of
--- sight. Changes the table, which must be the library's own.
---@param options table
---@return table options
function credential.seal(options)
  for name in pairs(ENVIRONMENT) do
    if type(options[name]) == "string" then
      options[name] = seal(options[name])
    end
  end
  return options
end

local function from_function(name, provider)
  local value = provider()
  if type(value) ~= "string" then
    return nil, error_value.new {
      kind = "authentication",
      message = ("the function given as '%s' returned no string but %s"):format(name, type(value)),
    }
  end
  return core().credential(value)
end

--- The environment's; nil when it is unset or blank. Only the core reads it.
local function from_environment(name)
  local made, reason = core().credential { env = ENVIRONMENT[name] }
  if reason == "is empty" then
    return nil
  end
  return made, reason
end

--- A credential of the core, or nil and why there is none; false when none
--- is to be sent.
local function make(name, given)
  if given == false then
    return false
  elseif type(given) == "function" then
    return from_function(name, given)
  elseif given == nil or given == true then
    return from_environment(name)
  elseif credential.is_sealed(given) then
    return given.open()
  end
  return core().credential(given)
end

local function find(settings, name)
  local kept = settings.credentials[name]
  if kept ~= nil then
    return kept
  end
  local made, reason = make(name, settings[name])
  if made == nil and reason then
    return nil, error_value.is_error(reason) and reason or error_value.new {
      kind = "authentication",
      message = ("the credential '%s' %s"):format(name, reason),
    }
  end
  if made then
    settings.secrets[made] = true
  end
  if type(settings[name]) ~= "function" then
    settings.credentials[name] = made
  end
  return made
end

local function missing(name)
  return error_value.new {
    kind = "authentication",
    message = ("missing credentials: set %s or give '%s' to oai.client"):format(ENVIRONMENT[name], name),
  }
end

--- The credential for a request: the admin key for the administration's
--- operations where there is one, else the ordinary key.
---@param settings table
---@param admin boolean
---@return userdata|false|nil
---@return oai.Error? err
function credential.of(settings, admin)
  local made, err
  if admin then
    made, err = find(settings, "admin_api_key")
    if made ~= nil or err then
      return made, err
    end
  end
  made, err = find(settings, "api_key")
  if made == nil and not err then
    err = missing(admin and "admin_api_key" or "api_key")
  end
  return made, err
end

--- All that settings say, but for what functions return.
---@param settings table
---@return userdata[]
function credential.all(settings)
  local all = {}
  for name in pairs(ENVIRONMENT) do
    all[#all + 1] = type(settings[name]) ~= "function" and find(settings, name) or nil
  end
  return all
end

--- Makes room for the credentials of settings; `shared` ones are of the same
--- client and its copies.
---@param settings table
---@param shared? table
function credential.begin(settings, shared)
  credential.seal(settings)
  settings.credentials = {}
  settings.secrets = shared or setmetatable({}, { __mode = "k" }) -- those that were made, and the sealed
  for name in pairs(ENVIRONMENT) do
    if credential.is_sealed(settings[name]) then
      settings.secrets[settings[name]] = true
    end
  end
end

--- Forgets all that a client and its copies have.
---@param settings table
function credential.close(settings)
  for secret in pairs(settings.secrets) do
    secret.close(secret)
  end
end

require "oai.interpret" ()

return credential
