-- The value of an answer in JSON while it arrives, for stream:partial(). A
-- text that is no JSON has no value, and is no error here: who reads the
-- stream to its end is told.

local is_answer = require "oai.parse.phase"
local partial_json = require "oai.codec.partial_json"

local partial = {}

--- Which text an event goes to.
local function place_of(event)
  return tostring(event.item_id) .. " " .. tostring(event.output_index) .. " " .. tostring(event.content_index)
end

--- Notes that an item of a response is no part of the answer: a message on the
--- way there. Whether the event is about such a one.
local function is_apart(self, event)
  local item = event.item
  if type(item) == "table" and event.output_index ~= nil then
    self._apart[event.output_index] = not is_answer(item.phase) or nil
  end
  return event.output_index ~= nil and self._apart[event.output_index]
end

---@class oai.Partial
---@field take fun(self: oai.Partial, event: table, state: table): any

local Partial = {}
Partial.__index = Partial

--- Begins with nothing of the answer.
---@param dialect oai.Dialect
---@return oai.Partial
function partial.new(dialect)
  return setmetatable({ _text = dialect.text, _apart = {}, _place = nil }, Partial)
end

--- Takes an event; the value so far if that has more now. Of a long text not
--- each piece is worth a value, since that copies it.
---@param event table
---@param state table  of the dialect
---@return any value
function Partial:take(event, state)
  local apart, text = is_apart(self, event), self._text(event, state)
  if apart or type(text) ~= "string" then
    return nil
  end
  local place = place_of(event)
  if place ~= self._place then
    self._place, self._reader = place, partial_json.new()
  end
  self._is_behind = self._reader:add(text)
  if self._is_behind and self._reader:is_due() then
    return self:rest()
  end
end

--- The value, if it has not been given as it is.
---@return any value
function Partial:rest()
  if self._is_behind then
    self._is_behind = false
    return (self._reader:value())
  end
end

return partial
