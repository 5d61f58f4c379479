-- Vector stores: https://platform.openai.com/docs/api-reference/vector-stores

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

local stores = lazy "oai.upload.stores"

---@class (partial) oai.resource.VectorStores
---@method wait oai.WaitsForOne<oai.VectorStore>
---@method upload oai.BeginsIn<oai.VectorStoreFilesBatch, table>  a list of files, sent side by side and added; waited
--- for

---@class (partial) oai.VectorStore
---@method wait oai.Waits<oai.VectorStore>
---@method upload oai.Begins<oai.VectorStoreFilesBatch, table>  a list of files, sent side by side and added; waited for

---@class (partial) oai.resource.VectorStoresFiles
---@method wait oai.WaitsForOneIn<oai.VectorStoreFile>
---@method poll oai.PollsOneIn<oai.VectorStoreFile>
---@method create_and_poll oai.BeginsIn<oai.VectorStoreFile, oai.VectorStoresFilesCreateParams>
---@method upload oai.BeginsIn<oai.VectorStoreFile, oai.StoredFile>           `file` is sent first; not waited for
---@method upload_and_poll oai.BeginsIn<oai.VectorStoreFile, oai.StoredFile>  `file` is sent first

---@class (partial) oai.VectorStore.files
---@method wait oai.WaitsForOne<oai.VectorStoreFile>
---@method poll oai.PollsOne<oai.VectorStoreFile>
---@method create_and_poll oai.Begins<oai.VectorStoreFile, oai.VectorStoresFilesCreateParams>
---@method upload oai.Begins<oai.VectorStoreFile, oai.StoredFile>  `file` is sent first; not waited for
---@method upload_and_poll oai.Begins<oai.VectorStoreFile, oai.StoredFile>

---@class (partial) oai.VectorStoreFile
---@method wait oai.Waits<oai.VectorStoreFile>

---@class (partial) oai.resource.VectorStoresFileBatches
---@method wait oai.WaitsForOneIn<oai.VectorStoreFilesBatch>
---@method poll oai.PollsOneIn<oai.VectorStoreFilesBatch>
---@method create_and_poll oai.BeginsIn<oai.VectorStoreFilesBatch, oai.VectorStoresFileBatchesCreateParams>
---@method upload_and_poll oai.BeginsIn<oai.VectorStoreFilesBatch, oai.StoredFiles>  `files`, a list, are sent first

---@class (partial) oai.VectorStore.file_batches
---@method wait oai.WaitsForOne<oai.VectorStoreFilesBatch>
---@method poll oai.PollsOne<oai.VectorStoreFilesBatch>
---@method create_and_poll oai.Begins<oai.VectorStoreFilesBatch, oai.VectorStoresFileBatchesCreateParams>
---@method upload_and_poll oai.Begins<oai.VectorStoreFilesBatch, oai.StoredFiles>

---@class (partial) oai.VectorStoreFilesBatch
---@method wait oai.Waits<oai.VectorStoreFilesBatch>

return resource {
  object = "vector_store",
  methods = {
    wait = waiting.wait,
    upload = function(...)
      return stores.upload(...)
    end,
  },
  wait = waiting.wait_by_id,
  upload = function(...)
    return stores.by_id(...)
  end,
  beta = "assistants=v2",
  create = "POST /vector_stores",
  list = { "GET /vector_stores", page = "cursor", before = true },
  retrieve = "GET /vector_stores/{vector_store_id}",
  update = "POST /vector_stores/{vector_store_id}",
  delete = "DELETE /vector_stores/{vector_store_id}",
  search = { "POST /vector_stores/{vector_store_id}/search", page = "none", not_options = { "query" } },
  file_batches = resource {
    object = "vector_store.files_batch",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    poll = waiting.poll_by_id,
    create_and_poll = waiting.create_and_poll,
    upload_and_poll = waiting.upload_all_and_poll,
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
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    poll = waiting.poll_by_id,
    create_and_poll = waiting.create_and_poll,
    upload = waiting.upload,
    upload_and_poll = waiting.upload_and_poll,
    beta = "assistants=v2",
    create = "POST /vector_stores/{vector_store_id}/files",
    list = { "GET /vector_stores/{vector_store_id}/files", page = "cursor", before = true },
    retrieve = "GET /vector_stores/{vector_store_id}/files/{file_id}",
    update = "POST /vector_stores/{vector_store_id}/files/{file_id}",
    delete = "DELETE /vector_stores/{vector_store_id}/files/{file_id}",
    content = { "GET /vector_stores/{vector_store_id}/files/{file_id}/content", page = "none" },
  },
}
