-- Which coroutine waits for what. A task parks itself here, with the id of
-- an exchange or just a time; a turn collects what is new and resumes it.
-- One scheduler serves one engine. It must not know what a call is.

local error_value = require "oai.error"
local waiting = require "oai.task.waiting"

local scheduler = {}

-- What a parked task yields, and what it is resumed with: anything else is
-- somebody else's business.
local PARKED, RESUMED = {}, {}

local FOREIGN = "oai: this coroutine waits for oai, which alone may resume it"

-- The schedulers on which something waits and which no host drives.
local driven_here = {}

---@class oai.Scheduler
---@field engine userdata
---@field loop table
---@field driver? table     how its host is told: hold(boolean), stop(), suspended();
--- `polled`: it is not told
---@field parked table      who waits, by the id of an exchange or by itself
---@field count integer     of those
---@field soonest number    no deadline of theirs is before it
---@field ready table[]     who is to be resumed, in order
---@field unfinished integer  tasks that were spawned here
local Scheduler = {}
Scheduler.__index = Scheduler

--- The scheduler of what copies of a client share.
---@param shared table
---@param engine userdata
---@return oai.Scheduler
function scheduler.of(shared, engine)
  local self = shared.scheduler
  if not self then
    self = setmetatable({
      engine = engine, loop = shared.loop, parked = {}, count = 0, soonest = math.huge, ready = {}, unfinished = 0,
      news = {}, failed = {},
    }, Scheduler)
    shared.scheduler = self
    if shared.loop.start then
      self.driver = shared.loop.start(engine, function()
        self:turn()
      end, function()
        scheduler.close(shared)
      end)
    end
  end
  return self
end

--- Has the host look again after so many seconds.
local function tell(self, seconds)
  if self.driver and not self.driver.polled and seconds < math.huge then
    self.engine:alarm(seconds)
  end
end

--- Notes who waits: a task, or what has a `wake` of its own.
local function add(self, key, waiter, deadline)
  if self.parked[key] then
    error_value.misuse("two tasks wait for one reply: read a stream in one task only")
  end
  waiter.key, waiter.place, waiter.deadline, waiter.elsewhere = key, self, deadline, nil
  self.parked[key] = waiter
  self.count = self.count + 1
  if self.count == 1 then
    if self.driver then
      self.driver.hold(true)
    else
      driven_here[self] = true
    end
  end
  if deadline < self.soonest then
    self.soonest = deadline
    tell(self, deadline - self.engine:clock())
  end
end

local function take_out(waiter)
  local self = waiter.place
  self.parked[waiter.key] = nil
  self.count = self.count - 1
  waiter.key = nil
end

