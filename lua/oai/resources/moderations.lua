-- Moderations: https://platform.openai.com/docs/api-reference/moderations

local resource = require("oai.call.definition").new

return resource {
  create = "POST /moderations",
}
