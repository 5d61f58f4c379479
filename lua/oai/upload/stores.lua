-- Files into a vector store: sent side by side, each of any size, added as one
-- batch, and waited for. Waiting is poll's.

local error_value = require "oai.error"
local options_list = require "oai.options"

local stores = {}

local NAME = "vector_stores.upload"

local function check(files)
  if type(files) ~= "table" or files[1] == nil then
    error_value.misuse(NAME .. ": expected a list of files, such as { \"a.pdf\", \"b.pdf\" }")
  end
end

--- Takes the files out of what a program has given: the list in it, which may
--- have a gap.
local function taken(given)
  local params, files = {}, {}
  for name, value in pairs(given) do
    (type(name) == "number" and files or params)[name] = value
  end
  return options_list.merge(params, { files = files })
end

--- `client.vector_stores:upload(id, { files..., ... }, options)`.
---@param self table   client.vector_stores
---@param id string
---@param given table  paths, or what a form takes for a file; and what the batch is created with
---@param options? oai.FilesPollOptions
---@return oai.VectorStoreFilesBatch? batch
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function stores.by_id(self, id, given, options)
  error_value.check_bound(self, NAME, "client.vector_stores:upload(id, { \"a.pdf\" })")
  check(given)
  local batches = self._client.vector_stores.file_batches ---@type any
  local batch, facts, outcome = batches:upload_and_poll(id, taken(given), options)
  return batch, facts, outcome
end

--- `store:upload({ files..., ... }, options)`.
---@param store oai.VectorStore
---@param bound table  the resource of its id
---@param given table
---@param options? oai.FilesPollOptions
---@return oai.VectorStoreFilesBatch? batch
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function stores.upload(store, bound, given, options)
  check(given)
  local batches = bound._client.vector_stores.file_batches ---@type any
  local batch, facts, outcome = batches:upload_and_poll(store.id, taken(given), options)
  return batch, facts, outcome
end

require "oai.interpret" ()

return stores
