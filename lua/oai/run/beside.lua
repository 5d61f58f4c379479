-- What a run has going on beside its reader: requests, functions, approvals,
-- each in a task whose end the run is told of. Must not know what they are.

local engines = require "oai.engine"
local error_value = require "oai.error"
local running = require "oai.task.running"
local task = require "oai.task"
local wait = require "oai.task.wait"

local beside = {}

--- The error of a run whose client was closed after it had begun, or nil.
---@param self oai.ToolRun
---@return oai.Error?
function beside.closed(self)
  if not (self._scheduler and self._scheduler.closed) then
    return nil
  end
  return error_value.new { kind = "cancelled", reason = "closed", message = "the client was closed",
    operation = self._api.operation, where = self._where }
end

--- Gets a run ready to wait, where its reader may. Nil and an error where the
--- reader's task was cancelled, or the client closed; raises where nothing may
--- wait.
---@param self oai.ToolRun
---@return true? ready
---@return oai.Error? err
function beside.open(self)
  if not self._scheduler then
    self._scheduler = task.scheduler_of(self._client)
    self._news = { scheduler = self._scheduler }
  elseif self._scheduler.closed then
    return nil, beside.closed(self)
  end
  if wait.is_allowed(self._scheduler) then
    return true
  end
  return nil, running.cancelled()
end

--- Starts a function in a task.
---@param self oai.ToolRun
---@param fn function
---@param ... any
---@return oai.Task
function beside.start(self, fn, ...)
  local one = task.watched(self._client, fn, self._news --[[@as table]], ...)
  self._tasks[one] = true
  self._scheduler:start(one)
  return one
end

--- Wakes the run's reader: there is something to read.
---@param self oai.ToolRun
function beside.tell(self)
  if self._scheduler then
    self._scheduler:notify(self._news)
  end
end

--- Waits until something has ended or come, or a deadline. Nil and an error
--- when the reader may not wait any longer.
---@param self oai.ToolRun
---@param deadline? number  on the engines' clock
---@return true?
---@return oai.Error? err
function beside.wait(self, deadline)
  local closed = beside.closed(self)
  if closed then
    return nil, closed
  end
  local _, reason = wait.for_key(self._scheduler --[[@as oai.Scheduler]], self._news, deadline or math.huge)
  if reason then
    return nil, beside.closed(self) or running.error_of(reason)
  end
  return true
end

--- Waits for the end of a task, and forgets it. Nil and an error as `wait`.
---@param self oai.ToolRun
---@param one oai.Task
---@return true?
---@return oai.Error? err
function beside.finish(self, one)
  while not one.done and self.status == "open" do
    local undisturbed, err = beside.wait(self)
    if not undisturbed then
      return nil, err
    end
  end
  self._tasks[one] = nil
  return true
end

--- Ends all that goes on.
---@param self oai.ToolRun
function beside.cancel(self)
  local under_way = self._tasks
  self._tasks = {}
  for one in pairs(under_way) do
    one:cancel()
  end
end

--- What a task that is done came to: its value; or nil, what went wrong, and
--- whether that was raised.
---@param one oai.Task
---@return any value
---@return any err
---@return boolean raised
function beside.outcome(one)
  local raised = one.raised == true
  if raised or one.value == nil and one.err ~= nil then
    return nil, one.err, raised
  end
  return one.value, nil, false
end

beside.clock = engines.clock

require "oai.interpret" ()

return beside
