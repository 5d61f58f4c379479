-- How a call waits: all of it. Who calls it is of one of six kinds, and each
-- kind waits in its own way: a script without tasks as its loop does, a task is
-- parked, and the others have `ways`. A wait ends in time (true), too late
-- (false), or since it may not go on (false and a reason); it may end early,
-- and who waits looks again.

local lazy = require "oai.lazy"
local running = require "oai.task.running"

local error_value = lazy "oai.error"
local schedulers = lazy "oai.task.scheduler"
local script = lazy "oai.task.script"

local wait = {}

-- What a loop is: a file under loop/, or what a program gives as `loop`. It
-- has either `wait` and `sleep`, or `start`. None of its functions may call
-- into the library, but for `turn` and `close` where that is said.
---@class oai.Loop
---@field name? string  for messages
---@field worker? boolean     its engines run on a thread of their own, which has a descriptor; else steps drive them
---@field has_tasks? boolean  a plain script, where whoever waits drives the tasks. Without it and `start` the loop is a
--- program's own scheduler: calls wait by `wait` alone, tasks for each other by `sleep`
---@field wait? fun(engine: oai.Engine, exchange: oai.Exchange, deadline: number): boolean  by who waits for a
--- reply: waits until there may be news of an exchange; false when the deadline, on the engine's clock, has
--- passed. May return early
---@field sleep? fun(engine: oai.Engine, seconds: number)  for pauses, and by who waits for tasks: sleeps, while other
--- transfers go on
---@field start? fun(engine: oai.Engine, turn: fun(), close: fun()): oai.Driver  the scheduler, once, when a client
--- first needs one: has the host call `turn` whenever the engine's descriptor can be read, and `close` before it ends,
--- if it can tell. Nothing is left of it when it raises
---@field budget? number      seconds that a turn may take of the host
---@field is_elsewhere? fun(): boolean  before a task is resumed at once: whether the host lets nothing be done just now
---@field later? fun(act: fun())  the scheduler: calls it where the host lets it be done; that may call what it likes
---@field report? fun(message: string)  shows what failed with nobody to see it; else it goes to stderr

-- What `start` returns: how one client's scheduler talks to its host.
---@class oai.Driver
---@field hold fun(yes: boolean)  when the first begins to wait, and when nothing is left to do: keeps the host's loop
--- alive, or no more. May raise: then nobody waits
---@field stop fun()            once, when the client is closed, before its descriptor is
---@field polled? boolean       nothing tells the host that there is news: it gives turns whenever it likes
---@field untold? boolean       it gives none: a scheduler of the program's own
---@field check? fun()          before a wait outside of tasks, where there is `suspended`: raises where none may be
---@field suspended? fun(): { wait: fun(), wake: fun() }  for each such wait, where the host has coroutines of its own:
--- `wait` suspends the one that runs until `wake` is called, and may return early; true: the user interrupts it

local DEEPEST = 10 -- tasks resumed within one another: each takes a piece of C's stack
local POLL = 0.01 -- seconds

local function nothing() end

--- Drives once, for somebody who waits for `key`. Deep within tasks no other
--- is resumed but for them.
local function drive_for(scheduler, key, deadline)
  if type(key) == "table" or running.depth() < DEEPEST then
    return script.drive(deadline)
  end
  local left = math.min(deadline, scheduler.soonest) - scheduler.engine:clock()
  scheduler:collect(math.max(0, math.min(script.LONGEST, left)))
  return true
end

--- The kinds of callers, and how each waits. `at` is a scheduler, or what
--- copies of a client share; `key` is what is waited for: an exchange's id, or
--- a table whose owner notifies the scheduler; `task` is the one that runs, or
--- is around what runs; `engine` is that of an exchange, which may be closed.
---@alias oai.Way fun(at: table, key: any, deadline: number, task?: table, engine?: any): boolean, oai.WaitReason?
---@type table<string, oai.Way>
local ways = {}

--- What runs in a scheduler of the program's own: that waits. When the task is
--- cancelled meanwhile its exchange is stopped, which ends the wait. The key is
--- an exchange.
function ways.own(at, exchange, deadline, task, engine)
  if not task then
    return at.loop.wait(engine, exchange, deadline)
  elseif running.refusal(task) then
    return false, "cancelled"
  end
  task.exchange, task.engine = exchange, engine
  local in_time = at.loop.wait(engine, exchange, deadline)
  task.exchange = false
  if running.refusal(task) then
    return false, "cancelled"
  end
  return in_time
end

--- Who waits for tasks there: it can but sleep until their end is noted.
function ways.sleeping(scheduler, key, deadline, task)
  local waiter = schedulers.new_waiter(nothing)
  scheduler:add(key, waiter, deadline)
  while waiter.key and not (task and task.cancelled) do
    local left = deadline - scheduler.engine:clock()
    if left <= 0 then
      break
    end
    scheduler.loop.sleep(scheduler.engine, math.min(POLL, left))
  end
  if not waiter.key then
    return schedulers.outcome(waiter)
  end
  schedulers.take_out(waiter)
  return false, task and running.refusal(task) or nil
end

