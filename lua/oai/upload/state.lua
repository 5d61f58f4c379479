-- The state of an upload in parts, which its state file has: which parts the
-- service has, and what they are of.

local json = require "oai.codec.json"
local path_codec = require "oai.codec.path"
local state_file = require "oai.state_file"

local state = {}

--- Whether the id of an upload can be one, and those of parts.
local function has_ids(fields)
  if fields.upload_id ~= nil and path_codec.refusal(fields.upload_id) then
    return false
  end
  for key, id in pairs(fields.parts) do
    if type(key) ~= "string" or not key:find "^[1-9]%d*$" or type(id) ~= "string" or id == "" then
      return false
    end
  end
  return fields.part_size >= 1
end

---@type oai.StateKind
local KIND = {
  operation = "files.upload", mark = "oai_upload", version = 1, called = "the state of an upload", is_sound = has_ids,
  fields = {
    size = { "integer" }, changed = { "number" }, filename = { "string" }, purpose = { "string" },
    mime_type = { "string" }, part_size = { "integer" }, begun_at = { "number" }, md5 = { "string", "nil" },
  },
}

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

--- The state of an upload that is not begun.
---@param fields table  what it is of
---@return oai.UploadState
function state.new(fields)
  return {
    oai_upload = KIND.version, size = fields.size, changed = fields.changed, filename = fields.filename,
    purpose = fields.purpose, mime_type = fields.mime_type, part_size = fields.part_size, begun_at = os.time(),
    parts = json.object {},
  }
end

--- Reads a state file; nil when there is none.
---@param path string
---@return oai.UploadState?
---@return oai.Error? err
function state.load(path)
  local fields, err = state_file.load(KIND, path)
  if fields then
    fields.parts = json.object(fields.parts)
  end
  return fields, err
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
      return nil, state_file.failure(KIND, ("the state in %s is %s: remove it, or give another name"):format(path,
        mark[2]:format(shown(was), shown(is))))
    end
  end
  return true
end

--- The key of a part among the ids of a state.
---@param number integer
---@return string
function state.key(number)
  return ("%d"):format(number)
end

--- Writes the state.
---@param path string
---@param fields oai.UploadState
---@return boolean? done
---@return oai.Error? err
function state.save(path, fields)
  return state_file.save(KIND, path, fields)
end

--- Writes the record of an upload, where there is a file for it.
---@param upload oai.PartedUpload
---@return boolean? done
---@return oai.Error? err
function state.keep(upload)
  local path = upload.own.state
  if not path then
    return true
  end
  return state.save(path, upload.record)
end

require "oai.interpret" ()

return state
