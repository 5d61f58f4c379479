-- Batches: https://platform.openai.com/docs/api-reference/batches

local resource = require("oai.call.resource").new

return resource {
  object = "batch",
  create = "POST /batches",
  list = { "GET /batches", page = "cursor" },
  retrieve = "GET /batches/{batch_id}",
  cancel = { "POST /batches/{batch_id}/cancel", body = false },
}
