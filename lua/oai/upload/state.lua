-- The state file of an upload in parts: which the service has, written anew
-- with each of them. It appears whole or not at all, and holds no key.

local error_value = require "oai.error"
local file = require "oai.file"
local json = require "oai.codec.json"

local state = {}

local VERSION = 1

---@class oai.UploadState
---@field oai_upload integer   the version of this format
---@field size integer         of the file
---@field changed number       when that was changed last, Unix seconds
---@field filename string      these are what the upload was created with
---@field purpose string
---@field mime_type string
---@field part_size integer
---@field begun_at integer     Unix seconds
---@field upload_id? string
---@field expires_at? integer  of the upload, Unix seconds
---@field parts table<string, string>  their ids, by number
---@field md5? string          of the whole file
---@field is_completing? boolean  it was asked for

local function failure(kind, message)
  return nil, error_value.new { kind = kind, operation = "files.upload", message = message }
end

--- The state of an upload that is not begun.
---@param fields table  what it is of
---@return oai.UploadState
function state.new(fields)
  return {
    oai_upload = VERSION, size = fields.size, changed = fields.changed, filename = fields.filename,
    purpose = fields.purpose, mime_type = fields.mime_type, part_size = fields.part_size, begun_at = os.time(),
    parts = json.object {},
  }
end

--- Reads a state file; nil when there is none. What is no state file is an
--- error: it is somebody's, and must not be written over.
---@param path string
---@return oai.UploadState?
---@return oai.Error? err
function state.load(path)
  local text, reason, is_missing = file.read(path)
  if is_missing then
    return nil
  elseif not text then
    return failure("io", reason)
  end
  local fields = json.decode(text)
  if type(fields) ~= "table" or fields.oai_upload ~= VERSION or type(fields.parts) ~= "table" then
    return failure("bad_request", ("%s is not the state of an upload"):format(path))
  end
  fields.parts = json.object(fields.parts)
  return fields
end

-- What an upload is of, and how a state that is of another says so.
local MARKS = {
  { "size", "of a file of %s bytes, and this one has %s" },
  { "changed", "of a file that was changed last at %s, and this one at %s" },
  { "filename", "of the file '%s', and this is '%s'" },
  { "purpose", "of an upload for '%s', and this is for '%s'" },
  { "mime_type", "of an upload of the type '%s', and this is '%s'" },
}

local function shown(value)
  return type(value) == "number" and ("%.14g"):format(value) or tostring(value)
end

--- Refuses the state of another upload.
---@param path string
---@param kept oai.UploadState
---@param fields table
---@return true? same
---@return oai.Error? err
function state.check(path, kept, fields)
  for _, mark in ipairs(MARKS) do
    local was, is = kept[mark[1]], fields[mark[1]]
    if was ~= is then
      return failure("bad_request", ("the state in %s is %s: remove it, or give another name"):format(path,
        mark[2]:format(shown(was), shown(is))))
    end
  end
  return true
end

--- Writes the state.
---@param path string
---@param fields oai.UploadState
---@return true? done
---@return oai.Error? err
function state.save(path, fields)
  local done, reason = file.replace(path, (assert(json.encode(fields))))
  if not done then
    return failure("io", "the state: " .. tostring(reason))
  end
  return true
end

require "oai.interpret" ()

return state
