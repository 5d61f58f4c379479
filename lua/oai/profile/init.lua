-- Profiles: in what the server that a client talks to differs from the API,
-- by its name, by where it is, or as the program says. They are data: who
-- needs functions is a provider (provider/init.lua). What they say of
-- parameters is done by adapt.lua.

local lazy = require "oai.lazy"
local options_list = require "oai.options"
local servers = require "oai.profile.servers"
local value_type = require "oai.value_type"

local error_value = lazy "oai.error"
local suggest = lazy "oai.suggest"

local profiles = {}

---@alias oai.ProfileName
---| "ollama"
---| "llama_cpp"
---| "vllm"
---| "lm_studio"
---| "openrouter"
---| "groq"
---| "deepseek"
---| "mistral"
---| "together"

---@class oai.Profile  in what a server differs from the API: `oai.client { profile = ... }`
---@field name? string          for people
---@field base_url? string      where it is, unless the option `base_url` says so
---@field key_variable? string  the environment variable of its key
---@field keyless? boolean      it may have none
---@field base64? boolean       it knows vectors as base64
--- Of operations such as "chat.completions.create": roles of messages, and what they are called there
---@field roles? table<string, table<string, string>>
--- Of operations: parameters, and what they are called there; `false`: not sent
---@field parameters? table<string, table<string, string|false>>
--- Of operations: fields that are to hold, too, what stands at a path such as "text.format.schema"
---@field copied? table<string, table<string, string>>

-- The fields that a program may give, and what each may be.
local FIELDS = {
  name = { "string" }, base_url = { "string" }, key_variable = { "string" }, keyless = { "boolean" },
  base64 = { "boolean" }, roles = { "table" }, parameters = { "table" }, copied = { "table" },
}

local OF_OPERATIONS = { "parameters", "copied", "roles" }

--- Raises unless what stands under each operation is a table.
local function check_operations(given, field)
  for operation, changes in pairs(given[field] or {}) do
    if type(operation) ~= "string" or type(changes) ~= "table" then
      error_value.misuse(("client: the profile: field '%s' must have a table for each operation, such as "
        .. "{ [\"chat.completions.create\"] = { ... } }"):format(field))
    end
  end
end

--- The profile that the option `profile` says. Raises where there is none.
---@param given oai.ProfileName|oai.Profile
---@return oai.Profile
function profiles.take(given)
  if type(given) == "table" then
    value_type.check("client: the profile", "field", given, FIELDS)
    for _, field in ipairs(OF_OPERATIONS) do
      check_operations(given, field)
    end
    return options_list.copy(given) --[[@as oai.Profile]]
  elseif not servers[given] then
    error_value.misuse(("client: unknown profile '%s'%s"):format(given, suggest.hint(given, servers)))
  end
  return servers[given] --[[@as oai.Profile]]
end

local LOOPBACK = { ["127.0.0.1"] = true, localhost = true, ["[::1]"] = true }

local by_host, by_port = {}, {}
for _, profile in pairs(servers) do
  for _, host in ipairs(profile.hosts or {}) do
    by_host[host] = profile
  end
  if profile.port then
    by_port[profile.port] = profile
  end
end

--- The profile of the server that can be nobody else, by where it is.
---@param host string
---@param origin string  ends in the port
---@return oai.Profile?
function profiles.at(host, origin)
  return by_host[host] or LOOPBACK[host] and by_port[origin:match ":(%d+)$"] or nil
end

--- The environment variables that may have its key, the first before the
--- others. One that is recognised by where it is may have that of the API,
--- which programs had before there were profiles; one that is named has not.
---@param profile oai.Profile
---@param is_named boolean
---@return string[]
function profiles.key_variables(profile, is_named)
  local variables = {} ---@type string[]
  if profile.key_variable then
    variables[1] = profile.key_variable
  end
  if not is_named or not (profile.key_variable or profile.keyless) then
    variables[#variables + 1] = "OPENAI_API_KEY"
  end
  return variables
end

--- The servers, for documentation and checks. Not to be changed.
profiles.servers = servers

require "oai.interpret" ()

return profiles
