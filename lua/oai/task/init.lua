-- Tasks: calls that go on beside others, on one thread. A task is a function
-- in a coroutine; where it makes a call and has to wait, the others go on.

local counted = require "oai.counted"
local engines = require "oai.engine"
local error_value = require "oai.error"
local nested = require "oai.nested"
local protected = require "oai.task.protected"
local running = require "oai.task.running"
local schedulers = require "oai.task.scheduler"
local script = require "oai.task.script"
local unknown = require "oai.unknown"
local unpack = require "oai.unpack"
local wait = require "oai.task.wait"

local task = {}

---@class oai.Task
---@field done boolean      its function has returned or failed, or it was cancelled
---@field cancelled boolean  whether it was cancelled
---@field value any         the first thing that its function returned
---@field err any           what it failed with: raised, or returned beside nil or a part of the answer
---@field private raised? boolean    not for programs: it was raised, not returned
---@field text? string       of a stream, as far as it has come
---@field private scheduler oai.Scheduler  not for programs
---@field private on_done function|false  told of its end; not for programs
---@field package awaited_by table[]
---@field package watchers_told integer  of them
---@field package coroutine thread
---@field package engine any
---@field package exchange any
---@field private told boolean     a call in it has returned that it was cancelled: the next one raises it
---@field private is_told boolean  who is to be told of its end was, or will be by who started it
---@field private observed boolean
---@field private values any
---@field private __close any
---@field private __name string
local Task = { __name = "oai.Task" }

-- The metatable of errors that carry their traceback.
local Trace = {}

local function pack(...)
  return { n = select("#", ...), ... }
end

local function with_traceback(err)
  if type(err) == "string" then
    return setmetatable({ text = err, traceback = debug.traceback("", 2) }, Trace)
  end
  return err
end

--- The error that was raised, and its traceback where there is one: without
--- memory Lua does not call what makes it.
local function untraced(err)
  if type(err) == "table" and getmetatable(err) == Trace then
    return err.text, err.traceback
  end
  return err
end

--- What a task's function returned. An error that does not know the program's
--- line came of a call in whose stack there was none: it is `where`, or where
--- the function begins that has ended with `return` and the call.
local function located(fn, where, ...)
  local value, err = ...
  if value == nil and error_value.is_error(err) and not err.where then
    err.where = where or error_value.beginning(fn)
  end
  return ...
end

--- What a task's coroutine runs. It notes its end itself, since somebody
--- else may have resumed it last.
local function body_of(self, fn, arguments, where)
  local function call()
    if self.cancelled then -- before it began
      error(running.cancelled(), 0)
    end
    return located(fn, where, fn(unpack(arguments, 1, arguments.n)))
  end
  if not protected.has_waits then
    return function()
      schedulers.begin(self)
      self:_succeed(call())
    end
  end
  local function conclude(done, ...)
    if done then
      self:_succeed(...)
    else
      self:_fail(untraced((...)))
    end
  end
  return function()
    schedulers.begin(self)
    conclude(xpcall(call, with_traceback))
  end
end

--- Calls `on_done`, which counts as told even if it raises.
local function told(self, ...)
  self.is_told = true
  return self.on_done(...)
end

--- Has `on_done` called, in a coroutine of its own: it is no part of the task.
local function tell_callback(self)
  local callback = coroutine.create(told)
  local done, err = coroutine.resume(callback, self, unpack(self.values, 1, self.values.n))
  if not self.is_told then
    error(err, 0)
  elseif not done then
    self.scheduler:note_failure { name = "on_done", err = err, traceback = debug.traceback(callback, "") }
  end
end

--- Tells of the end of a task whom it concerns, once.
---@private
function Task:_tell_end()
  if self.is_told then
    return
  elseif self.on_done then
    tell_callback(self)
  elseif self.raised and not self.cancelled then
    self.scheduler:note_failure(self)
  end
  self.is_told = true
end

--- Tells those who await a task of its end.
local function tell_watchers(self)
  local watchers = self.awaited_by
  while watchers[self.watchers_told + 1] do
    local watcher = watchers[self.watchers_told + 1]
    if not watcher.see or watcher:see(self) then
      watcher.scheduler:notify(watcher)
    end
    self.watchers_told = self.watchers_told + 1
  end
