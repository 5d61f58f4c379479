-- The end of an upload in parts: the server adds them up to a file, once all
-- have come. What it says came damaged is sent again.

local damage = require "oai.upload.damage"
local sending = require "oai.upload.sending"
local state = require "oai.upload.state"

local completing = {}

local ROUNDS = 3 -- where the sum is wrong
local LOOK = 100 -- files, in which one is looked for

local function ids_of(self)
  local ids = {}
  for number = 1, self.count do
    ids[number] = self.record.parts[state.key(number)]
  end
  return ids
end

-- Statuses with which a server refuses an upload that is over.
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
  local saved, err = state.keep(self)
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
    self.record.parts[state.key(number)] = nil
  end
  self.record.is_completing = nil
end

--- Whether the server has no upload any more that was begun before.
---@param err oai.Error
---@return boolean
function completing.is_gone(err)
  local said = tostring(err.message):lower()
  return err.status == 404 or GONE[err.status] == true and (said:find "expired" ~= nil or said:find "cancel" ~= nil)
end

--- Sends what is missing and completes the upload, for which what was damaged is
--- sent again.
---@param self oai.PartedUpload
---@return table? upload
---@return any facts
function completing.run(self)
  for round = 1, ROUNDS do
    local sent, err = sending.all(self)
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

require "oai.interpret" ()

return completing
