-- One key, and where it comes from. A key is the core's as soon as a call
-- needs it; one given as a string is until then in no table, so that nothing
-- that walks through a client meets it.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"

local credential = {}

---@type table<string, string>
local ENVIRONMENT = { api_key = "OPENAI_API_KEY", admin_api_key = "OPENAI_ADMIN_KEY" }

--- The options that are keys.
credential.names = { "api_key", "admin_api_key" }

--- The environment variable that has a key.
---@param name string  of the option
---@return string
function credential.variable(name)
  return ENVIRONMENT[name]
end

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
  for _, name in ipairs(credential.names) do
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

--- The credential of the environment; nil when that is unset or blank. Only the
--- core reads it.
local function from_environment(name)
  local made, reason = core().credential { env = ENVIRONMENT[name] }
  if reason == "is empty" then
    return nil
  end
  return made, reason
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
  return core().credential(given)
end

require "oai.interpret" ()

return credential