end

--- Wakes those who await a task, and tells of its end. What an error has left
--- undone is done when this is called again.
local function conclude(self)
  if self.is_over then
    return
  end
  self.done = true
  schedulers.finish(self)
  if self.slot then
    self.slot:leave() -- its call has raised, or was left where it was
  end
  if self.stream then
    self.stream:close()
  end
  tell_watchers(self)
  self:_tell_end()
  self.is_over = true
end

---@private
function Task:_succeed(...)
  if self.done then -- it was cancelled before
    return
  end
  self.values = pack(...)
  self.value = ...
  local second = select(2, ...)
  self.err = (self.value == nil or error_value.is_error(second)) and second or nil
  conclude(self)
end

--- Notes what was raised in it; `traceback` is there for what is no error
--- value.
---@private
function Task:_fail(err, traceback)
  if not self.done then
    if err == nil then
      err = "nil was raised"
    end
    self.values = { n = 2, nil, err, traceback = traceback }
    self.value, self.err, self.raised = nil, err, true
  end
  conclude(self)
end

local function timed_out(seconds)
  return error_value.new { kind = "timeout", message = ("the task was not done after %g s"):format(seconds) }
end

local function check_await(self, seconds)
  if seconds ~= nil and type(seconds) ~= "number" then
    error_value.misuse("task:await: expected a number of seconds, got " .. type(seconds))
  elseif not self.done and running.task() == self then
    error_value.misuse("task:await: a task cannot await itself")
  end
end

