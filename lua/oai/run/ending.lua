-- How a run ends, other than well: its errors, each of which says which calls
-- were attempted and which completed.

local beside = require "oai.run.beside"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local options_list = require "oai.options"

local link = lazy "oai.run.link"

local ending = {}

--- An error of one call of a run.
---@param self oai.ToolRun
---@param reason string
---@param message string
---@param cause? any
---@return oai.Error
function ending.of_tool(self, reason, message, cause)
  return error_value.new { kind = "tool", reason = reason, message = message, cause = cause,
    operation = self._api.operation, where = self._where }
end

--- An error of the run.
---@param self oai.ToolRun
---@param kind string
---@param reason? string
---@param message string
---@return oai.Error
function ending.error(self, kind, reason, message)
  return error_value.new { kind = kind, reason = reason, message = message, operation = self._api.operation,
    where = self._where }
end

--- Takes back what was noted of an effect that was only about to be.
local function take_back(self)
  local undo = self._undo
  self._undo = false
  if undo then
    undo(self._state)
  end
end

--- Leaves the socket of a run that is over.
---@param self oai.ToolRun
function ending.leave(self)
  if self._link and self.status ~= "open" and self.status ~= "paused" then
    link.close(self._link)
  end
end

--- Ends a run with an error; what goes on beside it is cancelled.
---@param self oai.ToolRun
---@param err oai.Error
function ending.fail(self, err)
  take_back(self)
  err.where = err.where or self._where
  err.attempted = options_list.copy(self._state.attempted)
  err.completed = options_list.copy(self._state.completed)
  if err.partial == nil then
    err.partial = self.reply
  end
  self.err = err
  self.status = err.kind == "cancelled" and "cancelled" or "failed"
  beside.cancel(self)
  ending.leave(self)
  beside.tell(self)
end

--- Whether a run goes on. One whose client was closed ends here.
---@param self oai.ToolRun
---@return boolean
function ending.is_open(self)
  local err = self.status == "open" and beside.closed(self)
  if err then
    ending.fail(self, err)
  end
  return self.status == "open"
end

return ending
