-- The value of an answer in JSON while it arrives, for stream:partial(). A
-- text that is no JSON has no value, and is no error here: who reads the
-- stream to its end is told.

local is_answer = require "oai.parse.phase"
local partial_json = require "oai.codec.partial_json"

local partial = {}

--- Tells which text an event of a response goes to. Nil for what is no part of
--- the answer: messages on the way there.
local function places_of_responses()
  local apart = {}
  return function(event)
    local item = event.item
    if type(item) == "table" and event.output_index ~= nil then
      apart[event.output_index] = not is_answer(item.phase) or nil
    end
    if event.output_index ~= nil and apart[event.output_index] then
      return nil
    end
    return ("%s %s"):format(tostring(event.output_index), tostring(event.content_index))
  end
end

local function one_place()
  return "answer"
end

local PLACES = { responses = places_of_responses }

---@class oai.Partial
---@field take fun(self: oai.Partial, event: table, state: table): any

local Partial = {}
Partial.__index = Partial

--- Begins with nothing of the answer.
---@param dialect oai.Dialect
---@return oai.Partial
function partial.new(dialect)
  local places = PLACES[dialect.name]
  return setmetatable({ _text = dialect.text, _place_of = places and places() or one_place, _place = nil }, Partial)
end

--- Takes an event; the value so far if that has more now. Of a long text not
--- each piece is worth a value, since that copies it.
---@param event table
---@param state table  of the dialect
---@return any value
function Partial:take(event, state)
  local place, text = self._place_of(event), self._text(event, state)
  if not place or type(text) ~= "string" then
    return nil
  elseif place ~= self._place then
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
