-- Webhooks as the API signs them.

local base64 = require "oai.codec.base64"
local digest = require "oai.codec.digest"

local webhook = {}

--- The header of a webhook, signed with a secret as it is.
---@param body string
---@param secret string
---@param id string
---@param seconds? integer  now
---@return table<string, string>
function webhook.sign(body, secret, id, seconds)
  local timestamp = ("%d"):format(seconds or os.time())
  local signature = digest.hmac(secret, ("%s.%s.%s"):format(id, timestamp, body))
  return { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp,
    ["webhook-signature"] = "v1," .. base64.encode(signature) }
end

return webhook
