-- Conversations: https://platform.openai.com/docs/api-reference/conversations

local resource = require("oai.call.definition").new

return resource {
  object = "conversation",
  create = "POST /conversations",
  retrieve = "GET /conversations/{conversation_id}",
  update = "POST /conversations/{conversation_id}",
  delete = "DELETE /conversations/{conversation_id}",
  items = resource {
    object = "conversation.item",
    create = { "POST /conversations/{conversation_id}/items", query = { "include" } },
    list = { "GET /conversations/{conversation_id}/items", page = "conversation_cursor" },
    retrieve = "GET /conversations/{conversation_id}/items/{item_id}",
    delete = "DELETE /conversations/{conversation_id}/items/{item_id}",
  },
}
