-- Models: https://platform.openai.com/docs/api-reference/models

local resource = require("oai.call.definition").new

return resource {
  object = "model",
  list = { "GET /models", page = "none" },
  retrieve = "GET /models/{model}",
  delete = "DELETE /models/{model}",
}
