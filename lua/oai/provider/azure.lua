-- Azure OpenAI, as it is asked with deployments and an api-version: where its
-- operations are, and with what. Its newer surface, .../openai/v1/, is the API
-- itself, for which oai.client with a base_url will do.

local credential = require "oai.credential"
local error_value = require "oai.error"
local given_options = require "oai.provider.given"
local options_list = require "oai.options"
local path_codec = require "oai.codec.path"
local set = require "oai.set"
local url = require "oai.codec.url"

local azure = {}

---@class oai.AzureOptions : oai.OpenClientOptions
---@field endpoint? string      such as "https://my-resource.openai.azure.com"; else `AZURE_OPENAI_ENDPOINT`
---@field api_version? string   such as "2024-10-21"; else `OPENAI_API_VERSION`
---@field deployment? string    whose calls go to it, whatever their model is; else a call's model is its deployment
--- From Entra ID: a text, or a function that is called for each attempt; one that returns second for how many
--- seconds its token holds is called again towards their end. Else `AZURE_OPENAI_AD_TOKEN`, where there is no key.
---@field token? oai.ProviderCredential
---@field api_key? oai.ProviderCredential|false  the key; else `AZURE_OPENAI_API_KEY`
---@field base_url? string      instead of the endpoint: where "/openai" would be

local OWN = {
  endpoint = { "text" }, api_version = { "text" }, deployment = { "text" }, token = { "any" }, api_key = { "any" },
  base_url = { "text" },
}

-- What openai-python calls these options.
local CALLED = {
  azure_endpoint = "endpoint", azure_deployment = "deployment", azure_ad_token = "token",
  azure_ad_token_provider = "token",
}

-- The operations whose path names a deployment.
local DEPLOYED = set {
  "/completions", "/chat/completions", "/embeddings", "/audio/transcriptions", "/audio/translations", "/audio/speech",
  "/images/generations", "/images/edits",
}

local BEARER, KEY = "Authorization: Bearer ", "api-key: "

-- What OpenAI's own servers alone know.
local FOREIGN = { "organization", "project" }

local function check_foreign(given)
  for _, name in ipairs(FOREIGN) do
    if given[name] then
      error_value.misuse(("azure: option '%s' is OpenAI's: Azure knows no such header; leave it out, or give a gateway "
        .. "that wants one the option 'headers'"):format(name))
    end
  end
end

local function check(given)
  check_foreign(given)
  if given.endpoint and given.base_url then
    error_value.misuse "azure: give 'endpoint' or 'base_url', not both"
  elseif given.api_key ~= nil and given.token ~= nil then
    error_value.misuse "azure: give 'api_key' or 'token', not both"
  end
end

--- Where calls go.
local function base_of(given)
  if given.base_url then
    return given.base_url
  end
  local endpoint = given.endpoint or options_list.environment "AZURE_OPENAI_ENDPOINT"
  if not endpoint then
    error_value.misuse "azure: give 'endpoint' or 'base_url', or set AZURE_OPENAI_ENDPOINT"
  end ---@cast endpoint string
  return url.join(endpoint, "/openai")
end

local function version_of(given)
  return given.api_version or options_list.environment "OPENAI_API_VERSION"
    or error_value.misuse "azure: give 'api_version', such as \"2024-10-21\", or set OPENAI_API_VERSION"
end

--- The credential of the environment: a token, else a key.
local function from_environment()
  local made, reason = credential.of({ env = "AZURE_OPENAI_AD_TOKEN" }, BEARER)
  if not made and reason == "is empty" then
    made, reason = credential.of({ env = "AZURE_OPENAI_API_KEY" }, KEY)
  end
  if not made and reason == "is empty" then
    return nil, error_value.new {
      kind = "authentication", retryable = false,
      message = "missing credentials: give 'api_key' or 'token' to oai.azure, or set AZURE_OPENAI_API_KEY or "
        .. "AZURE_OPENAI_AD_TOKEN",
    }
  end
  return made, reason
end

local function credential_of(given)
  if given.api_key == false then
    return nil -- none is sent
  end
  return given.api_key or given.token or from_environment
end

--- The path of an operation among deployments. What is asked of it by GET is
--- no call of a model, and the model there one that is looked for.
local function path_of(deployment, method, path, params)
  local name = DEPLOYED[path:match "^[^?]*"] and (deployment or method ~= "GET" and params.model)
  if type(name) ~= "string" then
    return path
  end
  local prefix, reason = path_codec.expand("/deployments/{name}", { name = name })
  return prefix and prefix .. path or error_value.misuse("azure: the deployment: " .. reason)
end

--- How paths are rewritten; nil: they are not. A base URL that a program gives
--- may name a deployment itself, and is no place of the client's own.
local function path_maker(given, base)
  if base:gsub("^%a+://[^/]*", ""):find("/deployments", 1, true) and given.base_url then
    return nil
  end
  local deployment = not given.base_url and given.deployment or nil
  return function(method, path, params)
    return path_of(deployment, method, path, params)
  end
end

--- The options of a client of Azure's.
---@param given? oai.AzureOptions
---@return oai.ClientOptions
function azure.options(given)
  local own, rest = given_options.split("azure", given or {}, OWN, CALLED)
  check(own)
  local base = base_of(own)
  rest.provider = {
    name = "azure", base_url = base, query = { ["api-version"] = version_of(own) },
    header = own.token == nil and "api-key" or nil, path = path_maker(own, base),
    credential = credential_of(own), refuses = FOREIGN, socket_model = "deployment",
  }
  return rest
end

require "oai.interpret" ()

return azure
