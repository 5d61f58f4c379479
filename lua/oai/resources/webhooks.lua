-- Webhook endpoints: https://platform.openai.com/docs/api-reference/webhook_endpoints
-- And what they are sent: lua/oai/webhook.

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new

local webhook = lazy "oai.webhook.resource"

return resource {
  object = "webhook_endpoint",
  create = "POST /webhook_endpoints",
  list = { "GET /webhook_endpoints", page = "cursor" },
  retrieve = "GET /webhook_endpoints/{webhook_endpoint_id}",
  update = "POST /webhook_endpoints/{webhook_endpoint_id}",
  delete = "DELETE /webhook_endpoints/{webhook_endpoint_id}",
  rotate_secret = "POST /webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
  test = "POST /webhook_endpoints/{webhook_endpoint_id}/test",
  event_types = resource {
    list = "GET /webhook_event_types",
  },

  unwrap = function(...)
    return webhook.unwrap(...)
  end,
  verify_signature = function(...)
    return webhook.verify_signature(...)
  end,
  subject = function(...)
    return webhook.subject(...)
  end,
}
