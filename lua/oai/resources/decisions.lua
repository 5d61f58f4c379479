-- Decisions: https://platform.openai.com/docs/api-reference/decisions

local resource = require("oai.call.definition").new

return resource {
  create = "POST /decisions",
}
