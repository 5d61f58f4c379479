-- One choice of a completion: which of its texts is under way, and which are
-- whole. No event says so: one text is over where another begins, and all of
-- them where the choice has finished.

local choices = require "oai.dialect.choices"
local json = require "oai.codec.json"
local texts = require "oai.events.texts"

local choice = {}

--- A choice of which nothing was told yet.
---@param index number
---@return table
function choice.new(index)
  return { index = index, known = {}, order = {}, current = nil, reason = nil }
end

--- Takes up a new text, which is `known` by its key from now on.
---@param self table
---@param key any
---@param text oai.EventText
---@return oai.EventText text
function choice.begin(self, key, text)
  self.known[key] = text
  table.insert(self.order, text)
  return text
end

--- Whether nothing more can come of a text since another one begins. Calls may
--- come by turns, so one is over only when its arguments are JSON.
local function is_over(text)
  return text.what ~= "tool_call" or type(json.decode(text.read())) == "table"
end

--- Tells what an event has added to a text, and that the one before it is
--- whole. That is said once: a text that goes on is whole at the end.
---@param self table
---@param text oai.EventText
---@param delta string
---@param raw any
---@param out table
function choice.delta(self, text, delta, raw, out)
  local before = self.current
  if before and before ~= text and not before.passed then
    before.passed = true
    if before.is_open and is_over(before) then
      texts.done(before, raw, out)
    end
  end
  self.current = text
  texts.delta(text, delta, raw, out)
end

--- Tells of the texts which are whole at the end of the choice.
---@param self table
---@param raw any
---@param out table
function choice.close(self, raw, out)
  for _, text in ipairs(self.order) do
    if text.is_open then
      texts.done(text, raw, out)
    end
  end
end

--- Tells that the choice has finished, if an event says so. Where the model was
--- kept from finishing, what it was at is not whole.
---@param self table
---@param part table  of the event
---@param raw any
---@param out table
function choice.finish(self, part, raw, out)
  local reason = choices.reason(part)
  if reason == nil or self.reason ~= nil then
    return
  end
  self.reason = reason
  local is_good = choices.is_good(reason)
  if is_good then
    choice.close(self, raw, out)
  end
  out[#out + 1] = { type = "finish", choice = self.index, reason = tostring(reason), complete = is_good, raw = raw }
end

return choice
