-- oai.sleep: a pause in which everybody else goes on. A task is parked; in a
-- script the other tasks are driven; in an editor its loop goes on. Where
-- nothing may be kept waiting, as in a game outside of tasks, it raises.

local engines = require "oai.engine"
local error_value = require "oai.error"
local here = require "oai.here"
local load_module = require "oai.load"
local running = require "oai.task.running"
local wait = require "oai.task.wait"

-- What pauses outside of tasks share, as copies of a client do.
local own ---@type table?

---@return table
local function shared_here()
  if not own or own.engine and own.engine:is_foreign() then -- the process was forked
    own = {
      loop = load_module("oai.loop." .. here()), options = {}, engine = false, scheduler = false, limiters = false,
      closed = false,
    }
  end
  return own
end

local function sleep_outside(seconds)
  local shared = shared_here()
  local engine, err = engines.of(shared)
  if not engine then
    return false, err
  end
  return wait.sleep(shared, engine, seconds)
end

local function is_duration(seconds)
  return type(seconds) == "number" and seconds >= 0 and seconds < math.huge
end

--- A pause of so many seconds, in which tasks and hosts go on. In a task, and wherever a call may wait.
---@param seconds number  how long
---@return true? slept  the time has passed
---@return oai.Error? err  of kind "cancelled": the task was, or the user has interrupted it
local function sleep(seconds)
  if not is_duration(seconds) then
    error_value.misuse("oai.sleep: expected a number of seconds, got "
      .. (type(seconds) == "number" and tostring(seconds) or type(seconds)))
  end
  local task = running.task() or running.enclosing()
  local _, reason
  if task then
    _, reason = wait.for_key(task.scheduler, {}, engines.clock() + seconds)
  else
    _, reason = sleep_outside(seconds)
  end
  if reason then
    return nil, running.error_of(reason)
  end
  return true
end

require "oai.interpret" ()

return sleep
