-- Images: https://platform.openai.com/docs/api-reference/images

local resource = require("oai.call.resource").new

return resource {
  generate = { "POST /images/generations", stream = "images" },
}