local function make_ready(self, task)
  task.place, task.is_ready = self, true
  self.ready[#self.ready + 1] = task
  if not self.turning then
    tell(self, 0)
  end
end

--- Takes somebody out of those who wait, to be resumed in the next turn.
--- `result` and `reason` are what its wait returns.
---@param waiter table
---@param result boolean
---@param reason? string
function scheduler.wake(waiter, result, reason)
  take_out(waiter)
  waiter.result, waiter.reason = result, reason
  if waiter.wake then
    waiter.wake()
  else
    make_ready(waiter.place, waiter)
  end
end

--- Gives the thread back until somebody wakes the task.
local function suspend(task)
  local signal = coroutine.yield(PARKED)
  while signal ~= RESUMED do
    signal = coroutine.yield(FOREIGN)
  end
  return task.result, task.reason
end

--- Parks the running task until there is news of `key`, or the deadline.
---@param task table
---@param key any
---@param deadline number
---@return boolean in_time
---@return string? reason  "cancelled"
function Scheduler:park(task, key, deadline)
  local refusal = waiting.refusal(task)
  if refusal then
    return false, refusal
  end
  add(self, key, task, deadline)
  return suspend(task)
end

--- Lets the others have a turn before the running task goes on.
---@param task table
function Scheduler:pause(task)
  task.result, task.reason = true, nil
  make_ready(self, task)
  return suspend(task)
end

--- What Lua 5.1 says of a wait within its C code, with what to do.
local function explained(err)
  if type(err) == "string" and err:find("attempt to yield across", 1, true) then
    return err .. " (Lua 5.1 cannot wait within a 'for' loop or pcall: call stream:next() or the iterator yourself)"
  end
  return err
end

--- Runs a task until it waits again; what it yields to somebody else than
--- us, somebody else has to answer.
local function resume(task, ...)
  task.is_ready = nil
  local done, given = coroutine.resume(task.coroutine, ...)
  if not done then
    task:_fail(explained(given))
  elseif given ~= PARKED then
    task.elsewhere = true
  end
end

--- Starts a task here and now.
---@param task table  its `coroutine` has not run
function Scheduler:start(task)
  task.home = self
  self.unfinished = self.unfinished + 1
  waiting.add(task)
  resume(task)
end

--- Notes that a task is at its end, or that nobody will resume it any more.
---@param task table
function scheduler.finish(task)
  waiting.remove(task)
  task.home.unfinished = task.home.unfinished - 1
end

--- Interrupts a task where it waits: what it waits for is stopped before
--- this returns. False when it does not wait.
---@param task table
---@return boolean
function scheduler.interrupt(task)
  if task.key then
    take_out(task)
    tell(task.place, 0) -- its host may have nothing left to wait for
  elseif not task.is_ready then
    return false
  end
  task.told, task.result, task.reason = true, false, "cancelled"
  resume(task, RESUMED)
  return true
end

local function wake_late(self, now)
  local soonest, late = math.huge, {}
  for _, waiter in pairs(self.parked) do
    if waiter.deadline <= now then
      late[#late + 1] = waiter
    elseif waiter.deadline < soonest then
      soonest = waiter.deadline
    end
  end
  self.soonest = soonest
  for _, waiter in ipairs(late) do
    scheduler.wake(waiter, false)
  end
  if soonest < math.huge then
    tell(self, soonest - now)
  end
end

local function wake_ready(self)
  local news, parked = self.news, self.parked
  repeat
    local count = self.engine:ready(news)
    for i = 1, count do
      local waiter = parked[news[i]]
      if waiter then
        scheduler.wake(waiter, true)
      end
    end
  until count == 0
end

--- Collects what is new, after at most so many seconds.
---@param seconds number
function Scheduler:collect(seconds)
  self.engine:step(seconds)
  wake_ready(self)
  local now = self.engine:clock()
  if now >= self.soonest then
    wake_late(self, now)
  end
end

--- The items of `first` from `from` on, then those of `second`.
local function joined(first, from, second)
  local all = {}
  for i = from, #first do
    all[#all + 1] = first[i]
  end
  for _, item in ipairs(second) do
    all[#all + 1] = item
  end
  return all
end

--- Resumes those who were ready when it was called; with a budget, it stops
--- when that is spent, and the rest is first in the next turn.
---@param limit? number  on the engine's clock
function Scheduler:resume_ready(limit)
  local ready = self.ready
  if ready[1] == nil then
    return
  end
  self.ready = {}
  for i, task in ipairs(ready) do
    if limit and i > 1 and self.engine:clock() >= limit then
      self.ready = joined(ready, i, self.ready)
      break
    elseif task.is_ready then -- it may have been interrupted meanwhile
      resume(task, RESUMED)
    end
  end
end

local GRACE = 1 -- seconds in which somebody may still await a task that failed

--- Notes a task that failed with nobody to see it.
---@param task table
function Scheduler:note_failure(task)
  task.failed_at = self.engine:clock()
  self.failed[#self.failed + 1] = task
  tell(self, GRACE)
end

--- What is said of a failure that nobody took.
---@param task table
---@return string
function scheduler.complaint(task)
  return ("oai: %s: %s%s"):format(task.name or "a task failed, and nobody awaits it", tostring(task.err),
    task.traceback and "\n" .. task.traceback or "")
end

--- The failures that nobody has taken, those of the last second excepted
--- unless `all`.
---@param all? boolean
---@return table[]
function Scheduler:take_failures(all)
  local taken, kept, now = {}, {}, self.engine:clock()
  for _, task in ipairs(self.failed) do
    if not task.observed then
      local list = (all or now - task.failed_at >= GRACE) and taken or kept
      list[#list + 1] = task
    end
  end
  self.failed = kept
  return taken
end

local function complain(self, all)
  if self.failed[1] == nil then
    return
  end
  local say = self.loop.report or function(message)
    io.stderr:write(message, "\n")
  end
  for _, task in ipairs(self:take_failures(all)) do
    say(scheduler.complaint(task))
  end
end

local function settle(self)
  if self.count > 0 then
    return
  elseif self.driver then
    self.driver.hold(#self.ready > 0)
  elseif #self.ready == 0 then
    driven_here[self] = nil
  end
end

--- One turn of a host's loop: never waits.
---@param budget? number  seconds to spend on resuming
function Scheduler:turn(budget)
  local limit = budget and self.engine:clock() + budget
  self.turning, self.limit = true, limit
  self:collect(0)
  self:resume_ready(limit)
  self.turning, self.limit = nil, nil
  complain(self)
  if #self.ready > 0 then
    tell(self, 0)
  end
  settle(self)
end

--- Lets the host go on when the running task has spent the budget of its
--- turn. False when it was cancelled meanwhile.
---@return boolean
function Scheduler:rest()
  local task = self.limit and self.engine:clock() >= self.limit and waiting.running()
  return not task or (self:pause(task))
end

local LONGEST = 0.1 -- seconds in C, so that an interrupt is seen
local SEVERAL = 0.005 -- the same when there are several engines to look after

--- Seconds that may be waited.
local function patience(limit)
  local soonest, engines, clock = limit, 0
  for self in pairs(driven_here) do
    if #self.ready > 0 then
      return 0
    end
    clock = clock or self.engine:clock()
    engines = engines + 1
    soonest = math.min(soonest, self.soonest)
  end
  local most = engines > 1 and SEVERAL or LONGEST
  return clock and math.max(0, math.min(most, soonest - clock)) or 0
end

--- Waits, at most until `limit`, for something to happen on any of the
--- engines that no host drives, and does it. In a plain script.
---@param limit number  on the engines' clock
---@return boolean  false: nothing waits there
function scheduler.drive(limit)
  local seconds, engines = patience(limit), {}
  for self in pairs(driven_here) do
    engines[#engines + 1] = self
  end
  for _, self in ipairs(engines) do
    self:collect(seconds)
    self:resume_ready()
    complain(self)
    settle(self)
  end
  return engines[1] ~= nil
end

--- Waits outside of any task, while tasks go on, on a loop that no host drives.
local function wait_driving(self, key, deadline)
  local waiter = { wake = function() end }
  add(self, key, waiter, deadline)
  repeat
    scheduler.drive(deadline)
  until not waiter.key
  return waiter.result, waiter.reason
end

--- Waits in a coroutine of the host's.
local function wait_in_host(self, key, deadline)
  local suspended = self.driver.suspended()
  local waiter = { wake = suspended.wake }
  add(self, key, waiter, deadline)
  repeat
    suspended.wait()
  until not waiter.key
  return waiter.result, waiter.reason
end

local function wait_outside(self, key, deadline)
  if self.driver and self.driver.suspended then
    return wait_in_host(self, key, deadline)
  elseif self.driver then
    error_value.misuse(("the loop '%s' must not be kept waiting: call this within client:spawn(function() ... end), "
      .. "or give on_done"):format(self.loop.name))
  end
  return wait_driving(self, key, deadline)
end

--- Wakes who waits for `key`, if somebody does.
---@param key any
function Scheduler:notify(key)
  local waiter = self.parked[key]
  if waiter then
    scheduler.wake(waiter, true)
  end
end

--- Waits until there is news of `key`, or the deadline, wherever it is called.
---@param self oai.Scheduler
---@param key any
---@param deadline number
---@return boolean in_time
---@return string? reason  "cancelled"
function scheduler.wait_for(self, key, deadline)
  local task = waiting.running()
  if task then
    return self:park(task, key, deadline)
  end
  return wait_outside(self, key, deadline)
end

local function interrupt_all(self)
  local all = {}
  for _, waiter in pairs(self.parked) do
    all[#all + 1] = waiter
  end
  for _, task in ipairs(self.ready) do
    all[#all + 1] = task
  end
  for _, waiter in ipairs(all) do
    if waiter.cancel then
      waiter:cancel()
    elseif waiter.key then
      scheduler.wake(waiter, false, "cancelled")
    end
  end
end

--- Takes a scheduler down with its engine: whoever waits is cancelled.
---@param shared table
function scheduler.close(shared)
  local self = shared.scheduler
  if self then
    shared.scheduler = nil
    driven_here[self] = nil
    interrupt_all(self)
    complain(self, true)
    if self.driver then
      self.driver.stop()
    end
  end
end

return scheduler
