-- Right use of the API: a checker of LuaCATS types finds nothing here, not
-- even where a type is named that must come out. Run by `make types` only as
-- far as types go; nothing is called.

local oai = require "oai"

local client = oai.client { timeout = 30, max_retries = 4 }

-- A resource object, the resources in it, and its methods.
local store = assert(client.vector_stores:create { name = "notes", metadata = { team = "red" } })
---@type oai.VectorStore
local same_store = store
---@type oai.VectorStoreFilePage
local files = assert(same_store.files:list { limit = 10 })
for file in files:each():take(3) do
  ---@type oai.VectorStoreFile
  local one = file
  print(one.id, one.status == "completed")
  one:delete()
end
client.vector_stores.files:update(store.id, "file-1", { attributes = { page = 1, final = true } }, { timeout = 5 })

-- Lists; bytes are strings.
for file in client.files:each { purpose = "batch" } do
  ---@type string
  local bytes = assert(file:content())
  print(file.filename, #bytes)
end

-- Files: a path, an open file, or a description of one.
assert(client.files:create { file = "batch.jsonl", purpose = "batch" })
assert(client.files:create { file = assert(io.open "batch.jsonl"), purpose = "batch" })
assert(client.files:create { file = { data = "{}\n", filename = "batch.jsonl" }, purpose = "batch" })

-- Without a stream, and with one.
local response = assert(client.responses:create {
  model = "gpt-4o-mini",
  input = { { role = "user", content = { { type = "input_text", text = "Hello" } } } },
  tools = { { type = "function", name = "now", parameters = { type = "object" }, strict = true } },
  metadata = oai.null,
})
---@type string
local text = response.output_text
print(text, response.status)

local stream = assert(client.responses:create { model = "gpt-4o-mini", input = text, stream = true })
for event in stream:events() do
  ---@type oai.ResponseStreamEvent
  local one = event
  if one.type == "response.output_text.delta" then
    print(one.delta)
  end
end
for event in stream do
  ---@type oai.ResponseStreamEvent
  local one = event
  print(one.type)
end
---@type oai.ResponseStream
local same_stream = assert(client.responses:stream { model = "gpt-4o-mini", input = text })
same_stream:close()
---@type oai.ResponseObject?
local whole = stream:final()
print(stream.status, whole and whole.output_text)

local chat = assert(client.chat.completions:create {
  model = "any model", -- the names that are known are suggestions
  messages = { { role = "system", content = "Be brief." }, { role = "user", content = "Hello" } },
  stream = true,
})
for piece in chat:text() do
  ---@type string
  local one = piece
  print(one:upper())
end

-- Objects in objects.
local thread = client.threads:at "thread_1"
local run = assert(thread.runs:retrieve "run_1")
for step in run.steps:each() do
  ---@type oai.ThreadRunStep
  local one = step
  print(one.id)
end
assert(run:refresh())
print(run.thread_id, run:cancel())

-- Values and errors.
local model, err = client.models:retrieve("no-such-model", nil, { total_timeout = 5 })
if not model then
  print(err.kind, err.status, err.request_id)
  return
end
print(model.owned_by)
local deleted = assert(client.responses:delete "resp_1")
print(deleted == true)
