-- Containers: https://platform.openai.com/docs/api-reference/containers

local resource = require("oai.call.definition").new

return resource {
  object = "container",
  create = "POST /containers",
  list = { "GET /containers", page = "cursor" },
  retrieve = "GET /containers/{container_id}",
  delete = { "DELETE /containers/{container_id}", returns = "empty" },
  files = resource {
    object = "container.file",
    create = { "POST /containers/{container_id}/files", form = { "file", json = true } },
    list = { "GET /containers/{container_id}/files", page = "cursor" },
    retrieve = "GET /containers/{container_id}/files/{file_id}",
    delete = { "DELETE /containers/{container_id}/files/{file_id}", returns = "empty" },
    content = resource {
      retrieve = { "GET /containers/{container_id}/files/{file_id}/content", returns = "bytes" },
    },
  },
}
