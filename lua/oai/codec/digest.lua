-- Digests and signatures, which the core computes: SHA-256, MD5 and
-- HMAC-SHA256 as bytes, of texts and of files, and those bytes in hex. The key
-- of an HMAC may be a credential of the core, which stays one.

local core = require "oai.core"

---@class oai.Digest
---@field add fun(self: oai.Digest, text: string): oai.Digest  adds a text
---@field add_file fun(self: oai.Digest, path: string): integer|false|nil, string?  adds a file: false, while a thread
--- of its own is doing that, and it must be asked again; then how many bytes there were, or nil and why
---@field finish fun(self: oai.Digest): string  its bytes; nothing can be added then

local digest = {}

--- A digest of what is added to it.
---@param kind "sha256"|"md5"
---@return oai.Digest
function digest.new(kind)
  return core.digest(kind)
end

--- An HMAC-SHA256 of what is added to it.
---@param key string|userdata  bytes, or a credential: its prefix and its secret
---@param encoded? string      what stands behind this in a key that begins so is base64
---@return oai.Digest?         nil: that is not base64, or nothing
function digest.keyed(key, encoded)
  return core.digest("sha256", key, encoded)
end

---@param text string
---@return string bytes
function digest.sha256(text)
  return digest.new("sha256"):add(text):finish()
end

---@param text string
---@return string bytes
function digest.md5(text)
  return digest.new("md5"):add(text):finish()
end

---@param key string|userdata  as `keyed` takes it
---@param text string
---@return string bytes
function digest.hmac(key, text)
  local keyed = digest.keyed(key) ---@cast keyed oai.Digest
  return keyed:add(text):finish()
end

--- Bytes in hex, in lower case.
---@param bytes string
---@return string
function digest.hex(bytes)
  return (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

--- Whether a signature is one of several words, which spaces or commas part,
--- each by itself or behind its version: "v1,WORD". One of another version is
--- none. All are looked at, in a time that says nothing of where they differ.
---@type fun(words: string, version: string, signature: string): boolean
digest.among = core.among

return digest
