-- How the host of a scheduler is told that it is to give it a turn, and whether
-- it has anything left to wait for. A host's loop knows of a scheduler by a
-- driver, and looks after its engine, whose alarm makes it look again; where no
-- host is, the script's loop drives. It must not know who waits, nor for what.

local script = require "oai.task.script"

local host = {}

local NEVER = math.huge -- a time

local function nothing() end

-- The driver where the program schedules its tasks itself, and knows nothing of
-- ours.
local UNTOLD = { hold = nothing, stop = nothing, polled = true, untold = true }

--- The driver of a scheduler without an engine, where a host's loop has nothing to
--- watch.
---@type oai.Driver
host.DETACHED = { hold = nothing, stop = nothing, polled = true }

--- How the host of a scheduler with this engine is told; false where none is.
---@param scheduler oai.Scheduler
---@param engine oai.Engine
---@param close fun()  what the host calls before it ends
---@return oai.Driver|false
function host.driver(scheduler, engine, close)
  local loop = scheduler.loop
  if loop.start then
    return loop.start(engine, function()
      scheduler:turn(loop.budget)
    end, close)
  end
  return not loop.has_tasks and UNTOLD
end

--- Has the host look again at once.
---@param scheduler oai.Scheduler
function host.tell_now(scheduler)
  if scheduler.closed then
    return
  elseif scheduler.detached and scheduler.loop.later then
    scheduler.loop.later(function()
      scheduler:turn(scheduler.loop.budget)
    end)
  elseif scheduler.driver and not scheduler.driver.polled then
    scheduler.engine:alarm(0)
  end
end

--- Has the host look again at a time on the engine's clock. The engine keeps
--- one such time: the soonest that has not passed.
---@param scheduler oai.Scheduler
---@param at number
function host.tell_at(scheduler, at)
  if at < scheduler.alarm and scheduler.driver and not scheduler.driver.polled and not scheduler.closed then
    local left = at - scheduler.engine:clock()
    scheduler.engine:alarm(math.max(0, left))
    if left > 0 then
      scheduler.alarm = at
    end
  end
end

local tell_now, tell_at = host.tell_now, host.tell_at

--- Has the host look again when failures are to be told.
---@param scheduler oai.Scheduler
function host.tell_failures(scheduler)
  tell_at(scheduler, scheduler.failures:due() or NEVER)
end

--- Has the host look again when something will be due.
---@param scheduler oai.Scheduler
function host.tell_next(scheduler)
  if scheduler.ready.first then
    tell_now(scheduler)
  end
  tell_at(scheduler, scheduler.soonest)
  host.tell_failures(scheduler)
end

--- Has the host look after a scheduler from now on, which it may refuse by an
--- error.
---@param scheduler oai.Scheduler
function host.hold(scheduler)
  if scheduler.driver then
    scheduler.driver.hold(true)
  else
    script.add(scheduler)
  end
end

--- Lets the host go where a scheduler has nothing left to do.
---@param scheduler oai.Scheduler
function host.settle(scheduler)
  if scheduler.closed or scheduler.count > 0 then
    return
  elseif scheduler.driver then
    scheduler.driver.hold(scheduler.ready.first ~= false or scheduler.failures:due() ~= nil)
  elseif not scheduler.ready.first then
    script.remove(scheduler)
  end
end

require "oai.interpret" ()

return host
