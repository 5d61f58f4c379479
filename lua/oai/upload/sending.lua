-- The parts of an upload, sent: several at a time, and again what came
-- damaged. The MD5 of the file is worked out meanwhile.

local content = require "oai.upload.content"
local damage = require "oai.upload.damage"
local engines = require "oai.engine"
local error_value = require "oai.error"
local options_list = require "oai.options"
local progress = require "oai.call.progress"
local running = require "oai.task.running"
local state = require "oai.upload.state"

local sending = {}

local TRIES = 3 -- of a part that came damaged

--- Of how many bytes a part is.
local function size_of(self, number)
  local part_size = self.record.part_size
  return math.min(part_size, self.file.size - (number - 1) * part_size)
end

--- The bytes that have been sent of all.
local function sent_bytes(self)
  local bytes = 0 ---@type number
  for number = 1, self.count do
    bytes = bytes + (self.record.parts[state.key(number)] and size_of(self, number) or self.under_way[number] or 0)
  end
  return bytes
end

--- Sends a part, once.
local function send_once(self, number)
  if self.is_over then
    return nil, running.interrupted()
  end
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
  elseif type(part) ~= "table" or type(part.id) ~= "string" or part.id == "" then
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
  self.record.parts[state.key(number)] = id
  return state.keep(self)
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
    if not self.record.parts[state.key(number)] then
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
---@param self oai.PartedUpload
---@return true? done
---@return any err
function sending.all(self)
  local missing = { send_missing, self.own.md5 ~= false and not self.md5 and find_md5 or nil }
  local done, err = for_each(self, missing, function(_, fn)
    return fn(self)
  end, #missing)
  if not done then
    return nil, err
  end
  return content.check(self.file)
end

require "oai.interpret" ()

return sending
