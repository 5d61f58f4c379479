-- What is in a file that is sent in parts: how much, since when, and its MD5.
-- A file is looked at again and again, since others may write to it.

local core = require "oai.core"
local digest = require "oai.codec.digest"
local engines = require "oai.engine"
local error_value = require "oai.error"
local pause = require "oai.task.pause"

local content = {}

local PIECE = 256 * 1024 -- bytes that are digested at once
local SLICE = 0.001      -- seconds of it until others may go on

---@class oai.UploadContent
---@field path string
---@field size integer     its bytes
---@field changed number   when it was changed last, Unix seconds

local function failure(message)
  return nil, error_value.new { kind = "io", message = message }
end

--- Looks at a file.
---@param path string
---@return oai.UploadContent?
---@return oai.Error? err
function content.look(path)
  local form, reason = core.form { { name = "file", path = path } }
  if not form then
    return failure(reason)
  end
  local changed, size = form:changed()
  form:close()
  return { path = path, size = math.floor(size), changed = changed }
end

--- Whether a file is what it was.
---@param self oai.UploadContent
---@return true? same
---@return oai.Error? err
function content.check(self)
  local now, err = content.look(self.path)
  if not now then
    return nil, err
  elseif now.size ~= self.size or now.changed ~= self.changed then
    return failure(("cannot send '%s': it has changed since the call"):format(self.path))
  end
  return true
end

--- Adds the next pieces of a file to a digest, for as long as others can wait.
--- Where it goes on, or nil and an error.
local function add_pieces(self, sum, at)
  local limit = engines.clock() + SLICE
  repeat
    local added, reason = sum:add_file(self.path, at, PIECE)
    if not added or added == 0 then
      return failure(reason or ("cannot send '%s': it has shrunk since the call"):format(self.path))
    end
    at = at + added
  until at >= self.size or engines.clock() >= limit
  return at
end

--- The MD5 of a file, in hex; in between others go on.
---@param self oai.UploadContent
---@param client oai.Client
---@return string? md5
---@return oai.Error? err
function content.md5(self, client)
  local sum, at = digest.new("md5"), 0
  while at < self.size do
    local next_at, err = add_pieces(self, sum, at)
    if not next_at then
      return nil, err
    end
    at = next_at
    local slept, stopped = pause(client, 0)
    if not slept then
      return nil, stopped
    end
  end
  return digest.hex(sum:finish())
end

require "oai.interpret" ()

return content
