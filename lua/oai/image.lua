-- Images that the API has made: each is a table of the API's fields with one
-- method, image:save(path).

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local file = require "oai.file"
local options_list = require "oai.options"
local url = require "oai.codec.url"

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
  elseif not self.url:find "^%a+://[^%z\1-\32\127]+$" then
    return failed("its url is none", "decode")
  end
  options = options_list.merge(options, { save_to = path })
  return client:_calls().request(client, "GET", url.escaped(self.url), nil, options, "image")
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
