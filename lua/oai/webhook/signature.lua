-- Whether a webhook is from the API: its time, and one of its signatures, as
-- https://www.standardwebhooks.com has them. However many signatures there
-- are, each secret signs once, and all are compared, in a time that tells
-- nothing.

local base64 = require "oai.codec.base64"
local digest = require "oai.codec.digest"
local error_value = require "oai.error"
local field = require "oai.webhook.field"

local signature = {}

-- What stands before a secret that is base64; any other secret is what it is.
local ENCODED = "whsec_"

local VERSION = "v1"

local function refusal(reason, message, name)
  return error_value.new { kind = "signature", reason = reason, message = message, param = name }
end

--- The value of a field that stands there once.
---@return string?
---@return oai.Error? err
local function single(headers, name)
  local values = field(headers, name)
  for i = 2, #values do
    if values[i] ~= values[1] then
      return nil, refusal("repeated_header", ("the header has several fields '%s'"):format(name), name)
    end
  end
  if not values[1] then
    return nil, refusal("missing_header", ("the header has no field '%s'"):format(name), name)
  end
  return values[1]
end

--- What the header says of a webhook.
---@return { id: string, timestamp: string, signatures: string }?
---@return oai.Error? err
local function read(headers)
  local signatures = field(headers, "webhook-signature")
  if not signatures[1] then
    return nil, refusal("missing_header", "the header has no field 'webhook-signature'", "webhook-signature")
  end
  local timestamp, late = single(headers, "webhook-timestamp")
  if not timestamp then
    return nil, late
  end
  local id, err = single(headers, "webhook-id")
  return id and { id = id, timestamp = timestamp, signatures = table.concat(signatures, " ") }, err
end

--- Why a webhook is not of now, or nil.
local function time_refusal(timestamp, tolerance)
  local digits = timestamp:match "^%s*([+-]?%d+)%s*$"
  local seconds = digits and tonumber((digits:gsub("^%+", "")))
  local now = os.time()
  if not seconds then
    return refusal("bad_timestamp", "the field 'webhook-timestamp' is no whole number of seconds", "webhook-timestamp")
  elseif now - seconds > tolerance then
    return refusal("too_old", ("the webhook is %.0f s old; %g s are tolerated"):format(now - seconds, tolerance))
  elseif seconds - now > tolerance then
    return refusal("too_new", ("the webhook is %.0f s ahead of now; %g s are tolerated"):format(seconds - now,
      tolerance))
  end
end

--- The signature that a secret makes; nil and why it makes none.
local function sign(secret, given, body)
  local keyed = digest.keyed(secret, ENCODED)
  if not keyed then
    return nil, error_value.new {
      kind = "authentication", reason = "bad_secret",
      message = ("what stands behind '%s' in the webhook's secret is not base64"):format(ENCODED),
    }
  end
  return base64.encode(keyed:add(given.id):add("."):add(given.timestamp):add("."):add(body):finish())
end

--- Whether a webhook is from the API and of now.
---@param body string
---@param headers table|userdata
---@param secrets userdata[]  credentials of the core
---@param tolerance number    seconds
---@return true?
---@return oai.Error? err     of kind "signature", or "authentication" where a secret is none
function signature.check(body, headers, secrets, tolerance)
  local given, err = read(headers)
  err = err or time_refusal(given and given.timestamp, tolerance)
  if not given or err then
    return nil, err
  end
  local found = false
  for _, secret in ipairs(secrets) do
    local expected, none = sign(secret, given, body)
    if not expected then
      return nil, none
    end
    found = digest.among(given.signatures, VERSION, expected) or found -- which is asked each time
  end
  if not found then
    return nil, refusal("no_match", "no signature of the webhook is that of the secret", "webhook-signature")
  end
  return true
end

return signature
