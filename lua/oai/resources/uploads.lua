-- Uploads: https://platform.openai.com/docs/api-reference/uploads

local resource = require("oai.call.definition").new

return resource {
  object = "upload",
  create = "POST /uploads",
  cancel = { "POST /uploads/{upload_id}/cancel", body = false },
  complete = "POST /uploads/{upload_id}/complete",
  parts = resource {
    create = { "POST /uploads/{upload_id}/parts", form = { "data" } },
  },
}
