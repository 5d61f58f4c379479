-- Skills: https://platform.openai.com/docs/api-reference/skills

local resource = require("oai.call.definition").new

return resource {
  object = "skill",
  create = { "POST /skills", form = { "files", list = "files", paths = true } },
  list = { "GET /skills", page = "cursor" },
  retrieve = "GET /skills/{skill_id}",
  update = "POST /skills/{skill_id}",
  delete = "DELETE /skills/{skill_id}",
  content = resource {
    retrieve = { "GET /skills/{skill_id}/content", returns = "bytes" },
  },
  versions = resource {
    object = "skill.version",
    create = { "POST /skills/{skill_id}/versions", form = { "files", list = "files", paths = true } },
    list = { "GET /skills/{skill_id}/versions", page = "cursor" },
    retrieve = "GET /skills/{skill_id}/versions/{version}",
    delete = "DELETE /skills/{skill_id}/versions/{version}",
    content = resource {
      retrieve = { "GET /skills/{skill_id}/versions/{version}/content", returns = "bytes" },
    },
  },
}