--- What is no task in a script that has some, or a coroutine within one: it
--- drives all schedulers meanwhile.
function ways.driving(scheduler, key, deadline, task)
  local waiter = schedulers.waiter_outside()
  scheduler:add(key, waiter, deadline)
  if task then
    task.within = waiter
  end
  while waiter.key do
    if not drive_for(scheduler, key, deadline) then
      schedulers.take_out(waiter)
      error_value.misuse("this waits for tasks that have yielded to something that nobody here resumes")
    end
  end
  return schedulers.outcome(waiter)
end

--- A coroutine of the host's: the host suspends it, and a turn wakes it.
function ways.hosted(scheduler, key, deadline)
  local suspended = scheduler.driver.suspended()
  local waiter = schedulers.new_waiter(suspended.wake)
  scheduler:add(key, waiter, deadline)
  local is_interrupted
  repeat
    is_interrupted = suspended.wait()
  until is_interrupted or not waiter.key
  if waiter.key then
    schedulers.take_out(waiter)
    return false, running.interrupted()
  end
  return schedulers.outcome(waiter)
end

--- Raises where nothing may wait outside of a task.
---@param scheduler oai.Scheduler
---@param task? table|false  the one around
local function check_outside(scheduler, task)
  local driver = scheduler.driver
  if scheduler.closed then
    error_value.misuse("the client is closed")
  elseif not driver or driver.untold then
    return
  elseif task then
    error_value.misuse("wait in the task's own coroutine, not in one within it (coroutine.wrap), nor in on_done")
  elseif not driver.suspended then
    error_value.misuse(("the loop '%s' must not be kept waiting: call this within client:spawn(function() ... end), "
      .. "or give on_done"):format(scheduler.loop.name))
  end
  driver.check()
end

--- Waits where no task is that runs.
local function wait_outside(scheduler, key, deadline)
  local task = running.enclosing() ---@type table|false|nil
  check_outside(scheduler, task)
  task = task and not task.done and task or nil
  local refusal = task and running.refusal(task)
  if refusal then
    return false, refusal
  end
  local way = scheduler.driver and ways.hosted or ways.driving
  return way(scheduler, key, deadline, task)
end

--- Waits until a scheduler is notified of `key`, or the deadline, wherever it
--- is called.
---@param scheduler oai.Scheduler
---@param key any
---@param deadline number
---@return boolean in_time
---@return oai.WaitReason? reason  why it may not wait any longer, or cannot
function wait.for_key(scheduler, key, deadline)
  if scheduler.detached and not scheduler.closed then
    local engine, err = scheduler.detached()
    if not engine then
      return false, err
    end
  end
  local driver, task = scheduler.driver, running.task()
  if driver and driver.untold then
    return ways.sleeping(scheduler, key, deadline, task)
  elseif task then
    return scheduler:park(task, key, deadline)
  end
  return wait_outside(scheduler, key, deadline)
end

local for_key = wait.for_key

--- Whether a loop waits by itself: a script's while there are no tasks, or a
--- scheduler of the program's own.
local function waits_itself(loop)
  return not loop.start and (running.count == 0 or not loop.has_tasks)
end

--- Waits for news of an exchange. May return early.
---@param shared table     what copies of a client share
---@param engine oai.Engine
---@param exchange oai.Exchange
---@param deadline number
---@param id? integer  the exchange's, where it is at hand
---@return boolean in_time
---@return oai.WaitReason? reason
function wait.for_news(shared, engine, exchange, deadline, id)
  local loop = shared.loop
  if shared.closed then
    return false, running.closed()
  elseif loop.start or running.count > 0 and loop.has_tasks then
    return for_key(shared.scheduler or schedulers.of(shared, engine), id or exchange:id(), deadline)
  elseif running.count == 0 then
    return loop.wait(engine, exchange, deadline)
  end
  return ways.own(shared, exchange, deadline, running.task(), engine)
end

local function sleep_itself(loop, engine, seconds)
  local task = running.task()
  loop.sleep(engine, seconds)
  if task and running.refusal(task) then
    return false, "cancelled"
  end
  return true
end

--- Sleeps.
---@param shared table
---@param engine oai.Engine
---@param seconds number
---@return boolean slept
---@return oai.WaitReason? reason
function wait.sleep(shared, engine, seconds)
  if shared.closed then
    return false, running.closed()
  elseif waits_itself(shared.loop) then
    return sleep_itself(shared.loop, engine, seconds)
  end
  local _, reason = wait.for_key(schedulers.of(shared, engine), {}, engine:clock() + seconds)
  return reason == nil, reason
end

--- Whether it may be waited here; false when the running task was cancelled.
--- Raises where nothing may wait on this scheduler.
---@param scheduler oai.Scheduler
---@return boolean
function wait.is_allowed(scheduler)
  local task = running.task()
  if task then
    return running.refusal(task) == nil
  end
  check_outside(scheduler, running.enclosing())
  return true
end

--- Who makes a call: the running task, true for whatever is none, or nil when
--- the call may not be made, since its task was cancelled. Raises when it has
--- been told before, and where nothing may wait.
---@param shared table
---@param engine oai.Engine
---@return table|true|nil
function wait.caller(shared, engine)
  local task = running.count > 0 and running.task()
  if task then
    return running.refusal(task) == nil and task or nil
  elseif (running.around or running.has_lost) and running.refusal_outside() then
    return nil
  elseif shared.scheduler or shared.loop.start then
    check_outside(schedulers.of(shared, engine), running.enclosing())
  end
  return true
end

require "oai.interpret" ()

return wait
