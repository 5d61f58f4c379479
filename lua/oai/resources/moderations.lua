-- Moderations: https://platform.openai.com/docs/api-reference/moderations

local resource = require("oai.call.resource").new

return resource {
  create = "POST /moderations",
}
