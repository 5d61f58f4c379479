-- Which task runs, and whether what runs may wait. Kept small and apart, since
-- every program needs it and few have tasks.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"

---@alias oai.WaitReason "cancelled"|oai.Error  why a wait may not go on

---@class oai.Running
---@field around table|false  the task that was resumed last; see `enclosing`
---@field count integer       of tasks that have begun and are not over
---@field has_lost boolean     some coroutines of tasks that were cancelled cannot be resumed
local running = { around = false, count = 0, has_lost = false }

local running_thread = coroutine.running

-- The unfinished tasks by their coroutines.
local tasks = {}

-- The tasks as which other coroutines count, that run within them: there a task
-- may wait as it does itself.
local lent = setmetatable({}, { __mode = "kv" })

-- Coroutines of tasks that were cancelled where nobody could resume them.
local lost = setmetatable({}, { __mode = "k" })

--- Whether this is the main thread, which nobody has resumed.
---@return boolean
function running.is_main()
  local thread, is_main = running_thread()
  return is_main or not thread
end

--- Notes a task that begins.
---@param task table
function running.add(task)
  tasks[task.coroutine] = task
  running.count = running.count + 1
end

--- Has what runs in a coroutine within a task be that task. Whoever resumes the
--- coroutine suspends the task with it.
---@param task table
---@param thread thread
function running.lend(task, thread)
  lent[thread] = task
end

--- Notes that a task is at its end, if that is not noted.
---@param task table
function running.remove(task)
  if tasks[task.coroutine] then
    tasks[task.coroutine] = nil
    running.count = running.count - 1
  end
  if coroutine.status(task.coroutine) == "suspended" then
    lost[task.coroutine] = true
    running.has_lost = true
  end
end

--- The task that is running, or nil.
---@return table? task
function running.task()
  if running.count == 0 then
    return nil
  end
  local thread, is_main = running_thread()
  local around = running.around -- mostly it is that, and is looked at anyway
  if around and around.coroutine == thread and not around.done then
    return around
  end
  return not is_main and thread and (tasks[thread] or lent[thread]) or nil
end

--- The task that was resumed last and still runs: what asks may be a coroutine
--- within it. An error may have left one that does not.
---@return table|false
function running.enclosing()
  local task = running.around
  local status = task and coroutine.status(task.coroutine)
  return (status == "running" or status == "normal") and task
end

--- How many tasks have been resumed within one another, and the innermost.
---@return integer depth
---@return table|false task
function running.depth()
  local around = running.around and running.enclosing()
  return around and around.depth or 0, around
end

--- The tasks that were spawned on a scheduler.
---@param scheduler oai.Scheduler
---@return table[]
function running.tasks_of(scheduler)
  local list = {}
  for _, task in pairs(tasks) do
    if task.scheduler == scheduler then
      list[#list + 1] = task
    end
  end
  return list
end

--- The error of a call whose task was cancelled.
---@return oai.Error
function running.cancelled()
  return error_value.new { kind = "cancelled", message = "the task was cancelled", retryable = false }
end

--- The error of a call whose wait the user has ended, by Ctrl-C.
---@return oai.Error
function running.interrupted()
  return error_value.new { kind = "cancelled", message = "interrupted", retryable = false }
end

--- The error of a call whose client was closed meanwhile, by a function of the
--- program's that was told or asked something.
---@return oai.Error
function running.closed()
  return error_value.new { kind = "cancelled", reason = "closed", message = "the client was closed", retryable = false }
end

--- The error of a wait that may not go on, by the reason for that: either is an
--- error, or the task was cancelled.
---@param reason? oai.WaitReason
---@return oai.Error
function running.error_of(reason)
  return error_value.is_error(reason) and reason --[[@as oai.Error]] or running.cancelled()
end

local function raise_cancelled()
  error(running.cancelled(), 0)
end

--- Why a task may not wait any more: the first time it is told, as the
--- result of the call it makes; after that it is raised.
---@param task table
---@return "cancelled"?
function running.refusal(task)
  if not task.cancelled then
    return nil
  elseif task.told then
    raise_cancelled()
  end
  task.told = true
  return "cancelled"
end

--- Why what runs outside of any task, or in a coroutine within one, may not
--- wait. Nothing speaks against it where `around` and `has_lost` are false.
---@return "cancelled"?
function running.refusal_outside()
  local task = running.enclosing()
  if task and not task.done then
    return running.refusal(task)
  elseif lost[coroutine.running() or 1] then
    raise_cancelled()
  end
  return nil
end

require "oai.interpret" ()

return running
