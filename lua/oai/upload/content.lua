-- What is in a file that is sent in parts: how much, since when, and its MD5.
-- A file is looked at again and again, since others may write to it.

local core = require "oai.core"
local digest = require "oai.codec.digest"
local error_value = require "oai.error"
local form_codec = require "oai.codec.form"
local pause = require "oai.task.pause"

local content = {}

local FIRST_LOOK, LONGEST = 0.001, 0.05 -- seconds until it is asked whether a digest is there

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
    return failure(form_codec.unopened(reason))
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

--- Adds a file to a digest, which a thread of the core's does; in between
--- others go on. How many bytes there were.
local function add_file(sum, path, client)
  local patience = FIRST_LOOK
  local added, reason = sum:add_file(path)
  while added == false do
    local slept, err = pause(client, patience)
    if not slept then
      sum:finish()
      return nil, err
    end
    patience = math.min(LONGEST, 2 * patience)
    added, reason = sum:add_file(path)
  end
  if not added then
    return failure(reason)
  end
  return added
end

--- The MD5 of a file, in hex; in between others go on.
---@param self oai.UploadContent
---@param client oai.Client
---@return string? md5
---@return oai.Error? err
function content.md5(self, client)
  local sum = digest.new "md5"
  local added, err = add_file(sum, self.path, client)
  if not added then
    return nil, err
  elseif added < self.size then
    return failure(("cannot send '%s': it has shrunk since the call"):format(self.path))
  end
  return digest.hex(sum:finish())
end

require "oai.interpret" ()

return content
