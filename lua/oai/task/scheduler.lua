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

local NEVER = math.huge -- a deadline

-- The schedulers on which something waits and which no host drives: a list,
-- and each one's place in it.
local driven_here, driven_at = {}, {} ---@type any[], table<oai.Scheduler, integer?>

-- How many tasks have been resumed within one another.
local depth = 0

local function nothing() end

-- Of a scheduler of the program's own, which knows nothing of ours.
local UNTOLD = { hold = nothing, stop = nothing, polled = true }

---@class oai.Scheduler
---@field engine userdata
---@field loop table
---@field driver table|false  how its host is told: hold(boolean), stop(), suspended();
--- `polled`: it is not told
---@field parked table      who waits, by the id of an exchange or by itself
---@field count integer     of those
---@field for_tasks integer of those, who wait for tasks alone
---@field soonest number    no deadline of theirs is before it
---@field alarm number      when the host will be told, if nothing happens before
---@field ready table[]     who is to be resumed, in order, from `taken` + 1 to `added`
---@field taken integer
---@field added integer
---@field unfinished integer  tasks that were spawned here
---@field failed table[]    tasks that failed with nobody to see it, so far
---@field first_failure? table
---@field closed boolean
---@field turning boolean  while its host gives it a turn
---@field limit number|false  when the turn must be over, on the engine's clock
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
      engine = engine, loop = shared.loop, driver = false, parked = {}, count = 0, for_tasks = 0, unfinished = 0,
      ready = {}, taken = 0, added = 0, soonest = NEVER, alarm = NEVER, news = {}, failed = {},
      turning = false, limit = false, closed = false,
    }, Scheduler)
    shared.scheduler = self
    if shared.loop.start then
      self.driver = shared.loop.start(engine, function()
        self:turn(shared.loop.budget)
      end, function()
        scheduler.close(shared)
      end)
    elseif not shared.loop.has_tasks then
      self.driver = UNTOLD
    end
  end
  return self
end

--- Has the host look again at once.
local function tell_now(self)
  if self.driver and not self.driver.polled and not self.closed then
    self.engine:alarm(0)
  end
end

--- Has the host look again at a time on the engine's clock. The engine keeps
--- one such time: the soonest that has not passed.
local function tell_at(self, at)
  if at < self.alarm and self.driver and not self.driver.polled and not self.closed then
    local left = at - self.engine:clock()
    if left > 0 then
      self.alarm = at
    end
    self.engine:alarm(math.max(0, left))
  end
end

--- What no reply and no time can end.
local function is_for_tasks(waiter)
  return waiter.deadline == NEVER and type(waiter.key) == "table"
end

