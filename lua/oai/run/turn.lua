-- One turn of a run, for the program that looks at it before its functions
-- run: outputs from elsewhere, and words for the next turn.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local pause = require "oai.run.pause"

---@class oai.RunTurn
---@field number integer  which it is, from 1
---@field reply table          the response, or the completion
---@field calls oai.ToolCall[]  what it calls
---@field run oai.ToolRun  whose it is
local Turn = { __name = "oai.RunTurn" }
Turn.__index = Turn

local turn = {}

--- Says something to the model before the next turn.
---@param self oai.ToolRun
---@param text string
function turn.say(self, text)
  if type(text) ~= "string" then
    error_value.misuse(("%s: expected a text to say, got %s"):format(self._api.operation, type(text)))
  elseif json.text_fault(text) then
    error_value.misuse(("%s: expected a text to say: it is no UTF-8 from byte %d on"):format(self._api.operation,
      json.text_fault(text)))
  end
  self._state.said[#self._state.said + 1] = self._api.said_by_user(text)
end

--- The turn that a run has come to.
---@param self oai.ToolRun
---@return oai.RunTurn
function turn.new(self)
  return setmetatable({ number = self._state.turn, reply = self.reply, calls = self._state.calls, run = self }, Turn)
end

--- Gives the output of a call of this turn, which is then not carried out.
---@param id string  of the call
---@param value any  as a function would return it
function Turn:supply(id, value)
  pause.supply(self.run, id, value)
end

--- Says something to the model before the next turn.
---@param text string  words of the user's
function Turn:say(text)
  turn.say(self.run, text)
end

return turn
