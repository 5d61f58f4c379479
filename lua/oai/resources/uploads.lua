-- Uploads: https://platform.openai.com/docs/api-reference/uploads

local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

---@class (partial) oai.Upload
--- Until its file can be used; the upload must be complete.
---@method wait oai.Waits<oai.Upload>

return resource {
  object = "upload",
  methods = { wait = waiting.wait_for_file },
  create = "POST /uploads",
  cancel = { "POST /uploads/{upload_id}/cancel", body = false },
  complete = "POST /uploads/{upload_id}/complete",
  parts = resource {
    create = { "POST /uploads/{upload_id}/parts", form = { "data" } },
  },
}
