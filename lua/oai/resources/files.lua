-- Files: https://platform.openai.com/docs/api-reference/files

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

local upload = lazy "oai.upload"

---@class (partial) oai.resource.Files
---@method wait oai.WaitsForOne<oai.File>
--- Every five seconds, for half an hour, unless the options say otherwise.
---@method wait_for_processing oai.PollsOne<oai.File>
--- In one request, or in parts where it is larger than that takes.
---@field upload fun(self, path: string, options: oai.UploadOptions): oai.File?, oai.Facts

---@class (partial) oai.File
---@method wait oai.Waits<oai.File>

return resource {
  object = "file",
  methods = { wait = waiting.wait },
  wait = waiting.wait_by_id,
  wait_for_processing = waiting.wait_for_processing,
  create = { "POST /files", form = { "file" } },
  list = { "GET /files", page = "cursor" },
  retrieve = "GET /files/{file_id}",
  delete = "DELETE /files/{file_id}",
  content = { "GET /files/{file_id}/content", returns = "bytes" },

  --- A file of any size: lua/oai/upload/init.lua.
  upload = function(...)
    return upload.file(...)
  end,
}
