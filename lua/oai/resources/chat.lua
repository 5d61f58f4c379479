-- Chat: https://platform.openai.com/docs/api-reference/chat

local resource = require("oai.call.definition").new

return resource {
  completions = resource {
    object = "chat.completion",
    create = { "POST /chat/completions", stream = "chat" },
    list = { "GET /chat/completions", page = "cursor" },
    retrieve = "GET /chat/completions/{completion_id}",
    update = "POST /chat/completions/{completion_id}",
    delete = "DELETE /chat/completions/{completion_id}",
    messages = resource {
      list = { "GET /chat/completions/{completion_id}/messages", page = "cursor" },
    },
  },
}
