-- How a call waits: in a task, by parking it; elsewhere as the loop does.
-- Kept small and apart, since every program needs it and few have tasks.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local scheduler = lazy "oai.task.scheduler"

local waiting = {}

-- The unfinished tasks by their coroutines, and how many there are.
local tasks, alive = {}, 0

--- Notes a task that begins.
---@param task table
function waiting.add(task)
  tasks[task.coroutine] = task
  alive = alive + 1
end

--- Notes that it is at its end.
---@param task table
function waiting.remove(task)
  tasks[task.coroutine] = nil
  alive = alive - 1
end

--- The task that is running, or nil.
---@return table? task
function waiting.running()
  if alive == 0 then
    return nil
  end
  local running, is_main = coroutine.running()
  return not is_main and running and tasks[running] or nil
end

--- Why a task may not wait any more: the first time it is told, as the
--- result of the call it makes; after that it is raised.
---@param task table
---@return string?
function waiting.refusal(task)
  if not task.cancelled then
    return nil
  elseif task.told then
    error(error_value.new { kind = "cancelled", message = "the task was cancelled" }, 0)
  end
  task.told = true
  return "cancelled"
end

--- Whether the running task was cancelled and may make no call. Raises when
--- it has been told before.
---@return boolean
function waiting.is_refused()
  local task = waiting.running()
  return task ~= nil and waiting.refusal(task) ~= nil
end

--- Whether a loop waits by itself: a plain script without tasks, or a
--- scheduler of the program's own.
local function is_simple(loop)
  return not loop.start and (not loop.has_tasks or alive == 0)
end

--- Waits for news of an exchange. May return early.
---@param shared table     what copies of a client share
---@param engine userdata
---@param exchange userdata
---@param deadline number
---@return boolean in_time
---@return string? reason  "cancelled"
function waiting.wait(shared, engine, exchange, deadline)
  if is_simple(shared.loop) then
    return shared.loop.wait(engine, exchange, deadline)
  elseif deadline <= engine:clock() then
    return false
  end
  return scheduler.wait_for(scheduler.of(shared, engine), exchange:id(), deadline)
end

--- Sleeps.
---@param shared table
---@param engine userdata
---@param seconds number
---@return boolean slept
---@return string? reason  "cancelled"
function waiting.sleep(shared, engine, seconds)
  if is_simple(shared.loop) then
    shared.loop.sleep(engine, seconds)
    return true
  end
  local _, reason = scheduler.wait_for(scheduler.of(shared, engine), {}, engine:clock() + seconds)
  return reason == nil, reason
end

return waiting