--- Has `watcher` told when it is done; see `conclude`.
---@param watcher table
---@private
function Task:_watch(watcher)
  self.awaited_by[#self.awaited_by + 1] = watcher
end

--- Has `watcher` told no more.
---@param watcher table
---@private
function Task:_unwatch(watcher)
  for i, other in ipairs(self.awaited_by) do
    if other == watcher and i > self.watchers_told then
      table.remove(self.awaited_by, i)
      return
    end
  end
end

--- Waits until it is done or `deadline`; nil and an error when it is not.
local function await_end(self, seconds, deadline)
  local watcher = { scheduler = self.scheduler }
  self:_watch(watcher)
  while not self.done do
    local in_time, reason = wait.for_key(self.scheduler, watcher, deadline)
    if reason and (running.task() or not self.done) then
      self:_unwatch(watcher)
      return nil, running.error_of(reason)
    elseif not in_time and not self.done then
      self:_unwatch(watcher)
      return nil, timed_out(seconds)
    end
  end
  return true
end

--- Waits until it is done. Returns what its function returned; `nil, err`
--- when it raised or was cancelled, or was not done in time, and then it goes
--- on. Within a task, or where the loop may be kept waiting.
---@param seconds? number  how long at most; else until it is done
---@return any ...
function Task:await(seconds)
  check_await(self, seconds)
  if not self.done and schedulers.is_gone(self) then
    schedulers.fail(self, "somebody else has closed the task's coroutine, or resumed it to an error")
  elseif not self.done then
    local done, err = await_end(self, seconds, seconds and self.scheduler.engine:clock() + seconds or math.huge)
    if not done then
      return nil, err
    end
  end
  self.observed = true
  return unpack(self.values, 1, self.values.n)
end

--- Cancels it: what it waits for is stopped at once, on the wire, and the
--- call it makes returns `nil, err` of kind "cancelled"; what it calls after
--- that raises it. Harmless when it is done.
function Task:cancel()
  if self.done or self.told then
    return
  end
  self.cancelled = true
  if schedulers.interrupt(self) then
    return
  elseif self.exchange then
    self.engine:stop(self.exchange)
  elseif coroutine.status(self.coroutine) ~= "running" and coroutine.status(self.coroutine) ~= "normal" then
    local err = running.cancelled() -- it has yielded to somebody else
    self.told = true
    schedulers.fail(self, err)
  end
end

--- The text that a stream has given so far, where the call was given
--- `on_event` or `wait = false`.
local function text_of(self)
  local pieces = rawget(self, "pieces")
  if not pieces then
    return nil
  elseif pieces[2] then
    local joined = table.concat(pieces)
    for i = #pieces, 1, -1 do
      pieces[i] = nil
    end
    pieces[1] = joined
  end
  return pieces[1] or ""
end

---@private
function Task.__index(self, key)
  if key == "text" then
    return text_of(self)
  end
  return Task[key]
end

Task.__close = Task.cancel

unknown.refuse(Task, "a task", {
  done = true, cancelled = true, value = true, err = true, text = true, traceback = true, name = true, failure = true,
})

---@private
function Task.__tostring(self)
  local state = not self.done and "waiting" or self.cancelled and "cancelled" or self.raised and "failed" or "done"
  return ("oai.Task (%s)"):format(state)
end

---@param value any
---@return boolean
function task.is_task(value)
  return getmetatable(value) == Task
end

--- The scheduler of a client's tasks.
---@param client oai.Client
---@return oai.Scheduler
function task.scheduler_of(client)
  local shared = client._shared
  local engine = engines.of(shared)
  if engine then
    return schedulers.of(shared, engine)
  end
  return schedulers.without_engine(shared, function()
    return engines.of(shared)
  end, engines.clock)
end

--- A task that has not begun. All fields that it may ever have are set here: one
--- that was added at its end would need memory then. With more than 32 fields,
--- `value` and `err` included, each task were 800 bytes larger.
---@param client oai.Client
---@param fn function
---@param arguments table  what it gets, `n` of them
---@param where? string    the program's line, where its function is the library's
---@return oai.Task
function task.new(client, fn, arguments, where)
  local self = setmetatable({
    done = false, cancelled = false, told = false, raised = false, is_told = false, is_over = false,
    begun = false, failure = false, observed = false, within = false, exchange = false, engine = false,
    stream = false, on_done = false, key = false, parked_in = false, scheduler = false, deadline = 0,
    woken = false, depth = 0, queue = false, before = false, behind = false, number = 0,
    awaited_by = {}, watchers_told = 0, values = false, slot = false, client = client, coroutine = false,
    value = nil, err = nil,
  }, Task) ---@type any
  self.coroutine = coroutine.create(body_of(self, fn, arguments, where))
  nested.hand_down(self.coroutine)
  return self
end

local new = task.new

--- Runs a function beside others, at once, until it first waits.
---@param client oai.Client
---@param fn function
---@param ... any  what it gets
---@return oai.Task
function task.spawn(client, fn, ...)
  local self = new(client, fn, pack(...))
  task.scheduler_of(client):start(self)
  return self
end

--- A task that is still to be started. `watcher` is told of its end, and sees to
--- its failure: nobody else is told of that.
---@param client oai.Client
---@param fn function
---@param watcher table  see `conclude`
---@param ... any
---@return oai.Task
function task.watched(client, fn, watcher, ...)
  local self = new(client, fn, pack(...))
  self:_watch(watcher)
  self.observed = true
  return self
end

--- Raises the first failure that nobody took; the others are reported.
local function raise_first(failures)
  local first = failures.first
  failures:take(function(failed)
    if first then
      failures:say(failed)
    else
      first = failed
    end
  end, true)
  if first then
    error_value.raise(first.err)
  end
end

--- Runs until all tasks of a client are done; raises the first failure that
--- nobody took.
---@param client oai.Client
function task.run(client)
  local shared = client._shared
  local scheduler = task.scheduler_of(client)
  if not shared.loop.has_tasks then
    error_value.misuse(("client:run: the loop '%s' is run by its host"):format(shared.loop.name))
  elseif running.task() then
    error_value.misuse("client:run: not within a task")
  end
  scheduler.failures.first = false
  while scheduler:is_busy() do
    if not script.drive(math.huge, scheduler) then
      error_value.misuse(("client:run: %s yielded to something that nobody here resumes"):format(
        counted(scheduler.unfinished, "task has", "tasks have")))
    end
  end
  raise_first(scheduler.failures)
end

--- One turn of a client's tasks.
---@param client oai.Client
---@param budget? number  seconds
function task.update(client, budget)
  local scheduler = client._shared.scheduler
  if running.task() then
    error_value.misuse("client:update: not within a task, which is resumed by it")
  elseif budget ~= nil and type(budget) ~= "number" then
    error_value.misuse("client:update: expected a number of seconds, got " .. type(budget))
  elseif scheduler then
    scheduler:turn(budget)
  end
end

require "oai.interpret" ()

return task
