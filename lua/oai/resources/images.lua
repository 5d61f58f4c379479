-- Images: https://platform.openai.com/docs/api-reference/images
-- The images of a reply, and of the end of a stream, have a method of their
-- own: image:save(path).

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local file = require "oai.file"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"

---@class (partial) oai.Image
---@field save fun(self: oai.Image, path: string, options?: oai.CallOptions): string?, any  from b64_json or url

local function failed(message, kind)
  return nil, error_value.new { kind = kind, message = "image.save: " .. message }
end

local function write(path, bytes)
  local done, reason = file.replace(path, bytes)
  if not done then
    return failed(("cannot write '%s': %s"):format(path, tostring(reason)), "io")
  end
  return path
end

local function save(client, image, path, options)
  if type(path) ~= "string" or path == "" or path:find("\0", 1, true) then
    error_value.misuse("image:save: expected the path of a file, got " .. type(path))
  elseif type(image.b64_json) == "string" then
    local bytes = base64.decode(image.b64_json)
    if not bytes then
      return failed("its b64_json is not base64", "decode")
    end
    return write(path, bytes)
  elseif type(image.url) ~= "string" then
    return failed("it has neither b64_json nor url", "decode")
  end
  local given = { save_to = path }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return client:request("GET", image.url, nil, given)
end

--- Gives the images of a reply, or of what a stream adds up to, their method.
local function with_methods(client, reply)
  local metatable = { __name = "oai.Image", __index = {
    save = function(image, path, options)
      return save(client, image, path, options)
    end,
  } }
  for _, image in tables(reply.data) do
    setmetatable(image, metatable)
  end
end

require "oai.interpret" ()

return resource {
  edit = {
    "POST /images/edits",
    stream = "images",
    form = { "image", "mask", "markup", json = true },
    finish = with_methods,
  },
  generate = { "POST /images/generations", stream = "images", finish = with_methods },
  create_variation = { "POST /images/variations", form = { "image" }, finish = with_methods },
}
