-- Images that the API has made: each is a table of the API's fields with one
-- method, image:save(path).

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local file = require "oai.file"
local options_list = require "oai.options"

local image = {}

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

local function check(self, path)
  if type(self) ~= "table" then
    error_value.misuse "image.save: call it with a colon, as in image:save(path)"
  elseif type(path) ~= "string" or path == "" or path:find("\0", 1, true) then
    error_value.misuse("image:save: expected the path of a file, got " .. type(path))
  end
end

--- Whether a media type is of what a proxy or a portal says in place of an image.
local function is_page(type_)
  return type_:find "^text/html" or type_:find "^application/json" or type_:find("^%l+/xml") ~= nil
end

local function save(client, self, path, options)
  check(self, path)
  if type(self.b64_json) == "string" then
    local bytes = base64.decode(self.b64_json)
    if not bytes then
      return failed("its b64_json is not base64", "decode")
    end
    return write(path, bytes)
  elseif not client or type(self.url) ~= "string" then
    return failed("it has neither b64_json nor url", "decode")
  end
  local saved, facts = client:request("GET", self.url, nil, options_list.merge(options, { save_to = path }))
  local type_ = type(saved) == "string" and facts.headers["content-type"] -- else it is a task
  if type_ and is_page(type_:lower()) then
    return failed(("its URL has given %s, which is no image: it is in '%s'"):format(type_, path), "decode")
  end
  return saved, facts
end

--- The metatable of images.
---@param client? oai.Client  which gets those that have a URL
---@return table
function image.metatable(client)
  return { __name = "oai.Image", __index = {
    save = function(self, path, options)
      return save(client, self, path, options)
    end,
  } }
end

return image
