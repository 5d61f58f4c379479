-- A file as a `data:` URL (RFC 2397): how images and other small files are put
-- into a message without uploading them.

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local file = require "oai.file"
local media_type = require "oai.codec.media_type"

local function shown(value)
  return type(value) == "string" and "'" .. value .. "'" or type(value)
end

local function check(path, kind)
  if type(path) ~= "string" or path == "" or path:find("\0", 1, true) then
    error_value.misuse("oai.data_url: expected the path of a file, got " .. shown(path))
  elseif kind ~= nil and (type(kind) ~= "string" or not media_type.is_valid(kind)) then
    error_value.misuse("oai.data_url: the media type must be one such as 'image/png', got " .. shown(kind))
  end
end

--- Reads a file into a URL that holds it.
---@param path string  where the file is
---@param kind? string  its media type; by default what its name says
---@return string? url  "data:image/png;base64,..."
---@return oai.Error? err  of kind "io"
local function data_url(path, kind)
  check(path, kind)
  local bytes, reason = file.read(path)
  if not bytes then
    return nil, error_value.new { kind = "io", message = "oai.data_url: cannot read " .. reason }
  end
  return ("data:%s;base64,%s"):format(kind or media_type.of(path), base64.encode(bytes))
end

return data_url
