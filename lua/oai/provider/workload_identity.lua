-- A machine's identity in place of a key: what others attest is exchanged for
-- a token of the API's (RFC 8693), which renewal.lua keeps and has renewed. With
-- a certificate (X.509) the connection itself says who it is.

local credential = require "oai.credential"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local options_list = require "oai.options"
local subjects = require "oai.provider.subject"
local value_type = require "oai.value_type"

local workload_identity = {}

local TOKEN_URL = "https://auth.openai.com/oauth/token"
local X509_TOKEN_URL, X509_BASE = "https://mtls.auth.openai.com/oauth/token", "https://mtls.api.openai.com/v1"

local GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"

local TYPES = {
  jwt = "urn:ietf:params:oauth:token-type:jwt", id = "urn:ietf:params:oauth:token-type:id_token",
  x509 = "urn:openai:params:oauth:token-type:x509",
}

local SECONDS, RETRIES = 10, 2 -- of an exchange
local UNTOLD = 300 -- seconds that a token is kept of which it is not said how long it holds

---@class oai.WorkloadIdentity  who the machine is, in place of a key
---@field identity_provider_id string  the API's id of who says who the machine is
---@field service_account_id string  the API's id of the account for which tokens are
--- What says so: the cluster's or the cloud's token, the certificate that the client has as `client_cert`, or a
--- function that returns a token.
---@field subject "kubernetes"|"azure"|"google"|"x509"|oai.WorkloadSubject|oai.ProviderMaker
---@field token_type? "jwt"|"id"     of what a function returns; "jwt"
---@field token_url? string          where tokens are exchanged
---@field refresh_before? number     seconds before its end that a token is renewed, no sooner than after half its time;
--- 1200

local FIELDS = {
  identity_provider_id = { "string" }, service_account_id = { "string" }, subject = { "any" },
  token_type = { { "jwt", "id" } }, token_url = { "string" }, refresh_before = { "seconds" },
}

local REQUIRED = { "identity_provider_id", "service_account_id", "subject" }

local function misuse(message, ...)
  error_value.misuse(("client: workload_identity: " .. message):format(...))
end

local function check(identity)
  value_type.check("client: workload_identity", "field", identity, FIELDS)
  for _, name in ipairs(REQUIRED) do
    if identity[name] == nil then
      misuse("'%s' is missing", name)
    end
  end
end

local TEXTS = { "message", "body", "code", "type", "param" }

--- An error without the token that was sent: a server may repeat it.
local function without(err, token)
  local secret = token and credential.temporary(token)
  for _, name in ipairs(secret and TEXTS or {}) do
    if type(err[name]) == "string" then
      err[name] = secret:mask(err[name])
    end
  end
  return err
end

--- What the token's server says is wrong (RFC 6749, 5.2).
local function said_by(err)
  local said = err.body and json.decode(err.body)
  if type(said) ~= "table" or type(said.error) ~= "string" then
    return nil, err.message
  end
  local description = said.error_description
  return said.error, type(description) == "string" and said.error .. ": " .. description or said.error
end

local function failed(message, cause, code)
  return nil, error_value.new {
    kind = "authentication", reason = "token_exchange", retryable = false, cause = cause, code = code,
    message = "the token exchange failed" .. message,
  }
end

--- The error of an exchange that failed.
local function failed_by(err, token)
  if err.kind == "cancelled" then
    return nil, err
  elseif err.kind == "decode" then -- which may hold a token all the same
    return failed ": the reply has no access_token"
  end
  local code, message = said_by(without(err, token))
  return failed((err.status and " with status %d: %s" or ": %s"):format(err.status or message, message), err, code)
end

--- The API's token and its time, of a reply.
local function token_of(reply)
  local token = type(reply) == "table" and reply.access_token
  if type(token) ~= "string" or token == "" then
    return failed ": the reply has no access_token"
  end
  local seconds = tonumber(reply.expires_in)
  return token, seconds and seconds > 0 and seconds or UNTOLD
end

--- How tokens are exchanged.
local function exchanger(identity, subject)
  local kind = TYPES[type(identity.subject) == "function" and identity.token_type or subject.token_type]
  local url = identity.token_url or subject.token and TOKEN_URL or X509_TOKEN_URL
  return function(token, request, send)
    local reply, err = send("POST", url, {
      grant_type = GRANT, subject_token = token, subject_token_type = kind,
      identity_provider_id = identity.identity_provider_id, service_account_id = identity.service_account_id,
    }, { total_timeout = math.min(SECONDS, request.timeout or SECONDS), max_retries = RETRIES })
    if reply == nil then
      return failed_by(err, token)
    end
    return token_of(reply)
  end
end

--- What makes credentials.
local function maker(identity, subject)
  local exchange = exchanger(identity, subject)
  return function(request, send)
    if not subject.token then
      return exchange(nil, request, send)
    end
    local token, err = subject.token(request, send)
    if not token then
      return nil, err
    end
    return exchange(token, request, send)
  end
end

--- Sees to what a certificate needs: a client that has one, and the API's
--- address where those are looked at.
local function take_certificate(given, options)
  if not given.client_cert then
    misuse "a subject \"x509\" needs the option 'client_cert', and 'client_key'"
  elseif not given.data_residency then
    options.base_url = options.base_url or X509_BASE
  end
end

--- The provider of an identity, which changes the options of its client where
--- that is asked elsewhere.
---@param given table    options as they were given
---@param options table  those of the client, which are the library's
---@return oai.Provider
function workload_identity.take(given, options)
  local identity = options_list.copy(given.workload_identity)
  check(identity)
  local subject = subjects.of(identity.subject)
  if not subject.token then
    take_certificate(given, options)
  end
  return {
    name = "workload identity", credential = maker(identity, subject), refresh_before = identity.refresh_before,
    redirects = subject.token ~= nil or false,
  }
end

require "oai.interpret" ()

return workload_identity
