-- One key, and where it comes from. A key is the core's as soon as a call
-- needs it; one given as a string is until then in no table, so that nothing
-- that walks through a client meets it.

local lazy = require "oai.lazy"
local nested = require "oai.nested"

local error_value = lazy "oai.error"

local credential = {}

---@type table<string, string>
local ENVIRONMENT = {
  api_key = "OPENAI_API_KEY", admin_api_key = "OPENAI_ADMIN_KEY", webhook_secret = "OPENAI_WEBHOOK_SECRET",
}

-- What stands before a key, where it is not what a request's header has there:
-- a webhook's secret is never sent.
local PREFIX = { webhook_secret = "" }

--- The options that are keys.
credential.names = { "api_key", "admin_api_key", "webhook_secret" }

--- The options that are keys, and are sent.
credential.sent = { "api_key", "admin_api_key" }

--- The environment variable that has a key.
---@param name string  of the option
---@return string
function credential.variable(name)
  return ENVIRONMENT[name]
end

---@class oai.Key  one that was given as a string, out of sight
---@field open fun(): oai.Secret?, string?  what is sent, or why it is none
---@field close fun()  forgets the string

local Sealed = { __name = "oai.Key" }

function Sealed.__tostring()
  return "oai.Key"
end

local function core()
  return require "oai.core"
end

--- A key given as a string, which is sent behind a prefix.
---@param text? string
---@param prefix? string
---@return oai.Key
local function seal(text, prefix)
  local made, reason
  return setmetatable({
    open = function()
      if text then
        made, reason = core().credential(text, prefix)
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

local function nothing()
end

local function missing(variables)
  return error_value.new {
    kind = "authentication",
    message = ("missing credentials: set %s or give 'api_key' to oai.client"):format(table.concat(variables, " or ")),
  }
end

--- A key that the environment has, out of sight: the first of these variables
--- that is set. None is sent where none is, unless one is needed.
---@param variables string[]
---@param is_needed boolean
---@return any
function credential.of_environment(variables, is_needed)
  return setmetatable({
    open = function()
      for _, variable in ipairs(variables) do
        local made, reason = core().credential { env = variable }
        if made or reason ~= "is empty" then
          return made, reason
        end
      end
      if is_needed then
        return nil, missing(variables)
      end
      return false
    end,
    close = nothing,
  }, Sealed)
end

--- A credential of a text that is kept elsewhere, for masking it; nil where
--- it can be none.
---@param text string
---@return oai.Secret?
function credential.temporary(text)
  return (core().credential(text))
end

--- A list with its texts out of sight, in a copy.
local function seal_list(list, name)
  local sealed = {}
  for i, item in ipairs(list) do
    sealed[i] = type(item) == "string" and seal(item, PREFIX[name]) or item
  end
  return sealed
end

--- Puts the keys among options or settings, where they are strings, out of
--- sight. Changes the table, which must be the library's own.
---@param options table
---@return table options
function credential.seal(options)
  for _, name in ipairs(credential.names) do
    local value = options[name]
    if type(value) == "string" then
      options[name] = seal(value, PREFIX[name])
    elseif type(value) == "table" and value[1] ~= nil then
      options[name] = seal_list(value, name)
    end
  end
  return options
end

--- A secret out of sight, if it is a string.
---@param given any
---@param prefix? string  what it is sent behind; else "Authorization: Bearer "
---@return any
function credential.hide(given, prefix)
  return type(given) == "string" and seal(given, prefix) or given
end

--- The core's credential of a secret: a string, one that is out of sight,
--- `{ env = name }`, `{ file = path }`, or one of the core's, as it is.
---@param given any
---@param prefix? string  what it is sent behind, where that is not said yet
---@return userdata?
---@return string? reason
function credential.of(given, prefix)
  if credential.is_sealed(given) then
    return given.open()
  elseif type(given) == "userdata" then
    return given
  end
  return core().credential(given, prefix)
end

--- The error of a function that would be called again before it has returned.
local function needs_itself(name)
  local message = "the function given as '%s' makes a call that needs what it is to return: give that call "
    .. "another '%s'"
  return error_value.new { kind = "authentication", message = message:format(name, name) }
end

local function from_function(name, provider)
  if nested.goes_on(provider) then
    return nil, needs_itself(name)
  end
  local value, err = nested.call(provider, provider)
  if type(value) ~= "string" then
    local why = err ~= nil and ": " .. tostring(err) or ""
    return nil, error_value.new {
      kind = "authentication", cause = err,
      message = ("the function given as '%s' returned no string but %s%s"):format(name, type(value), why),
    }
  end
  return core().credential(value, PREFIX[name])
end

--- The credential of the environment; nil when that is unset or blank. Only the
--- core reads it.
local function from_environment(name)
  local made, reason = core().credential({ env = ENVIRONMENT[name] }, PREFIX[name])
  if reason == "is empty" then
    return nil
  end
  return made, reason
end

--- Why there is no secret: with its place, where it is to be at one.
---@param given any       what says the secret, or where it is
---@param reason? string  of the core
---@return string?
function credential.why(given, reason)
  if not reason or type(given) ~= "table" or credential.is_sealed(given) then
    return reason
  elseif given.env then
    return ("%s: environment variable %s"):format(reason, given.env)
  elseif reason:find "^is " or reason:find "^holds " then
    return ("%s: file '%s'"):format(reason, given.file)
  end
  return ("cannot be read: '%s': %s"):format(given.file, reason)
end

--- The credential of an option that is no function.
local function from_value(name, given)
  local made, reason = core().credential(given, PREFIX[name])
  return made, credential.why(given, reason)
end

--- A credential of the core, or nil and why there is none, which may be an
--- error; false when none is to be sent.
---@param name string  of the option
---@param given any    its value
---@return userdata|false|nil
---@return string|oai.Error? reason
function credential.make(name, given)
  if given == false then
    return false
  elseif type(given) == "function" then
    return from_function(name, given)
  elseif given == nil or given == true then
    return from_environment(name)
  elseif credential.is_sealed(given) then
    return given.open()
  end
  return from_value(name, given)
end

--- The credentials of a list, or of one value; nil and why there is none.
---@param name string  of the option
---@param given any    its value, or what its function returns
---@return userdata[]?
---@return string|oai.Error? reason  nil: nothing is given
function credential.make_all(name, given)
  if type(given) == "function" then
    if nested.goes_on(given) then
      return nil, needs_itself(name)
    end
    given = nested.call(given, given)
    if given == nil or credential.place_refusal(given) then
      return nil, "is none: its function returned " .. type(given)
    end
  end
  local made = {}
  for i, item in ipairs(type(given) == "table" and given[1] ~= nil and given or { given or true }) do
    local one, reason = credential.make(name, item)
    if not one then
      return nil, reason
    end
    made[i] = one
  end
  return made
end

local function is_place(value)
  if type(value) == "string" or credential.is_sealed(value) then
    return true
  end
  local place = type(value) == "table" and (value.env or value.file)
  return type(place) == "string" and not place:find "%z"
end

--- Why a value does not say where a secret is, or several are, or nil when it
--- does.
---@param value any
---@return string?
function credential.place_refusal(value)
  if type(value) == "function" then
    return nil
  end
  for _, item in ipairs(type(value) == "table" and value[1] ~= nil and value or { value }) do
    if not is_place(item) then
      return "must be a string, a function, { file = path } or { env = name }, or a list of those but functions"
    end
  end
end

require "oai.interpret" ()

return credential