local function drive_here(self)
  if not driven_at[self] then
    driven_here[#driven_here + 1] = self
    driven_at[self] = #driven_here
  end
end

--- The last of the list takes its place.
local function no_longer_drive(self)
  local at, last = driven_at[self], driven_here[#driven_here]
  if at then
    driven_here[at], driven_at[last] = last, at
    driven_here[#driven_here], driven_at[self] = nil, nil
  end
end

--- Has somebody look after it from now on. The host may refuse, by an error.
local function hold(self)
  if self.driver then
    self.driver.hold(true)
  else
    drive_here(self)
  end
end

--- Notes who waits: a task, or what has a `wake` of its own.
local function add(self, key, waiter, deadline)
  if self.parked[key] then
    error_value.misuse("two tasks wait for one reply: read a stream in one task only")
  elseif self.closed then
    error_value.misuse("the client is closed")
  elseif self.count == 0 then
    hold(self)
  end
  waiter.key, waiter.place, waiter.deadline = key, self, deadline
  self.parked[key] = waiter
  self.count = self.count + 1
  if is_for_tasks(waiter) then
    self.for_tasks = self.for_tasks + 1
  elseif deadline < self.soonest then
    self.soonest = deadline
    tell_at(self, deadline)
  end
end

local function take_out(waiter)
  local self = waiter.place
  self.parked[waiter.key] = nil
  self.count = self.count - 1
  if is_for_tasks(waiter) then
    self.for_tasks = self.for_tasks - 1
  end
  waiter.key = nil
end

local function make_ready(self, task)
  task.place, task.is_ready = self, true
  self.added = self.added + 1
  self.ready[self.added] = task
  if self.driver and not self.turning then
    tell_now(self)
  end
end

--- Takes somebody out of those who wait, to be resumed in the next turn.
--- `result` and `reason` are what its wait returns.
---@param waiter table
---@param result boolean
---@param reason? string
function scheduler.wake(waiter, result, reason)
  take_out(waiter)
  waiter.result, waiter.reason = result, reason or false
  if waiter.wake then
    waiter.wake()
  else
    make_ready(waiter.place, waiter)
  end
end

--- Gives the thread back until somebody wakes the task.
---@return boolean
---@return string?
local function suspend(task)
  local signal = coroutine.yield(PARKED)
  while signal ~= RESUMED do
    signal = coroutine.yield(FOREIGN)
  end
  return task.result, task.reason or nil
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
  task.result, task.reason = true, false
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
  local outer = waiting.around
  waiting.around, depth = task, depth + 1
  local done, err = coroutine.resume(task.coroutine, ...)
  waiting.around, depth = outer, depth - 1
  if not done then
    task:_fail(explained(err), type(err) == "string" and debug.traceback(task.coroutine, "") or nil)
  end
end

--- The same, in the next turn where the host does not let its functions be
--- called just now.
local function resume_here(task, ...)
  local is_elsewhere = task.home.loop.is_elsewhere
  if is_elsewhere and is_elsewhere() then
    make_ready(task.home, task)
  else
    resume(task, ...)
  end
end

--- Starts a task here and now.
---@param task table  its `coroutine` has not run
function Scheduler:start(task)
  if self.closed then
    error_value.misuse("the client is closed")
  end
  task.home = self
  self.unfinished = self.unfinished + 1
  waiting.add(task)
  resume_here(task)
end

--- Notes that a task is at its end, or that nobody will resume it any more.
---@param task table
function scheduler.finish(task)
  waiting.remove(task)
  task.home.unfinished = task.home.unfinished - 1
end

--- Interrupts a task where it waits: what it waits for is stopped before
--- this returns, or soon when a coroutine within it waits. False when it does
--- not wait.
---@param task table
---@return boolean
function scheduler.interrupt(task)
  local within = task.within
  if within and within.key then
    task.told = true
    scheduler.wake(within, false, "cancelled")
    return true
  elseif task.key then
    take_out(task)
    tell_now(task.place) -- its host may have nothing left to wait for
  elseif not task.is_ready then
    return false
  end
  task.told, task.result, task.reason = true, false, "cancelled"
  resume_here(task, RESUMED)
  return true
end

local function by_deadline(a, b)
  return a.deadline < b.deadline
end

local function wake_late(self, now)
  local soonest, late = NEVER, {}
  for _, waiter in pairs(self.parked) do
    if waiter.deadline <= now then
      late[#late + 1] = waiter
    elseif waiter.deadline < soonest then
      soonest = waiter.deadline
    end
  end
  self.soonest = soonest
  table.sort(late, by_deadline)
  for _, waiter in ipairs(late) do
    scheduler.wake(waiter, false)
  end
end

local function wake_ready(self)
  local news, parked, engine = self.news, self.parked, self.engine
  repeat
    local count, more = engine:ready(news)
    for i = 1, count do
      local waiter = parked[news[i]]
      if waiter then
        scheduler.wake(waiter, true)
      end
    end
  until not more
end

--- Collects what is new, after at most so many seconds.
---@param seconds number
function Scheduler:collect(seconds)
  self.engine:step(seconds)
  wake_ready(self)
  local now = self.engine:clock() -- after the step, which takes the alarm as well
  if now >= self.alarm then
    self.alarm = NEVER
  end
  if now >= self.soonest then
    wake_late(self, now)
  end
end

local function has_ready(self)
  return self.taken < self.added
end

local function take_ready(self)
  self.taken = self.taken + 1
  local task = self.ready[self.taken]
  self.ready[self.taken] = nil
  return task
end

--- Resumes those who were ready when it was called; with a budget, it stops
--- when that is spent, and the rest is first in the next turn. A task within
--- may call it as well, to wait in a coroutine of its own.
---@param limit? number|false  on the engine's clock
function Scheduler:resume_ready(limit)
  local last, is_first = self.added, true
  while self.taken < last and (is_first or not limit or self.engine:clock() < limit) do
    local task = take_ready(self)
    is_first = false
    if task.is_ready then -- it may have been interrupted meanwhile
      resume(task, RESUMED)
    end
  end
  if depth == 0 and not has_ready(self) then
    self.taken, self.added = 0, 0
  end
end

local GRACE = 1 -- seconds in which somebody may still await a task that failed

--- What is said of a failure that nobody took.
local function complaint(task)
  return ("oai: %s: %s%s"):format(task.name or "a task failed, and nobody awaits it", tostring(task.err),
    task.traceback or "")
end

--- Says what nobody has taken.
---@param task table
function Scheduler:say(task)
  local message = complaint(task)
  if self.loop.report then
    self.loop.report(message)
  else
    io.stderr:write(message, "\n")
  end
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
  for _, task in ipairs(self:take_failures(all)) do
    self.first_failure = self.first_failure or task
    self:say(task)
  end
end

--- Something that calls `act` when it is collected, or the program ends.
local function at_end(act)
  local proxy = rawget(_G, "newproxy") -- Lua 5.1 collects no tables
  local guard = proxy and proxy(true) or setmetatable({}, { __gc = act })
  if proxy then
    getmetatable(guard).__gc = act
  end
  return guard
end

--- Notes a task that failed with nobody to see it.
---@param task table
function Scheduler:note_failure(task)
  if self.closed then
    self:say(task)
    return
  end
  self.guard = self.guard or at_end(function()
    complain(self, true)
  end)
  task.failed_at = self.engine:clock()
  self.failed[#self.failed + 1] = task
  if self.driver and not pcall(self.driver.hold, true) then
    complain(self, true)
  end
  tell_at(self, task.failed_at + GRACE)
end

local function settle(self)
  if self.closed or self.count > 0 then
    return
  elseif self.driver then
    self.driver.hold(has_ready(self) or self.failed[1] ~= nil)
  elseif not has_ready(self) then
    no_longer_drive(self)
  end
end

--- Has the host look again when something will be due.
local function tell_next(self)
  if has_ready(self) then
    tell_now(self)
  end
  tell_at(self, self.soonest)
  if self.failed[1] then
    tell_at(self, self.failed[1].failed_at + GRACE)
  end
end

--- One turn of a host's loop: never waits.
---@param budget? number  seconds to spend on resuming
function Scheduler:turn(budget)
  if self.closed then -- a host may call once more
    return
  end
  local limit = budget and self.engine:clock() + budget or false
  self.turning, self.limit = true, limit
  self:collect(0)
  self:resume_ready(limit)
  self.turning, self.limit = false, false
  complain(self)
  tell_next(self)
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

--- Forgets the schedulers of a process that this one was forked from: their
--- connections are its.
local function forget_foreign()
  for i = #driven_here, 1, -1 do
    local self = driven_here[i]
    if self.engine:is_foreign() then
      no_longer_drive(self)
    end
  end
end

--- Seconds that may be waited; nil when nothing can ever happen.
local function patience(limit)
  local alive, soonest = false, limit
  for i = 1, #driven_here do
    local self = driven_here[i]
    if has_ready(self) then
      return 0
    end
    alive = alive or self.count > self.for_tasks
    if self.soonest < soonest then
      soonest = self.soonest
    end
  end
  if not alive then
    return nil
  end
  local most, left = driven_here[2] and SEVERAL or LONGEST, soonest - driven_here[1].engine:clock()
  return left > most and most or left > 0 and left or 0
end

--- Waits, at most so long, for something to happen on an engine, and does it.
local function drive(self, seconds)
  self:collect(seconds)
  self:resume_ready()
  complain(self)
  settle(self)
end

--- Drives each in a list that does not change meanwhile.
local function drive_several(seconds)
  local list = {}
  for i, self in ipairs(driven_here) do
    list[i] = self
  end
  for _, self in ipairs(list) do
    if not self.closed then
      drive(self, seconds)
    end
  end
end

--- Waits, at most until `limit`, for something to happen on any of the
--- engines that no host drives, and does it. In a plain script.
---@param limit number  on the engines' clock
---@return boolean  false: nothing waits there but for tasks that do not end
function scheduler.drive(limit)
  forget_foreign()
  local seconds = patience(limit)
  if not seconds then
    return false
  elseif driven_here[2] then
    drive_several(seconds)
  else
    drive(driven_here[1], seconds)
  end
  return true
end

local DEEPEST = 10 -- tasks resumed within one another: each takes a piece of C's stack

--- Drives once, for somebody who waits for `key`. Deep within tasks no other
--- is resumed but for them.
local function drive_for(self, key, deadline)
  if depth < DEEPEST or type(key) == "table" then
    return scheduler.drive(deadline)
  end
  self:collect(math.max(0, math.min(LONGEST, math.min(deadline, self.soonest) - self.engine:clock())))
  return true
end

--- Waits outside of any task, while tasks go on, on a loop that no host
--- drives. `task` is the one around, if a coroutine of its own waits.
---@return boolean
---@return string?
local function wait_driving(self, key, deadline, task)
  local waiter = { wake = nothing } ---@type table
  add(self, key, waiter, deadline)
  if task then
    task.within = waiter
  end
  while waiter.key do
    if not drive_for(self, key, deadline) then
      take_out(waiter)
      error_value.misuse("this waits for tasks that have yielded to something that nobody here resumes")
    end
  end
  return waiter.result, waiter.reason or nil
end

--- Waits in a coroutine of the host's.
---@return boolean
---@return string?
local function wait_in_host(self, key, deadline)
  local suspended = self.driver.suspended()
  local waiter = { wake = suspended.wake } ---@type table
  add(self, key, waiter, deadline)
  repeat
    suspended.wait()
  until not waiter.key
  return waiter.result, waiter.reason or nil
end

local POLL = 0.01 -- seconds

--- Waits for tasks in a scheduler of the program's own, which can but sleep.
---@return boolean
---@return string?
local function wait_sleeping(self, key, deadline)
  local task = waiting.running()
  local waiter = { wake = nothing } ---@type table
  add(self, key, waiter, deadline)
  while waiter.key and not (task and task.cancelled) do
    local left = deadline - self.engine:clock()
    if left <= 0 then
      break
    end
    self.loop.sleep(self.engine, math.min(POLL, left))
  end
  if not waiter.key then
    return waiter.result, waiter.reason or nil
  end
  take_out(waiter)
  return false, task and waiting.refusal(task) or nil
end

--- Raises where nothing may wait outside of a task.
---@param task? table  the one around
function Scheduler:check_outside(task)
  local driver = self.driver
  if self.closed then
    error_value.misuse("the client is closed")
  elseif not driver or driver == UNTOLD then
    return
  elseif task then
    error_value.misuse("wait in the task's own coroutine, not in one within it (coroutine.wrap), nor in on_done")
  elseif not driver.suspended then
    error_value.misuse(("the loop '%s' must not be kept waiting: call this within client:spawn(function() ... end), "
      .. "or give on_done"):format(self.loop.name))
  end
  driver.check()
end

--- Whether it may be waited here; false when the running task was cancelled.
--- Raises where nothing may wait on this scheduler.
---@param self oai.Scheduler
---@return boolean
function scheduler.may_wait(self)
  local task = waiting.running()
  if task then
    return waiting.refusal(task) == nil
  end
  self:check_outside(waiting.around)
  return true
end

---@return boolean
---@return string?
local function wait_outside(self, key, deadline)
  local task = waiting.around
  self:check_outside(task)
  task = task and not task.done and task or nil
  local refusal = task and waiting.refusal(task)
  if refusal then
    return false, refusal
  elseif self.driver then
    return wait_in_host(self, key, deadline)
  end
  return wait_driving(self, key, deadline, task)
end

--- Whether a task came to its end where nobody told us: its coroutine was
--- closed, or ended with an error that Lua 5.1 gave to who had resumed it.
---@param task table
---@return boolean
function scheduler.is_gone(task)
  local gone = coroutine.status(task.coroutine) == "dead"
  if gone and task.key then
    take_out(task)
  end
  return gone
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
  if self.driver == UNTOLD then
    return wait_sleeping(self, key, deadline)
  end
  local task = waiting.running()
  if task then
    return self:park(task, key, deadline)
  end
  return wait_outside(self, key, deadline)
end

--- Those who wait here, and the tasks that were spawned here.
local function concerned(self)
  local all = waiting.tasks_of(self)
  for _, waiter in pairs(self.parked) do
    all[#all + 1] = waiter
  end
  for i = self.taken + 1, self.added do
    all[#all + 1] = self.ready[i]
  end
  return all
end

local function interrupt_all(self)
  for _, waiter in ipairs(concerned(self)) do
    if not waiter.cancel then
      if waiter.key then
        scheduler.wake(waiter, false, "cancelled")
      end
    elseif not waiter.cancelled then
      waiter:cancel()
    elseif waiter.is_ready then -- it had rested
      scheduler.interrupt(waiter)
    end
  end
end

--- Takes a scheduler down with its engine: whoever waits is cancelled.
---@param shared table
function scheduler.close(shared)
  local self = shared.scheduler
  if not self or self.closed then
    return
  end
  self.closed = true
  no_longer_drive(self)
  interrupt_all(self)
  if self.loop.later then
    self.loop.later(function() -- those that could not be resumed here
      self:resume_ready()
    end)
  end
  complain(self, true)
  if self.driver then
    self.driver.stop()
  end
end

require "oai.interpret" ()

return scheduler
