-- Images: https://platform.openai.com/docs/api-reference/images

local resource = require("oai.call.definition").new

return resource {
  edit = { "POST /images/edits", stream = "images", form = { "image", "mask", json = true } },
  generate = { "POST /images/generations", stream = "images" },
  create_variation = { "POST /images/variations", form = { "image" } },
}
