-- oai.webhooks: what the API sends by itself, where there is no client, as in
-- a receiver, which needs no key.

local check = require "oai.webhook.check"
local error_value = require "oai.error"
local unknown = require "oai.unknown"

---@class oai.Webhooks
local webhooks = {}

local function check_dot(body, name)
  if body == webhooks then
    error_value.misuse(("%s: call it with a dot, as in oai.%s(...)"):format(name, name))
  end
end

--- Whether a webhook is from the API and of now. The secret is one that was
--- given for the endpoint, or several, of which one will do.
---@param body string  as it came
---@param headers table|userdata  of the request; names in any case, values texts or lists
---@param secret? oai.WebhookSecret  the environment's
---@param tolerance? number  seconds that it may be old, or ahead: 300
---@return true? well  it is
---@return oai.Error? err  of kind "signature", whose `reason` says why; of kind "authentication": there is no secret
function webhooks.verify_signature(body, headers, secret, tolerance)
  check_dot(body, "webhooks.verify_signature")
  return check.verify("webhooks.verify_signature", nil, body, headers, secret, tolerance)
end

--- The event that a webhook brings, once it is known to be from the API.
---@param body string  as it came
---@param headers table|userdata  of the request; names in any case, values texts or lists
---@param secret? oai.WebhookSecret  the environment's
---@param tolerance? number  seconds that it may be old, or ahead: 300
---@return oai.WebhookEvent? event  decoded
---@return oai.Error? err  as of verify_signature; of kind "decode": it is no event
function webhooks.unwrap(body, headers, secret, tolerance)
  check_dot(body, "webhooks.unwrap")
  return check.unwrap("webhooks.unwrap", nil, body, headers, secret, tolerance)
end

unknown.refuse(webhooks, "oai.webhooks", {})

return webhooks
