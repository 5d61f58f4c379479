-- Content provenance checks: https://platform.openai.com/docs/api-reference/content-provenance-checks

local resource = require("oai.call.definition").new

return resource {
  create = { "POST /content_provenance_checks", form = { "file" } },
}
