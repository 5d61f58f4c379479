-- Files: https://platform.openai.com/docs/api-reference/files

local resource = require("oai.call.definition").new

return resource {
  object = "file",
  create = { "POST /files", form = { "file" } },
  list = { "GET /files", page = "cursor" },
  retrieve = "GET /files/{file_id}",
  delete = "DELETE /files/{file_id}",
  content = { "GET /files/{file_id}/content", returns = "bytes" },
}
