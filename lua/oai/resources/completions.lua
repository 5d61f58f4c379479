-- Legacy completions: https://platform.openai.com/docs/api-reference/completions

local resource = require("oai.call.definition").new

return resource {
  create = { "POST /completions", stream = "completions" },
}
