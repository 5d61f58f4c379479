-- Base64 (RFC 4648) for programs. Errors are values of the library's own.

local codec = require "oai.codec.base64"
local error_value = require "oai.error"
local unknown = require "oai.unknown"

---@class oai.Base64
local base64 = {}

local function check(value, name)
  if value == base64 then
    error_value.misuse(("oai.base64.%s: call it with a dot, as in oai.base64.%s(...)"):format(name, name))
  elseif type(value) ~= "string" then
    error_value.misuse(("oai.base64.%s: expected a string, got %s"):format(name, type(value)))
  end
end

--- Encodes bytes, with padding.
---@param bytes string  a string of any bytes
---@return string text
function base64.encode(bytes)
  check(bytes, "encode")
  return codec.encode(bytes)
end

--- Decodes a text, of the URL alphabet too; its padding may be missing.
---@param text string  as `encode` writes it, or of the URL alphabet
---@return string? bytes  what it stands for
---@return oai.Error? err  of kind "decode"
function base64.decode(text)
  check(text, "decode")
  local bytes = codec.decode(text)
  if not bytes then
    return nil, error_value.new { kind = "decode", message = "the text is not base64" }
  end
  return bytes
end

unknown.refuse(base64, "oai.base64", {})

return base64
