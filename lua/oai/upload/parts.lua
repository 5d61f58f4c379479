-- A file by the Uploads API, from the beginning to the end: created, sent in
-- parts and completed; or cancelled, so that nothing stays open at the server.
-- What of it was done is recorded, where there is a state file.

local completing = require "oai.upload.completing"
local engines = require "oai.engine"
local error_value = require "oai.error"
local options_list = require "oai.options"
local path = require "oai.codec.path"
local progress = require "oai.call.progress"
local retry = require "oai.call.retry"
local result = require "oai.upload.result"
local running = require "oai.task.running"
local set = require "oai.set"
local state = require "oai.upload.state"

local parts = {}

local CANCEL = { total_timeout = 30 } -- seconds
local INTERRUPTED = { total_timeout = 5, max_retries = 1 } -- somebody sits there and waits

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
---@field is_over? boolean    no part is to begin any more
---@field creating? oai.Task  creates it at the server, and records that
---@field md5? string       of the file, where it is told to the service

local function set_record(self, record, is_resumed)
  self.record, self.is_resumed = record, is_resumed
  self.count = math.ceil(self.file.size / record.part_size)
end

--- Begins a record, of which nothing is done.
local function begin_record(self)
  set_record(self, state.new(self.fields), false)
end

local function is_expired(record)
  return type(record.expires_at) == "number" and record.expires_at <= os.time()
end

--- Takes up the record of an upload that was begun before, if that can go on.
local function take_up(self, kept)
  if kept and kept.upload_id and not is_expired(kept) then
    set_record(self, kept, true)
  else
    begin_record(self)
  end
end

--- Creates the upload at the server, and records that.
local function create(self)
  local fields = self.fields
  local upload, err = self.client.uploads:create({
    bytes = self.file.size, filename = fields.filename, mime_type = fields.mime_type, purpose = fields.purpose,
    expires_after = self.own.expires_after,
  }, self.rest)
  if not upload then
    return nil, err
  elseif type(upload) ~= "table" or type(upload.id) ~= "string" or path.refusal(upload.id) then
    return nil, error_value.new { kind = "decode", message = "the reply has no id of an upload" }
  end
  self.record.upload_id, self.record.expires_at = upload.id, upload.expires_at
  return state.keep(self)
end

--- Creates the upload in a task of its own, which goes on where this one is
--- cancelled: only its reply says what there is to cancel.
local function create_apart(self)
  self.creating = self.client:spawn(create, self)
  return self.creating:await()
end

--- Creates the upload, unless it was begun before, and makes all of it.
---@return table? upload
---@return any facts  or the error
local function make(self)
  if not self.record.upload_id then
    local created, err = create_apart(self)
    if not created then
      return nil, err
    end
  end
  local upload, facts = completing.run(self)
  if upload or not self.is_resumed or not error_value.is_error(facts) or not completing.is_gone(facts) then
    return upload, facts
  end
  begin_record(self)
  return make(self)
end

--- Makes all of an upload, and returns what is raised meanwhile, such as by
--- Ctrl-C in a plain script, as an error is. The main thread yields to nobody,
--- so there it can wait within a pcall.
---@return table? upload
---@return any facts  or what was raised
local function make_caught(self)
  local done, upload, facts = pcall(make, self)
  if done then
    return upload, facts
  end
  self.is_over = true
  return nil, upload
end

--- Makes all of an upload where the main thread does not, in a task of its own:
--- what is raised there is returned too.
---@return table? upload
---@return any facts  or what was raised
local function make_apart(self)
  local task = self.client:spawn(make, self)
  local upload, facts = task:await()
  task:cancel() -- this one was
  return upload, facts
end

-- Kinds of errors that say nothing of an upload: somebody else has to mend
-- something, or has ended the call.
local ELSEWHERE = set { "tls", "authentication", "quota", "cancelled", "connection", "limit" }

--- Whether an upload that has failed may go on later, where it is recorded.
local function may_go_on(self, err)
  return self.own.state ~= nil and (not error_value.is_error(err) or ELSEWHERE[err.kind] or retry.may_pass(err))
end

--- Cancels the upload at the server, once its id is known.
local function cancel_at_server(self, options)
  if self.creating then
    self.creating:await(options.total_timeout)
  end
  local id = self.record.upload_id
  return not id or self.client.uploads:cancel(id, nil, options_list.merge(self.rest, options))
end

--- Whether a client is closed, or being closed: it makes no calls any more.
local function is_closed(client)
  local shared = client._shared
  return shared.closed or shared.scheduler and shared.scheduler.closed
end

--- Cancels the upload at the server. The user may interrupt that again; a task
--- that was itself cancelled cannot, and another does it then. Whether nothing
--- is known to stay open.
local function cancel(self, err)
  if is_closed(self.client) then
    return false
  elseif self.is_over then
    return pcall(cancel_at_server, self, INTERRUPTED)
  elseif error_value.is_error(err) and err.kind == "cancelled" then
    return self.client:spawn(cancel_at_server, self, CANCEL)
  end
  return cancel_at_server(self, CANCEL)
end

--- Ends an upload that has failed: it stays as it is where it may go on, and
--- else is no more.
local function abandon(self, err)
  if may_go_on(self, err) then
    return
  end
  if not cancel(self, err) and error_value.is_error(err) then
    err.partial = err.partial or { upload_id = self.record.upload_id }
  end
  if self.own.state then
    os.remove(self.own.state)
  end
end

--- Tells the program that all has been sent, and removes the state.
local function conclude(self)
  if self.own.state then
    os.remove(self.own.state)
  end
  if self.meter then
    progress.finish(self.meter, self.file.size)
  end
end

--- Makes what tells the program how far the upload is, if it wants to be told.
local function begin_meter(self)
  if self.own.on_progress then
    self.meter = progress.new(self.own.on_progress, engines.clock())
    self.meter.total = self.file.size
  end
end

--- Uploads a file in parts, or goes on with that.
---@param self oai.PartedUpload
---@param kept? oai.UploadState  of an upload that was begun before
---@return oai.File? file
---@return oai.Response|oai.Error facts
function parts.upload(self, kept)
  self.under_way = {}
  take_up(self, kept)
  begin_meter(self)
  local upload, facts = (running.is_main() and make_caught or make_apart)(self)
  if not upload then
    abandon(self, facts)
    return nil, error_value.is_error(facts) and facts or error(facts, 0)
  end
  conclude(self)
  local file = result(self.client, upload)
  if not file then
    return nil, error_value.new { kind = "decode", message = "the upload is complete, and has no file",
      partial = upload }
  end
  return file, facts
end

require "oai.interpret" ()

return parts
