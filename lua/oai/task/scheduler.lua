-- Which coroutine waits for what. A task parks itself here, with the id of
-- an exchange or just a time; a turn collects what is new and resumes it.
-- One scheduler serves one engine. It must not know what a call is, nor how
-- what is no task waits (wait.lua).
--
-- Lua may be out of memory wherever it makes a table grow, and wherever it
-- calls a function. So what may raise comes first, and what belongs together
-- is then changed without a call between; or it can be done once more, and is
-- in the next turn.

local error_value = require "oai.error"
local failures = require "oai.task.failures"
local host = require "oai.task.host"
local queue = require "oai.task.queue"
local running = require "oai.task.running"
local script = require "oai.task.script"

local scheduler = {}

-- What a parked task yields, and what it is resumed with: anything else is
-- somebody else's business.
local PARKED, RESUMED = {}, {}

local FOREIGN = "oai: this coroutine waits for oai, which alone may resume it"

local NEVER = math.huge -- a deadline

local NO_MEMORY = "not enough memory" -- as Lua says it

-- The last waiter that was no task, by depth: 0 outside of tasks, 1 in a coroutine
-- within a task, 2 in one within a task that was resumed there.
local outside = {} ---@type table[]

local yield, resume_thread, remove = coroutine.yield, coroutine.resume, queue.remove
local tell_now, tell_at, settle = host.tell_now, host.tell_at, host.settle

local function nothing() end

local function zero()
  return 0
end

-- Errors that stand for none, where a task's `failure` is false for none.
local RAISED_NIL, RAISED_FALSE = {}, {}

---@class oai.Scheduler
---@field engine oai.Engine   or what stands for it
---@field detached (fun(): oai.Engine?, oai.Error?)|false  tries to make its engine, which the system has refused so far
---@field loop oai.Loop
---@field driver oai.Driver|false  how its host is told; false: it has none
---@field driven_at integer|false  its place among those that no host drives
---@field parked table      who waits, by the id of an exchange or by itself; false: nobody any more
---@field count integer     of those
---@field for_tasks integer of those, who wait for tasks alone
---@field soonest number    no deadline of theirs is before it
---@field alarm number      when the host will be told, if nothing happens before
---@field ready oai.Queue   who is to be resumed, or whose end is to be told
---@field news integer[]    the ids that the engine had news of, `heard` of them
---@field heard integer
---@field seen integer      of those
---@field unfinished integer  tasks that have begun here
---@field failures oai.Failures  tasks that failed with nobody to see it
---@field closed boolean
---@field is_down boolean   all that close does is done
---@field turning boolean  while its host gives it a turn
---@field goes integer     how often those in `news` began to be resumed straight from there
---@field resuming integer|false  which of these is under way; an error leaves it so
---@field limit number|false  when the turn must be over, on the engine's clock
local Scheduler = {}
Scheduler.__index = Scheduler

local function new(loop, engine)
  local self = setmetatable({
    engine = engine, detached = false, loop = loop, driver = false, driven_at = false, parked = {}, count = 0,
    for_tasks = 0, unfinished = 0, ready = queue.new(), soonest = NEVER, alarm = NEVER, news = {}, heard = 0, seen = 0,
    failures = false, turning = false, goes = 0, resuming = false, limit = false, closed = false, is_down = false,
  }, Scheduler) ---@type any
  self.failures = failures.new(self)
  return self
end

local function has_ready(self)
  return self.ready.first ~= false
end

--- Gives a scheduler the engine that it had to do without, since the system
--- had no descriptor or thread left. There is one scheduler for a client, so
--- whoever runs or closes it sees all tasks.
local function attach(self, shared, engine)
  local driver = host.driver(self, engine, function()
    scheduler.close(shared)
  end)
  self.engine, self.driver, self.detached = engine, driver, false
end

--- The scheduler of what copies of a client share.
---@param shared table
---@param engine oai.Engine
---@return oai.Scheduler
function scheduler.of(shared, engine)
  local self = shared.scheduler
  if not self then
    self = new(shared.loop, engine)
    attach(self, shared, engine)
    shared.scheduler = self
  elseif self.detached then
    attach(self, shared, engine)
    host.tell_next(self)
  end
  return self
end

