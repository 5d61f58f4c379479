-- Images: https://platform.openai.com/docs/api-reference/images
-- The images of a reply, and of the end of a stream, have a method of their
-- own: image:save(path).

local image = require "oai.image"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"

--- Gives the images of a reply, or of what a stream adds up to, their method.
local function with_methods(client, reply)
  local metatable = image.metatable(client)
  for _, one in tables(reply.data) do
    setmetatable(one, metatable)
  end
end

require "oai.interpret" ()

return resource {
  edit = {
    "POST /images/edits",
    stream = "images",
    form = { "image", "mask", "markup", list = "image", json = true },
    finish = with_methods,
  },
  generate = { "POST /images/generations", stream = "images", finish = with_methods },
  create_variation = { "POST /images/variations", form = { "image" }, finish = with_methods },
}
