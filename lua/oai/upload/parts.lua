-- A file by the Uploads API: created, sent in parts, several at a time, and
-- completed; or cancelled, so that nothing stays open at the server. What of
-- it was done is recorded, where there is a state file.

local content = require "oai.upload.content"
local damage = require "oai.upload.damage"
local engines = require "oai.engine"
local error_value = require "oai.error"
local options_list = require "oai.options"
local progress = require "oai.call.progress"
local retry = require "oai.call.retry"
local set = require "oai.set"
local state = require "oai.upload.state"

local parts = {}

local TRIES = 3    -- of a part that came damaged
local ROUNDS = 3   -- of completing, where the sum is wrong
local CANCEL = { total_timeout = 30 } -- seconds
local LOOK = 100   -- files, in which one is looked for

---@class oai.PartedUpload
---@field client oai.Client
---@field file oai.UploadContent
---@field own table         the options of client.files:upload
---@field rest table        those of each call
---@field fields table      what the upload is of: see oai.UploadState
---@field record oai.UploadState
---@field count integer     of parts
---@field is_resumed boolean
---@field meter? oai.Progress
---@field under_way table<integer, integer>  bytes, by number
---@field md5? string       of the file, where it is told to the service

--- The key of a part in the record.
local function key(number)
  return ("%d"):format(number)
end

--- Of how many bytes a part is.
local function size_of(self, number)
  local part_size = self.record.part_size
  return math.min(part_size, self.file.size - (number - 1) * part_size)
end

--- The bytes that have been sent of all.
local function sent_bytes(self)
  local bytes = 0 ---@type number
  for number = 1, self.count do
    bytes = bytes + (self.record.parts[key(number)] and size_of(self, number) or self.under_way[number] or 0)
  end
  return bytes
end

--- Writes the record, where there is a file for it.
local function save(self)
  if not self.own.state then
    return true
  end
  return state.save(self.own.state, self.record)
end

--- Begins a record, of which nothing is done.
local function begin_record(self)
  self.record, self.is_resumed = state.new(self.fields), false
end

local function is_expired(record)
  return type(record.expires_at) == "number" and record.expires_at <= os.time()
end

--- Takes up the record of an upload that was begun before.
local function take_up(self, kept)
  self.record, self.is_resumed = kept, true
  if not kept.upload_id or is_expired(kept) then
    begin_record(self)
  end
end

local function create(self)
  local fields = self.fields
  local upload, err = self.client.uploads:create({
    bytes = self.file.size, filename = fields.filename, mime_type = fields.mime_type, purpose = fields.purpose,
    expires_after = self.own.expires_after,
  }, self.rest)
  if not upload then
    return nil, err
  elseif type(upload) ~= "table" or type(upload.id) ~= "string" then
    return nil, error_value.new { kind = "decode", message = "the reply has no id of an upload" }
  end
  self.record.upload_id, self.record.expires_at = upload.id, upload.expires_at
  return save(self)
end

--- Sends a part, once.
local function send_once(self, number)
  local same, err = content.check(self.file)
  if not same then
    return nil, err
  end
  local options = self.rest
  if self.meter then
    options = options_list.merge(options, { on_progress = function(bytes)
      self.under_way[number] = bytes
      progress.note(self.meter, sent_bytes(self) --[[@as integer]], engines.clock())
    end })
  end
  return self.client.uploads.parts:create(self.record.upload_id, { data = {
    path = self.file.path, offset = (number - 1) * self.record.part_size, size = size_of(self, number),
    filename = "part", content_type = "application/octet-stream",
  } }, options)
end

--- Sends a part, and what came damaged again. Its id.
local function send_whole(self, number)
  local part, err
  for try = 1, TRIES do
    part, err = send_once(self, number)
    if part or try == TRIES or not damage.is_said(err --[[@as oai.Error]]) then
      break
    end
  end
  if not part then
    return nil, err
  elseif type(part) ~= "table" or type(part.id) ~= "string" then
    return nil, error_value.new { kind = "decode", message = "the reply has no id of a part" }
  end
  return part.id
end

--- Sends a part, and records it.
local function send_part(self, number)
  local id, err = send_whole(self, number)
  self.under_way[number] = nil
  if not id then
    return nil, err
  end
  self.record.parts[key(number)] = id
  return save(self)
end

--- Finds the MD5 out, which must be the one that was given, or recorded.
local function find_md5(self)
  local md5, err = content.md5(self.file, self.client)
  if not md5 then
    return nil, err
  end
  for _, known in ipairs { self.own.md5 or md5, self.record.md5 or md5 } do
    if known ~= true and known:lower() ~= md5 then
      return nil, error_value.new { kind = "bad_request",
        message = ("the MD5 of '%s' is %s, not %s"):format(self.file.path, md5, known) }
    end
  end
  self.record.md5, self.md5 = md5, md5
  return true
end

