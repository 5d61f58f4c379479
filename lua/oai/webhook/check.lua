-- What oai.webhooks and client.webhooks do with a webhook: its arguments, its
-- secrets, its signature, and the event that it brings.

local credential = require "oai.credential"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local signature = require "oai.webhook.signature"

local check = {}

local NAME = "webhook_secret"
local TOLERANCE = 300

---@class oai.SecretPlace  where a secret is: one of the two
---@field env? string   the name of an environment variable
---@field file? string  the path of a file

---@alias oai.WebhookSecret string|oai.SecretPlace|(string|oai.SecretPlace)[]|fun(): string|string[]

local function get_of(headers)
  return headers.get
end

--- Whether a value may have the fields of a header: a table, or an object of C's
--- that is asked for each.
local function has_fields(headers)
  if type(headers) ~= "userdata" then
    return type(headers) == "table"
  end
  local done, get = pcall(get_of, headers)
  return done and type(get) == "function"
end

local function is_tolerance(value)
  return value == nil or type(value) == "number" and value == value
end

local function check_arguments(name, body, headers, tolerance)
  if type(body) ~= "string" then
    error_value.misuse(("%s: the body must be the text as it came, got %s"):format(name, type(body)))
  elseif not has_fields(headers) then
    error_value.misuse(("%s: the headers must be a table, or an object with the method 'get', got %s"):format(name,
      type(headers)))
  elseif not is_tolerance(tolerance) then
    error_value.misuse(("%s: the tolerance must be a number of seconds, got %s"):format(name,
      type(tolerance) == "number" and "none" or type(tolerance)))
  end
end

local function check_secret(name, secret)
  local reason = secret ~= nil and credential.place_refusal(secret)
  if reason then
    error_value.misuse(("%s: the secret %s"):format(name, reason))
  end
end

local function no_secret(reason)
  return error_value.is_error(reason) and reason or error_value.new {
    kind = "authentication", reason = reason and "bad_secret" or "no_secret",
    message = reason and ("the webhook's secret %s"):format(reason)
      or ("missing secret: set %s, give '%s' to oai.client, or give it here"):format(credential.variable(NAME), NAME),
  }
end

--- The secrets by which a call checks: its own, else the client's, else the
--- environment's.
---@return userdata[]?
---@return oai.Error? err
local function secrets_of(client, given)
  local made, reason
  if given ~= nil or not client then
    made, reason = credential.make_all(NAME, given)
  else
    made, reason = client._settings.credentials:of_webhooks()
  end
  if not made then
    return nil, no_secret(reason)
  end
  return made
end

local function named(err, name)
  err.operation = err.operation or name
  return nil, err
end

--- Whether a webhook is from the API and of now.
---@param name string  of the function, for messages
---@param client? oai.Client  nil: the environment has the secret
---@param body string
---@param headers table|userdata
---@param secret? oai.WebhookSecret
---@param tolerance? number
---@return true?
---@return oai.Error? err
function check.verify(name, client, body, headers, secret, tolerance)
  check_arguments(name, body, headers, tolerance)
  check_secret(name, secret)
  local secrets, none = secrets_of(client, secret)
  if not secrets then
    return named(none, name)
  end
  local done, err = signature.check(body, headers, secrets, tolerance or TOLERANCE)
  if not done then
    return named(err, name)
  end
  return true
end

--- The event that a webhook brings, once it is known to be from the API.
---@param name string
---@param client? oai.Client
---@param body string
---@param ... any  as `verify` takes it
---@return oai.WebhookEvent?
---@return oai.Error? err
function check.unwrap(name, client, body, ...)
  local done, err = check.verify(name, client, body, ...)
  if not done then
    return nil, err
  end
  local event, reason = json.decode(body)
  if type(event) ~= "table" then
    return named(error_value.new {
      kind = "decode", body = body,
      message = ("the webhook is no event (%s)"):format(reason or event == nil and "null" or type(event)),
    }, name)
  end
  return event
end

return check
