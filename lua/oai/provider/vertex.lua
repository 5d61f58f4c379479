-- Vertex AI: where Google has the API, by project and location, and with whose
-- token.

local error_value = require "oai.error"
local given_options = require "oai.provider.given"
local options_list = require "oai.options"
local url = require "oai.codec.url"

local vertex = {}

---@class oai.VertexOptions : oai.OpenClientOptions
---@field project? string   Google's id of it; else `GOOGLE_CLOUD_PROJECT`
---@field location? string  such as "us-central1" or "global"; else `GOOGLE_CLOUD_LOCATION`
---@field base_url? string  instead of these
--- Of Google's: a text, or a function that is called for each attempt; one that returns second for how many seconds
--- its token holds is called again towards their end.
---@field token oai.ProviderCredential

local OWN = { project = { "text" }, location = { "text" }, base_url = { "text" }, token = { "any" } }

-- What openai-python calls these options.
local CALLED = { token_provider = "token", credentials = "token", api_key = "token" }

local BASE = "https://%saiplatform.googleapis.com/v1/projects/%s/locations/%s/publishers/openai/v1"

-- What Google's names are made of: a project's may have its domain before it.
local PROJECT, LOCATION = "^[%w_-][%w._:-]*$", "^[%l%d-]+$"

--- A name that is given, or the environment's.
local function name_of(given, option, variable, pattern)
  local name = given[option]
  if name == nil then
    name = options_list.environment(variable)
  end
  if name == nil then
    error_value.misuse(("vertex: give '%s', or set %s"):format(option, variable))
  elseif type(name) ~= "string" or not name:find(pattern) then
    error_value.misuse(("vertex: the %s '%s' is none"):format(option, tostring(name):gsub("%c", "?")))
  end
  return name
end

local function is_google(host)
  host = host:gsub("%.+$", "")
  return host == "googleapis.com" or host:find "%.googleapis%.com$" ~= nil
end

--- An address that is given: the API's own, and Google's only over TLS.
local function checked(base)
  local parts, reason = url.parse(type(base) == "string" and base or "")
  if not parts then
    error_value.misuse(("vertex: base_url '%s' is no URL that can be used: %s"):format(url.shown(tostring(base)),
      reason))
  elseif parts.query ~= "" or base:find "[?#]" then
    error_value.misuse(("vertex: base_url '%s' must have no query and no fragment"):format(url.shown(base)))
  elseif is_google(parts.host) and not parts.origin:find "^https:" then
    error_value.misuse(("vertex: base_url '%s' must begin with https://, as Google's do"):format(base))
  end
  return base
end

local function base_of(given)
  if given.base_url ~= nil then
    return checked(given.base_url)
  end
  local project = name_of(given, "project", "GOOGLE_CLOUD_PROJECT", PROJECT)
  local location = name_of(given, "location", "GOOGLE_CLOUD_LOCATION", LOCATION)
  return BASE:format(location == "global" and "" or location .. "-", project, location)
end

local function check(given)
  if given.token == nil then
    error_value.misuse "vertex: give 'token', a text or a function that returns one and the seconds that it holds"
  end
end

--- The options of a client of Vertex AI's.
---@param given oai.VertexOptions
---@return oai.ClientOptions
function vertex.options(given)
  local own, rest = given_options.split("vertex", given, OWN, CALLED)
  local base = base_of(own)
  check(own)
  rest.provider = {
    name = "vertex", base_url = base, credential = own.token, redirects = false,
    refuses = { "organization", "project" },
  }
  return rest
end

require "oai.interpret" ()

return vertex
