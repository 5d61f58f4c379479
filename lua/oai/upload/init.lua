-- A file of any size to the API: in one request as long as the service takes
-- that, else in parts. Reads its options and chooses; sending is elsewhere.

local content = require "oai.upload.content"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local form = require "oai.codec.form"
local media_type = require "oai.codec.media_type"
local options_list = require "oai.options"
local parts = require "oai.upload.parts"
local state = require "oai.upload.state"

local upload = {}

local NAME = "files.upload"
local MIB = 1024 * 1024

-- Options where they are not given: the service's limits, and how many parts.
local USUAL = { max_request_bytes = 512 * MIB, part_size = 64 * MIB, parallel = 4 }

local TYPES = {
  purpose = { "string" }, filename = { "string" }, mime_type = { "string" }, expires_after = { "table" },
  max_request_bytes = { "count" }, part_size = { "count" }, parallel = { "count" }, state = { "string" },
  md5 = { "string", "boolean" }, on_progress = { "function" },
}

---@class oai.UploadOptions : oai.OpenCallOptions
---@field purpose string      such as "batch"
---@field filename? string    the last part of the path, unless it is given
---@field mime_type? string   what the name says, unless it is given
---@field expires_after? table  as `client.files:create` takes it
---@field max_request_bytes? integer  what goes in one request, at most: 512 MiB
---@field part_size? integer  bytes: 64 MiB, which is the most that the service takes
---@field parallel? integer   parts that are sent at once: 4
---@field state? string       the file that says which parts the service has: killed and run again, it goes on
---@field md5? string|boolean what that of the file must be; false: none is told to the service
---@field on_progress? fun(bytes: integer, total: integer)  is told how much was sent, of how much

local function check_text(what, value)
  if type(value) ~= "string" or value == "" then
    error_value.misuse(("%s: %s must be a string that is not empty, got %s"):format(NAME, what, type(value)))
  elseif value:find "%z" then -- another file would be opened
    error_value.misuse(("%s: %s must not hold NUL"):format(NAME, what))
  end
end

local function check_arguments(self, path)
  error_value.check_bound(self, NAME, "client.files:upload(path, options)")
  check_text("the path", path)
end

local function check_options(own)
  check_text("option 'purpose'", own.purpose)
  for _, name in ipairs { "filename", "mime_type", "state" } do
    if own[name] ~= nil then
      check_text(("option '%s'"):format(name), own[name])
    end
  end
  if own.mime_type and not media_type.is_valid(own.mime_type) then
    error_value.misuse(NAME .. ": option 'mime_type' must be a media type such as \"text/plain\"")
  end
end

--- What tells the program how much of a file is sent: what a form has beside it
--- is not counted.
local function meter_of(file, on_progress)
  return on_progress and function(bytes)
    on_progress(math.min(bytes, file.size), file.size)
  end
end

--- Sends a file in one request.
local function send_at_once(client, file, own, rest)
  local object, facts = client.files:create({
    file = { path = file.path, filename = own.filename, content_type = own.mime_type }, purpose = own.purpose,
    expires_after = own.expires_after,
  }, options_list.merge(rest, { on_progress = meter_of(file, own.on_progress) }))
  return object, facts
end

--- What tells an upload in parts from others.
local function fields_of(file, own)
  local filename = own.filename or form.basename(file.path)
  return { size = file.size, changed = file.changed, filename = filename, purpose = own.purpose,
    mime_type = own.mime_type or media_type.of(filename), part_size = own.part_size }
end

--- The state of an upload that was begun before, if there is one.
local function recorded(own, fields)
  if not own.state then
    return nil
  end
  local kept, err = state.load(own.state)
  if kept then
    local same
    same, err = state.check(own.state, kept, fields)
    kept = same and kept or nil
  end
  return kept, err
end

local function send(client, path, own, rest)
  local file, err = content.look(path)
  if not file then
    return nil, err
  end
  local fields = fields_of(file, own)
  local kept, refused = recorded(own, fields)
  if refused then
    return nil, refused
  elseif not kept and file.size <= own.max_request_bytes then
    return send_at_once(client, file, own, rest)
  end
  ---@type any
  local sending = { client = client, file = file, own = own, rest = rest, fields = fields }
  return parts.upload(sending, kept)
end

--- Uploads a file: in one request, or in parts where it is larger than the
--- service takes. What is sent is what it holds at the call; if it is changed
--- meanwhile, that is an error.
---@param self table     client.files
---@param path string
---@param options oai.UploadOptions
---@return oai.File? file
---@return oai.Response|oai.Error|nil facts
function upload.file(self, path, options)
  check_arguments(self, path)
  local own, rest, flow = extra.split(NAME, TYPES, options)
  check_options(own)
  own = options_list.copy(options_list.merge(USUAL, own)) ---@cast own table
  return extra.run(self._client, flow, function()
    local file, facts = send(self._client, path, own, rest or {})
    if not file then
      facts.operation, facts.where = NAME, facts.where or error_value.caller()
    end
    return file, facts
  end)
end

require "oai.interpret" ()

return upload