--- The scheduler of a client while the system refuses its engine. Tasks begin and end
--- in it; who makes a call, or waits, has `make` try again.
---@param shared table
---@param make fun(): oai.Engine?, oai.Error?
---@param clock fun(): number
---@return oai.Scheduler
function scheduler.without_engine(shared, make, clock)
  local self = shared.scheduler
  if not self then
    self = new(shared.loop, { clock = clock, step = nothing, alarm = nothing, is_foreign = nothing, ready = zero })
    self.driver = not shared.loop.has_tasks and host.DETACHED
    self.detached = function()
      local engine, err = make()
      return engine and scheduler.of(shared, engine).engine, err
    end
    shared.scheduler = self
  end
  return self
end

--- Whether a key is something of tasks, and no exchange's id: no reply can end a
--- wait for it.
local function is_for_tasks(key)
  return type(key) == "table"
end

---@class oai.Waiter  who waits: a task, or what has a `wake` of its own
---@field coroutine thread|false  a task's
---@field wake fun()|nil          is called when the wait of another is over
---@field key any                 what it waits for; false: nothing
---@field parked_in oai.Scheduler|false
---@field deadline number
---@field woken boolean|"cancelled"   how its wait ended: in time, too late

--- A waiter that is no task.
---@param wake fun()
---@return oai.Waiter
function scheduler.new_waiter(wake)
  return { coroutine = false, wake = wake, key = false, parked_in = false, deadline = NEVER, woken = false }
end

--- Notes who waits.
---@param key any
---@param waiter oai.Waiter
---@param deadline number
function Scheduler:add(key, waiter, deadline)
  local parked, for_tasks = self.parked, deadline == NEVER and is_for_tasks(key)
  if parked[key] then
    error_value.misuse("two tasks wait for one reply: read a stream in one task only")
  elseif self.closed then
    error_value.misuse("the client is closed")
  end
  parked[key] = false -- room for it
  if deadline < self.soonest then
    tell_at(self, deadline)
  end
  if self.count == 0 then
    host.hold(self)
  end
  waiter.key, waiter.parked_in, waiter.deadline = key, self, deadline
  parked[key] = waiter
  self.count = self.count + 1
  if for_tasks then
    self.for_tasks = self.for_tasks + 1
  elseif deadline < self.soonest then
    self.soonest = deadline
  end
end

local add = Scheduler.add

--- Takes somebody out of those who wait.
---@param waiter oai.Waiter  it waits
function scheduler.take_out(waiter)
  local self, key = waiter.parked_in, waiter.key ---@cast self oai.Scheduler
  local for_tasks = waiter.deadline == NEVER and is_for_tasks(key)
  self.parked[key] = nil
  self.count = self.count - 1
  if for_tasks then
    self.for_tasks = self.for_tasks - 1
  end
  waiter.key = false
end

local take_out = scheduler.take_out

--- What the wait of somebody who goes on comes to.
---@param waiter oai.Waiter
---@return boolean in_time
---@return "cancelled"|nil reason
function scheduler.outcome(waiter)
  if waiter.woken == "cancelled" then
    return false, "cancelled"
  end
  return waiter.woken --[[@as boolean]]
end

local outcome = scheduler.outcome

local function make_ready(self, task)
  if self.driver and not self.turning then
    tell_now(self)
  end
  self.ready:add(task)
end

--- Takes somebody out of those who wait, to be resumed in the next turn.
--- Can be done once more when there was no memory to do all of it.
---@param waiter oai.Waiter
---@param result boolean|"cancelled"
function scheduler.wake(waiter, result)
  local self = waiter.parked_in ---@cast self oai.Scheduler
  waiter.woken = result
  if waiter.coroutine then
    if self.driver and not self.turning then
      tell_now(self)
    end
    self.ready:add(waiter --[[@as oai.Queued]])
  else
    waiter.wake()
  end
  take_out(waiter)
end

local wake = scheduler.wake

--- Gives the thread back until somebody wakes the task. Who goes on waits for
--- nothing, whatever an error has left noted.
---@return boolean
---@return "cancelled"?
local function suspend(task)
  local signal = yield(PARKED)
  while signal ~= RESUMED do
    signal = yield(FOREIGN)
  end
  if task.queue then
    remove(task)
  end
  if task.key then
    take_out(task)
  end
  return outcome(task)
end

