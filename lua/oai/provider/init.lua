-- Who has the API beside OpenAI: what a provider is, what is taken of one when
-- a client is made, and what a copy or a call of that client may not change.
-- Whoever asks while calls are made asks keys.lua.

local credential = require "oai.credential"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local value_type = require "oai.value_type"

local keys = lazy "oai.provider.keys"
local workload_identity = lazy "oai.provider.workload_identity"

local provider = {}

---@class oai.ProviderRequest  what a provider's functions are told of an attempt; a table of their own
---@field operation string   such as "responses.create"
---@field method string  of HTTP
---@field url string  where it goes, with its query
---@field attempt integer    counted from 1
---@field timeout? number    seconds that are left of the call's `total_timeout`
---@field header? table<string, string>  for `sign`: the fields, by names in lower case, but for libcurl's own
---@field body? string       for `sign`: what is sent; nil: nothing, or a form
---@field form? boolean      for `sign`: a form is sent

--- Sends a request of the provider's own and waits as the caller does: over the client's connections, with nothing of
--- the client's in it, following no redirect. Returns as `client:request` does.
---@alias oai.ProviderSend fun(method: string, url: string, params?: table, options?: oai.CallOptions): any, any

---@alias oai.ProviderSecret string|oai.SecretPlace

--- Makes a credential; the number of seconds that it holds, if it is to be kept; or nil, and why there is none.
---@alias oai.ProviderMaker fun(request: oai.ProviderRequest, send: oai.ProviderSend): oai.ProviderSecret?, any

---@alias oai.ProviderCredential oai.ProviderSecret|oai.ProviderMaker

---@class oai.Provider  who has the API, and how it is asked there: `oai.client { provider = ... }`
---@field name string        for messages
---@field prefix? string   what stands before the credential in the header line; not for programs, which say `header`
---@field base_url? string   where calls go; then nothing that the environment says of OpenAI is used
---@field headers? table<string, string>  of every request; what the client is given wins
---@field query? table       parameters of every query; what the client is given wins
---@field header? string     the header field that has the credential, such as "api-key"; else it is Authorization, and
--- the credential stands behind "Bearer "
---@field redirects? boolean false: none is followed. Else they are, without the credential to another origin
---@field refuses? string[]  options that a client may not have
---@field refresh_before? number  seconds before its end that a credential is renewed, and no sooner than after half of
--- its time; 1200
---@field path? fun(method: string, path: string, params: table): string  the path of an operation as it is here; it
--- must not wait
--- The credential, or who makes it, for each attempt: a function may wait. With a number of seconds behind it, it is
--- kept so long, asked for by one call at a time, and once more when the server refuses it (401).
---@field credential? oai.ProviderCredential
--- Header fields of an attempt, when all else of it is fixed; may wait. No redirect is followed.
---@field sign? fun(request: oai.ProviderRequest, send: oai.ProviderSend): table<string, string>?, any
--- After a 401, or what else is no success: whether the request goes out once more. That counts as no retry.
---@field unauthorized? fun(request: oai.ProviderRequest, facts: oai.Response): boolean
---@field socket_model? string  the query parameter that names the model of a Realtime socket; else it is "model"
---@field close? fun()       when the client is closed: forgets what is secret

local SECRET = { "function", "string", "table", "userdata" }

-- The fields of a provider, and what each may be.
local FIELDS = {
  name = { "string" }, base_url = { "string" }, headers = { "table" }, query = { "table" }, header = { "string" },
  redirects = { "boolean" }, refuses = { "table" }, refresh_before = { "seconds" }, path = { "function" },
  credential = SECRET, sign = { "function" }, unauthorized = { "function" }, close = { "function" },
  socket_model = { "string" },
}

local function check_refuses(names)
  for i, name in pairs(names) do
    if type(i) ~= "number" or type(name) ~= "string" then
      error_value.misuse "client: the provider: field 'refuses' must be a list of names of options"
    end
    local reason = options_list.unknown(name)
    if reason then
      error_value.misuse("client: the provider: field 'refuses': " .. reason)
    end
  end
end

local function check_credential(given)
  local reason = type(given.credential) == "table" and not credential.is_sealed(given.credential)
    and credential.place_refusal(given.credential)
  if reason then
    error_value.misuse("client: the provider: field 'credential' " .. reason)
  elseif given.header and not given.header:find "^[%w_-]+$" then
    error_value.misuse(("client: the provider: field 'header' names no header field: '%s'"):format(given.header))
  end
end

--- A provider as it was given, in a table of the library's, where its secret is
--- out of sight.
local function read(given)
  local made = {} ---@type table
  value_type.check("client: the provider", "field", given, FIELDS)
  for name, value in pairs(given) do
    made[name] = options_list.copy(value)
  end
  if not made.name then
    error_value.misuse "client: a provider needs a name"
  end
  check_credential(made)
  check_refuses(made.refuses or {})
  ---@cast made oai.Provider
  made.prefix = made.header and made.header .. ": " or "Authorization: Bearer "
  made.credential = credential.hide(made.credential, made.prefix)
  return made
end

--- Whether a client of this provider needs no key.
local function has_keys(made)
  return made.credential ~= nil or made.sign ~= nil
end

local function refuse(made, name, why)
  error_value.misuse(("client: the provider '%s' and the option '%s' do not go together: %s"):format(made.name, name,
    why))
end

local function check_refused(made, given)
  for _, name in ipairs(made.refuses or {}) do
    if given[name] then
      refuse(made, name, "it is refused there")
    end
  end
  for _, name in ipairs { "api_key", "admin_api_key" } do
    if has_keys(made) and given[name] and (name == "api_key" or made.base_url) then
      refuse(made, name, "the provider says with which credential calls are made")
    end
  end
end

local OF_PLACE = { "base_url", "data_residency" }

--- Raises where a client of a provider is given what that says.
local function check_given(made, given)
  check_refused(made, given)
  for _, name in ipairs(OF_PLACE) do
    if made.base_url and given[name] then
      refuse(made, name, "the provider says where calls go")
    end
  end
end

--- The provider that options name. It puts what it says itself into the options
--- of its client.
---@param given table    options as they were given
---@param options table  those of the client, which are the library's
---@return oai.Provider
function provider.take(given, options)
  if given.provider and given.workload_identity then
    error_value.misuse "client: give 'provider' or 'workload_identity', not both"
  end
  local made = read(given.provider or workload_identity.take(given, options))
  check_given(made, given)
  if has_keys(made) then
    options.api_key = false
  end
  if made.base_url then
    options.base_url = made.base_url
    options.api_key = options.api_key or false -- not the environment's
  end
  return made
end

--- Raises where a copy or a call is given what a provider says.
---@param made oai.Provider
---@param given table  its options
function provider.check_change(made, given)
  check_refused(made, given)
  if given.base_url and (has_keys(made) or made.base_url) then
    refuse(made, "base_url", "its credential is for no other place")
  end
end

--- The credentials of a client with a provider.
---@param made oai.Provider
---@param ordinary oai.Credentials
---@return oai.Credentials|oai.ProviderKeys
function provider.credentials(made, ordinary)
  return keys.new(made, ordinary)
end

require "oai.interpret" ()

return provider
