-- How a call waits: in a task, by parking it; elsewhere as the loop does.
-- Kept small and apart, since every program needs it and few have tasks.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local scheduler = lazy "oai.task.scheduler"

---@class oai.Waiting
---@field around table|false  the task that was resumed last; see `enclosing`
local waiting = { around = false }

-- The unfinished tasks by their coroutines, and how many there are.
local tasks, alive = {}, 0

-- Coroutines of tasks that were cancelled where nobody could resume them.
local lost, some_lost = setmetatable({}, { __mode = "k" }), false

--- Notes a task that begins.
---@param task table
function waiting.add(task)
  tasks[task.coroutine] = task
  alive = alive + 1
end

--- Notes that it is at its end, if that is not noted.
---@param task table
function waiting.remove(task)
  if tasks[task.coroutine] then
    tasks[task.coroutine] = nil
    alive = alive - 1
  end
  if coroutine.status(task.coroutine) == "suspended" then
    lost[task.coroutine] = true
    some_lost = true
  end
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

--- The task that was resumed last and still runs: what asks may be a coroutine
--- within it. An error may have left one that does not.
---@return table|false
function waiting.enclosing()
  local task = waiting.around
  local status = task and coroutine.status(task.coroutine)
  return (status == "running" or status == "normal") and task
end

--- The tasks that were spawned on a scheduler.
---@param place oai.Scheduler
---@return table[]
function waiting.tasks_of(place)
  local list = {}
  for _, task in pairs(tasks) do
    if task.home == place then
      list[#list + 1] = task
    end
  end
  return list
end

--- The error of a call whose task was cancelled.
---@return oai.Error
function waiting.cancelled()
  return error_value.new { kind = "cancelled", message = "the task was cancelled", retryable = false }
end

--- The error of a wait that ended for this reason; by itself one is enough.
---@param reason? "cancelled"|oai.Error
---@return oai.Error
function waiting.error_of(reason)
  return error_value.is_error(reason) and reason or waiting.cancelled()
end

local function raise_cancelled()
  error(waiting.cancelled(), 0)
end

--- Why a task may not wait any more: the first time it is told, as the
--- result of the call it makes; after that it is raised.
---@param task table
---@return string?
function waiting.refusal(task)
  if not task.cancelled then
    return nil
  elseif task.told then
    raise_cancelled()
  end
  task.told = true
  return "cancelled"
end

--- Why what runs outside of any task, or in a coroutine within one, may not
--- wait.
local function refusal_outside()
  local task = waiting.enclosing()
  if task and not task.done then
    return waiting.refusal(task)
  elseif lost[coroutine.running() or 1] then
    raise_cancelled()
  end
  return nil
end

--- Who makes a call: the running task, true for whatever is none, or nil when
--- the call may not be made, since its task was cancelled. Raises when it has
--- been told before, and where nothing may wait.
---@param shared table
---@param engine userdata
---@return table|true|nil
function waiting.caller(shared, engine)
  local task = alive > 0 and waiting.running()
  if task then
    return waiting.refusal(task) == nil and task or nil
  elseif (waiting.around or some_lost) and refusal_outside() then
    return nil
  elseif shared.scheduler or shared.loop.start then
    scheduler.of(shared, engine):check_outside(waiting.enclosing())
  end
  return true
end

--- Whether a loop waits by itself: a plain script without tasks, or a
--- scheduler of the program's own.
local function is_simple(loop)
  return not loop.start and (alive == 0 or not loop.has_tasks)
end

--- Waits as the program's own scheduler does. When the task is cancelled
--- meanwhile its exchange is stopped, which ends the wait.
local function wait_own(loop, engine, exchange, deadline)
  local task = waiting.running()
  if not task then
    return loop.wait(engine, exchange, deadline)
  elseif waiting.refusal(task) then
    return false, "cancelled"
  end
  task.exchange, task.engine = exchange, engine
  local in_time = loop.wait(engine, exchange, deadline)
  task.exchange = false
  if waiting.refusal(task) then
    return false, "cancelled"
  end
  return in_time
end

local function sleep_own(loop, engine, seconds)
  local task = waiting.running()
  loop.sleep(engine, seconds)
  if task and waiting.refusal(task) then
    return false, "cancelled"
  end
  return true
end

--- Waits for news of an exchange. May return early.
---@param shared table     what copies of a client share
---@param engine userdata
---@param exchange userdata
---@param deadline number
---@return boolean in_time
---@return string? reason  "cancelled"
function waiting.wait(shared, engine, exchange, deadline)
  local loop = shared.loop
  if alive == 0 and not loop.start then
    return loop.wait(engine, exchange, deadline)
  elseif is_simple(loop) then
    return wait_own(loop, engine, exchange, deadline)
  end
  return scheduler.wait_for(shared.scheduler or scheduler.of(shared, engine), exchange:id(), deadline)
end

--- Sleeps.
---@param shared table
---@param engine userdata
---@param seconds number
---@return boolean slept
---@return string? reason  "cancelled"
function waiting.sleep(shared, engine, seconds)
  if is_simple(shared.loop) then
    return sleep_own(shared.loop, engine, seconds)
  end
  local _, reason = scheduler.wait_for(scheduler.of(shared, engine), {}, engine:clock() + seconds)
  return reason == nil, reason
end

require "oai.interpret" ()

return waiting