--- Parks the running task until there is news of `key`, or the deadline.
---@param task table
---@param key any
---@param deadline number
---@return boolean in_time
---@return "cancelled"? reason
function Scheduler:park(task, key, deadline)
  local refusal = task.cancelled and running.refusal(task)
  if refusal then
    return false, refusal
  elseif task.key then
    take_out(task) -- an error has ended its wait
  end
  add(self, key, task, deadline)
  return suspend(task)
end

--- Lets the others have a turn before the running task goes on.
---@param task table
---@return boolean in_time
---@return any reason
function Scheduler:pause(task)
  task.woken = true
  make_ready(self, task)
  return suspend(task)
end

--- What Lua 5.1 says of a wait within its C code, with what to do.
local function explained(err)
  if type(err) == "string" and err:find("attempt to yield across", 1, true) then
    return err .. " (Lua 5.1 cannot wait within a 'for' loop or pcall: call its next(), or the iterator, yourself)"
  end
  return err
end

--- Notes the error that a task ends with, if none is noted.
local function note_error(task, err)
  if not task.failure then
    task.failure = err or err == nil and RAISED_NIL or RAISED_FALSE
  end
end

--- Has a task end with an error, unless it has ended: then what was not told
--- of its end is. As long as that takes it is in the queue, so that a turn
--- goes on with it when there is no memory now.
---@param task table
---@param err any
function scheduler.fail(task, err)
  note_error(task, err)
  make_ready(task.scheduler, task)
  local failure = task.failure
  if failure == RAISED_NIL or failure == RAISED_FALSE then
    failure = failure == RAISED_NIL and nil
  end
  task:_fail(explained(failure), type(failure) == "string" and debug.traceback(task.coroutine, "") or nil)
  queue.remove(task)
end

--- A task could not be resumed, or has ended with an error.
local function see_failure(task, is_reached)
  local status = coroutine.status(task.coroutine)
  if status == "dead" then
    scheduler.fail(task)
    return
  end
  task.failure = false
  if status == "suspended" and not is_reached then
    error(NO_MEMORY, 0) -- the next turn tries again
  end
  queue.remove(task)
  if not task.begun then
    error(NO_MEMORY, 0)
  end
end

--- Whoever waits within a task is over with it.
local function end_waits(depth)
  local waiter = outside[depth]
  if waiter and waiter.key then
    take_out(waiter)
  end
end

--- Who waits outside of tasks, or in a coroutine within the innermost one.
---@return oai.Waiter
function scheduler.waiter_outside()
  local depth, waiter = running.depth(), scheduler.new_waiter(nothing)
  end_waits(depth) -- an error has ended it
  outside[depth] = waiter
  return waiter
end

--- Runs a task until it waits again; what it yields to somebody else than
--- us, somebody else has to answer.
local function resume(task, signal)
  local depth, outer = 0, running.around ---@type integer, table|false
  if outer then
    depth, outer = running.depth()
  end
  depth = depth + 1
  task.depth, running.around = depth, task
  local done, err = resume_thread(task.coroutine, signal)
  running.around = outer
  if not done then
    local is_reached = not (task.queue or task.key) -- who goes on has left both: see suspend
    if not task.failure then -- not by note_error: a call may want memory
      task.failure = err or err == nil and RAISED_NIL or RAISED_FALSE
    end
    task.scheduler.ready:add(task) -- there is room for a call where there was for that
    see_failure(task, is_reached)
  end
  if outside[depth] then
    end_waits(depth)
  end
end

--- Resumes a task, in the next turn where the host does not let its functions
--- be called just now.
local function resume_here(task, signal)
  local is_elsewhere = task.scheduler.loop.is_elsewhere
  if is_elsewhere and is_elsewhere() then
    make_ready(task.scheduler, task)
  else
    resume(task, signal)
  end
end

--- Starts a task here and now. When it raises, the task has not begun.
---@param task table  its `coroutine` has not run
function Scheduler:start(task)
  if self.closed then
    error_value.misuse("the client is closed")
  elseif self.driver and self.driver.untold then
    self:resume_ready() -- what an error has left: nobody gives it a turn
  end
  self.failures:watch()
  task.scheduler = self
  resume_here(task)
end

--- What a task's coroutine does first.
---@param task table
function scheduler.begin(task)
  running.add(task)
  task.begun = "counted"
  task.scheduler.unfinished = task.scheduler.unfinished + 1
  queue.remove(task)
end

