-- Safety: https://platform.openai.com/docs/api-reference/safety

local resource = require("oai.call.definition").new

return resource {
  alerts = resource {
    object = "safety.alert",
    retrieve = "GET /safety/alerts/{id}",
  },
  cases = resource {
    object = "safety.case",
    retrieve = "GET /safety/cases/{id}",
  },
}