--- The numbers of the parts that the server has not.
local function list_missing(self)
  local missing = {}
  for number = 1, self.count do
    if not self.record.parts[key(number)] then
      missing[#missing + 1] = number
    end
  end
  return missing
end

--- Calls a function for each of a list, so many at once.
local function for_each(self, list, fn, most)
  local done, err = self.client:map(list, function(item)
    return fn(self, item)
  end, { concurrency = most })
  return done and true, err
end

local function send_missing(self)
  return for_each(self, list_missing(self), send_part, self.own.parallel)
end

--- Does all that is missing: the parts, and the digest beside them.
local function send_all(self)
  local missing = { send_missing, self.own.md5 ~= false and not self.md5 and find_md5 or nil }
  local done, err = for_each(self, missing, function(_, fn)
    return fn(self)
  end, #missing)
  if not done then
    return nil, err
  end
  return content.check(self.file)
end

local function ids_of(self)
  local ids = {}
  for number = 1, self.count do
    ids[number] = self.record.parts[key(number)]
  end
  return ids
end

local GONE = { [400] = true, [404] = true, [409] = true }

--- The file of an upload that is complete already, since the reply that said
--- so was lost: the newest of that name, size and purpose.
local function find_file(self)
  local fields = self.fields
  local page, facts = self.client.files:list({ purpose = fields.purpose, order = "desc", limit = LOOK }, self.rest)
  for _, file in ipairs(page and page.data or {}) do
    local is_it = file.filename == fields.filename and file.bytes == self.file.size
    if is_it and (tonumber(file.created_at) or math.huge) >= self.record.begun_at then
      return { file = file }, facts
    end
  end
  return nil
end

--- Asks for the object that the parts add up to.
local function complete_once(self)
  local was_asked = self.record.is_completing
  self.record.is_completing = true
  local saved, err = save(self)
  if not saved then
    return nil, err
  end
  local upload, facts = self.client.uploads:complete(self.record.upload_id,
    { part_ids = ids_of(self), md5 = self.md5 }, self.rest)
  if upload or not (was_asked or (facts.attempts or 1) > 1) or not GONE[facts.status] or damage.is_said(facts) then
    return upload, facts
  end
  local found, found_facts = find_file(self)
  return found, found and found_facts or facts
end

--- Forgets parts, which are sent again.
local function forget(self, numbers)
  for _, number in ipairs(numbers) do
    self.record.parts[key(number)] = nil
  end
  self.record.is_completing = nil
end

--- Sends what is missing and completes the upload, which what was damaged is
--- sent again for.
local function finish(self)
  for round = 1, ROUNDS do
    local sent, err = send_all(self)
    if not sent then
      return nil, err
    end
    local upload, facts = complete_once(self)
    if upload or round == ROUNDS or not damage.is_said(facts) then
      return upload, facts
    end
    forget(self, damage.parts(facts, self.record.parts, self.count))
  end
end

--- Whether the server has no upload any more that was begun before.
local function is_gone(self, err)
  local said = tostring(err.message):lower()
  return self.is_resumed and GONE[err.status] ~= nil
    and (err.status == 404 or said:find "expired" ~= nil or said:find "cancel" ~= nil)
end

--- Creates the upload, unless it was begun before, and makes all of it.
local function make(self)
  if not self.record.upload_id then
    local created, err = create(self)
    if not created then
      return nil, err
    end
  end
  local upload, facts = finish(self)
  if upload or not error_value.is_error(facts) or not is_gone(self, facts) then
    return upload, facts
  end
  begin_record(self)
  return make(self)
end

-- Kinds of errors that say nothing of an upload: somebody else has to mend
-- something, or has ended the call.
local ELSEWHERE = set { "tls", "authentication", "quota", "cancelled" }

--- Whether an upload that has failed may go on later, where it is recorded.
local function may_go_on(self, err)
  return self.own.state ~= nil and (not error_value.is_error(err) or ELSEWHERE[err.kind] or retry.may_pass(err))
end

--- Cancels the upload at the server. A task that was itself cancelled cannot:
--- another does it then.
local function cancel(self, err)
  local id, options = self.record.upload_id, options_list.merge(self.rest, CANCEL)
  if error_value.is_error(err) and err.kind == "cancelled" then
    self.client:spawn(function()
      self.client.uploads:cancel(id, nil, options)
      return true
    end)
  elseif not self.client.uploads:cancel(id, nil, options) and error_value.is_error(err) then
    err.partial = err.partial or { upload_id = id }
  end
end

--- Ends an upload that has failed: it stays as it is where it may go on, and
--- else is no more.
local function abandon(self, err)
  if may_go_on(self, err) then
    return
  end
  if self.record.upload_id then
    cancel(self, err)
  end
  if self.own.state then
    os.remove(self.own.state)
  end
end

--- The file of an upload that is complete, with its methods.
local function file_of(self, upload, facts)
  local said = type(upload) == "table" and rawget(upload, "file")
  if type(said) ~= "table" or type(said.id) ~= "string" then
    return nil, error_value.new { kind = "decode", message = "the upload is complete, and has no file",
      partial = upload }
  end
  local file = self.client.files:at(said.id)
  for name, value in pairs(said) do
    file[name] = value
  end
  return file, facts
end

--- Uploads a file in parts, or goes on with that.
---@param self oai.PartedUpload
---@param kept? oai.UploadState  of an upload that was begun before
---@return oai.File? file
---@return oai.Response|oai.Error facts
function parts.upload(self, kept)
  self.under_way = {}
  begin_record(self)
  if kept then
    take_up(self, kept)
  end
  self.count = math.ceil(self.file.size / self.record.part_size)
  if self.own.on_progress then
    self.meter = progress.new(self.own.on_progress, engines.clock())
    self.meter.total = self.file.size
  end
  local upload, facts = make(self)
  if not upload then
    abandon(self, facts)
    if not error_value.is_error(facts) then
      error(facts, 0)
    end
    return nil, facts
  elseif self.own.state then
    os.remove(self.own.state)
  end
  if self.meter then
    progress.finish(self.meter, self.file.size)
  end
  return file_of(self, upload, facts)
end

require "oai.interpret" ()

return parts