--- Notes that a task is at its end, or that nobody will resume it any more.
---@param task table
function scheduler.finish(task)
  running.remove(task)
  if task.begun == "counted" then
    task.begun = "over"
    task.scheduler.unfinished = task.scheduler.unfinished - 1
  end
  if task.key then
    take_out(task)
  end
end

--- Interrupts a task where it waits: what it waits for is stopped before
--- this returns, or soon when a coroutine within it waits. False when it does
--- not wait.
---@param task table
---@return boolean
function scheduler.interrupt(task)
  local within = task.within
  if within and within.key then
    scheduler.wake(within, "cancelled")
    task.told = true
    return true
  elseif not task.key and not task.queue then
    return false
  elseif task.key then
    tell_now(task.parked_in) -- its host may have nothing left to wait for
  end
  task.woken = "cancelled"
  make_ready(task.scheduler, task)
  task.told = true
  if task.key then
    take_out(task)
  end
  resume_here(task, RESUMED)
  return true
end

local function by_deadline(a, b)
  return a.deadline < b.deadline
end

--- The waiters whose time is up, in order, and when the next one's is.
local function find_late(self, now)
  local soonest, late = NEVER, {}
  for key, waiter in pairs(self.parked) do
    if not waiter then
      self.parked[key] = nil
    elseif waiter.deadline <= now then
      late[#late + 1] = waiter
    elseif waiter.deadline < soonest then
      soonest = waiter.deadline
    end
  end
  table.sort(late, by_deadline)
  return late, soonest
end

local function wake_late(self, now)
  local late, soonest = find_late(self, now)
  for _, waiter in ipairs(late) do
    scheduler.wake(waiter, false)
  end
  self.soonest = soonest
end

--- Wakes the one who was to be resumed straight from the list when an error
--- came: it has been counted as seen, and the engine lists it no more. One that
--- was resumed all the same is woken for nothing, and looks again.
local function wake_unreached(self)
  local waiter = self.parked[self.news[self.seen]]
  if waiter then
    wake(waiter, true)
  end
  self.resuming = false
end

--- Wakes those of whom there is news.
local function wake_heard(self)
  if self.resuming then
    wake_unreached(self)
  end
  while self.seen < self.heard do
    local waiter = self.parked[self.news[self.seen + 1]]
    if waiter then
      wake(waiter, true)
    end
    self.seen = self.seen + 1
  end
end

--- Takes the list of exchanges with news from the engine, which may need several
--- goes. The waiters of the last go stay parked: a turn resumes those straight from
--- the list.
local function hear(self)
  local more
  repeat
    wake_heard(self) -- those of the go before, or that an error has left there
    self.heard, more = self.engine:ready(self.news)
    self.seen = 0
  until not more
end

--- Hears what is new, after at most so many seconds, and wakes those whose
--- time is up.
local function look(self, seconds)
  self.engine:step(seconds)
  hear(self)
  local now = self.engine:clock() -- after the step, which takes the alarm as well
  if now >= self.alarm then
    self.alarm = NEVER
  end
  if now >= self.soonest then
    wake_heard(self) -- of whom there is news, they are not late
    wake_late(self, now)
  end
end

--- Collects what is new, after at most so many seconds.
---@param seconds number
function Scheduler:collect(seconds)
  look(self, seconds)
  wake_heard(self)
end

--- Resumes the next of whom there is news.
local function resume_next(self)
  local waiter = self.parked[self.news[self.seen + 1]]
  if waiter and not waiter.coroutine then
    wake(waiter, true)
    waiter = nil
  end
  self.seen = self.seen + 1
  if waiter then
    waiter.woken = true
    resume(waiter, RESUMED)
  end
end

--- Resumes those of whom there is news straight from the list, where nobody
--- has been ready before them. When the budget is spent, the others are ready; so
--- are those of another list that a task has taken meanwhile, where an error has
--- left some. Whether there is time left.
---@param limit number|false
---@return boolean
local function resume_heard(self, limit)
  local has_time, go = true, self.goes + 1
  if not has_ready(self) then
    self.goes, self.resuming = go, go
    while self.seen < self.heard and has_time and self.resuming == go do
      resume_next(self)
      has_time = not limit or self.engine:clock() < limit
    end
    if self.resuming == go then
      self.resuming = false
    end
  end
  wake_heard(self)
  return has_time
end

--- Whether a task that began here is not done, or an end is still to be told.
---@return boolean
function Scheduler:is_busy()
  return self.unfinished > 0 or has_ready(self)
end

--- Resumes those who were ready when it was called; with a budget, it stops
--- when that is spent, and the rest is first in the next turn. A task within
--- may call it as well, to wait in a coroutine of its own.
---@param limit? number|false  on the engine's clock
function Scheduler:resume_ready(limit)
  local ready, is_first = self.ready, true
  local last, task = ready.given, ready.first
  while task and task.number <= last and (is_first or not limit or self.engine:clock() < limit) do
    is_first = false
    if task.done then
      scheduler.fail(task)
    else
      resume(task, RESUMED)
    end
    task = ready.first
  end
end

--- Notes a task that failed with nobody to see it.
---@param task table
function Scheduler:note_failure(task)
  if self.closed then
    self.failures:say(task)
    return
  end
  self.failures:note(task)
  if self.driver and not pcall(self.driver.hold, true) then
    self.failures:tell(true)
  end
  host.tell_failures(self)
end

--- Waits, at most so long, for something to happen on the engine, and does it.
---@param seconds number
function Scheduler:drive(seconds)
  look(self, seconds)
  resume_heard(self, false)
  self:resume_ready()
  self.failures:tell()
  settle(self)
end

--- What a turn does. Never waits.
local function take_turn(self, budget)
  local limit = budget and self.engine:clock() + budget or false
  self.turning, self.limit = true, limit
  look(self, 0)
  if resume_heard(self, limit) then
    self:resume_ready(limit)
  end
  self.turning, self.limit = false, false
  self.failures:tell()
  host.tell_next(self)
  settle(self)
end

--- One turn of a host's loop: never waits. What it had no memory for is the
--- next one's, at once: that is raised for a game alone, since an error in
--- what a host calls may end the program, or the loop.
---@param budget? number  seconds to spend on resuming
function Scheduler:turn(budget)
  if self.closed then -- a host may call once more
    return
  end
  local done, err = pcall(take_turn, self, budget)
  if done then
    return
  end
  local driver = self.driver
  self.turning, self.limit = false, false
  if driver and not driver.polled and not self.closed then
    self.engine:alarm(0) -- not by tell_now: a call within a call may want memory
    if err == NO_MEMORY then
      return
    end
  end
  error(err, 0)
end

--- Lets the host go on when the running task has spent the budget of its
--- turn. False when it was cancelled meanwhile.
---@return boolean
function Scheduler:rest()
  local task = self.limit and self.engine:clock() >= self.limit and running.task()
  return not task or (self:pause(task))
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

--- Whether somebody waits for `key`.
---@param key any
---@return boolean
function Scheduler:is_awaited(key)
  return self.parked[key] and true or false
end

--- Wakes who waits for `key`, if somebody does.
---@param key any
function Scheduler:notify(key)
  local waiter = self.parked[key]
  if waiter then
    scheduler.wake(waiter, true)
  end
end

--- All who wait in a scheduler, and the tasks that were spawned in it.
local function concerned(self)
  local all = running.tasks_of(self)
  for _, waiter in pairs(self.parked) do
    all[#all + 1] = waiter or nil
  end
  local task = self.ready.first
  while task do
    all[#all + 1] = task
    task = task.behind
  end
  return all
end

local function interrupt_all(self)
  for _, waiter in ipairs(concerned(self)) do
    if not waiter.cancel then
      if waiter.key then
        scheduler.wake(waiter, "cancelled")
      end
    elseif not waiter.cancelled then
      waiter:cancel()
    elseif waiter.queue and not waiter.done then -- it had rested
      scheduler.interrupt(waiter)
    end
  end
end

--- Takes a scheduler down with its engine: whoever waits is cancelled. Can be
--- called again when an error has ended it.
---@param shared table
function scheduler.close(shared)
  local self = shared.scheduler
  if not self or self.is_down then
    return
  end
  self.closed = true
  script.remove(self)
  interrupt_all(self)
  if self.is_down then -- by one that was interrupted
    return
  end
  if self.loop.later then
    self.loop.later(function() -- those that could not be resumed here
      self:resume_ready()
    end)
  end
  self.failures:tell(true)
  self.is_down = true
  if self.driver then
    self.driver.stop()
  end
end

require "oai.interpret" ()

return scheduler
