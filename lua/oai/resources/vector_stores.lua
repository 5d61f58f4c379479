-- Vector stores: https://platform.openai.com/docs/api-reference/vector-stores

local resource = require("oai.call.definition").new

return resource {
  object = "vector_store",
  beta = "assistants=v2",
  create = "POST /vector_stores",
  list = { "GET /vector_stores", page = "cursor", before = true },
  retrieve = "GET /vector_stores/{vector_store_id}",
  update = "POST /vector_stores/{vector_store_id}",
  delete = "DELETE /vector_stores/{vector_store_id}",
  search = { "POST /vector_stores/{vector_store_id}/search", page = "none", not_options = { "query" } },
  file_batches = resource {
    object = "vector_store.files_batch",
    beta = "assistants=v2",
    create = "POST /vector_stores/{vector_store_id}/file_batches",
    retrieve = "GET /vector_stores/{vector_store_id}/file_batches/{batch_id}",
    cancel = { "POST /vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel", body = false },
    list_files = {
      "GET /vector_stores/{vector_store_id}/file_batches/{batch_id}/files",
      page = "cursor",
      before = true,
    },
  },
  files = resource {
    object = "vector_store.file",
    beta = "assistants=v2",
    create = "POST /vector_stores/{vector_store_id}/files",
    list = { "GET /vector_stores/{vector_store_id}/files", page = "cursor", before = true },
    retrieve = "GET /vector_stores/{vector_store_id}/files/{file_id}",
    update = "POST /vector_stores/{vector_store_id}/files/{file_id}",
    delete = "DELETE /vector_stores/{vector_store_id}/files/{file_id}",
    content = { "GET /vector_stores/{vector_store_id}/files/{file_id}/content", page = "none" },
  },
}
