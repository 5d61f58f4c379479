-- Tasks: calls that go on beside others, on one thread. A task is a function
-- in a coroutine; where it makes a call and has to wait, the others go on.

local credential = require "oai.credential"
local error_value = require "oai.error"
local scheduler = require "oai.task.scheduler"
local send = require "oai.call.send"
local waiting = require "oai.task.waiting"

local task = {}

---@class oai.Task
---@field done boolean      its function has returned or failed, or it was cancelled
---@field cancelled boolean
---@field value any         the first thing that its function returned
---@field err any           what it failed with
---@field text? string       of a stream, as far as it has come
---@field home table        its scheduler; not for programs
---@field package awaited_by table[]
---@field package coroutine thread
---@field package engine any
---@field package exchange any
local Task = { __name = "oai.Task" }

local unpack = table.unpack or unpack -- luacheck: ignore

local function pack(...)
  return { n = select("#", ...), ... }
end

-- PUC Lua 5.1 cannot yield across pcall.
local PROTECTS = (function()
  local probe = coroutine.create(function()
    pcall(coroutine.yield)
  end)
  coroutine.resume(probe)
  return coroutine.status(probe) == "suspended"
end)()

local function cancelled_error()
  return error_value.new { kind = "cancelled", message = "the task was cancelled" }
end

local function with_traceback(err)
  if type(err) == "string" then
    return { text = err, traceback = debug.traceback("", 2) }
  end
  return { text = err }
end

--- What a task's coroutine runs. It notes its end itself, since somebody
--- else may have resumed it last.
local function body_of(self, fn, arguments)
  local function call()
    if self.cancelled then -- before it began
      error(cancelled_error(), 0)
    end
    return fn(unpack(arguments, 1, arguments.n))
  end
  if not PROTECTS then
    return function()
      self:_succeed(call())
    end
  end
  local function conclude(done, ...)
    if done then
      self:_succeed(...)
    else
      local failure = ...
      self:_fail(failure.text, failure.traceback)
    end
  end
  return function()
    conclude(xpcall(call, with_traceback))
  end
end

--- Calls `on_done`. It is no part of the task, whose end it is told of.
local function call_on_done(self)
  local callback = coroutine.create(self.on_done)
  local done, err = coroutine.resume(callback, unpack(self.values, 1, self.values.n))
  if not done then
    self.home:note_failure { name = "on_done", err = err, traceback = debug.traceback(callback, "") }
  end
end

--- Tells of its end whom it concerns.
local function tell_end(self)
  if self.on_done then
    call_on_done(self)
  elseif self.raised and not self.cancelled then
    self.home:note_failure(self)
  end
end

--- Wakes those who await it, and tells of its end, once.
local function conclude(self)
  self.done = true
  scheduler.finish(self)
  if self.slot then
    self.slot:leave() -- its call has raised, or was left where it was
  end
  if self.stream then
    self.stream:close()
  end
  for _, watcher in ipairs(self.awaited_by) do
    if not watcher.see or watcher:see(self) then
      watcher.place:notify(watcher)
    end
  end
  if not self.is_starting then
    tell_end(self)
  end
end

function Task:_succeed(...)
  if self.done then
    return
  end
  self.values = pack(...)
  self.value = ...
  self.err = self.value == nil and select(2, ...) or nil
  conclude(self)
end

--- Notes what was raised in it; `traceback` is there for what is no error
--- value.
function Task:_fail(err, traceback)
  if self.done then -- it was cancelled before
    return
  elseif err == nil then
    err = "nil was raised"
  end
  self.err, self.raised, self.traceback = err, true, traceback
  self.values = { n = 2, nil, err }
  conclude(self)
end

local function timed_out(seconds)
  return error_value.new { kind = "timeout", message = ("the task was not done after %g s"):format(seconds) }
end

local function check_await(self, seconds)
  if seconds ~= nil and type(seconds) ~= "number" then
    error_value.misuse("task:await: expected a number of seconds, got " .. type(seconds))
  elseif not self.done and waiting.running() == self then
    error_value.misuse("task:await: a task cannot await itself")
  end
end

--- Has `watcher` told when it is done; see `conclude`.
---@param watcher table
function Task:_watch(watcher)
  self.awaited_by[#self.awaited_by + 1] = watcher
end

---@param watcher table
function Task:_unwatch(watcher)
  for i, other in ipairs(self.awaited_by) do
    if other == watcher then
      table.remove(self.awaited_by, i)
      return
    end
  end
end

--- Waits until it is done or `deadline`; nil and an error when it is not.
local function await_end(self, seconds, deadline)
  local watcher = { place = self.home }
  self:_watch(watcher)
  while not self.done do
    local in_time, reason = scheduler.wait_for(self.home, watcher, deadline)
    if reason and (waiting.running() or not self.done) then
      self:_unwatch(watcher)
      return nil, cancelled_error()
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
---@param seconds? number
---@return any ...
function Task:await(seconds)
  check_await(self, seconds)
  if not self.done and scheduler.is_gone(self) then
    self:_fail("somebody else has closed the task's coroutine, or resumed it to an error")
  elseif not self.done then
    local done, err = await_end(self, seconds, seconds and self.home.engine:clock() + seconds or math.huge)
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
  if self.done or self.cancelled then
    return
  end
  self.cancelled = true
  if scheduler.interrupt(self) then
    return
  elseif self.exchange then
    self.engine:stop(self.exchange)
  elseif coroutine.status(self.coroutine) ~= "running" and coroutine.status(self.coroutine) ~= "normal" then
    self.told = true -- it has yielded to somebody else
    self:_fail(cancelled_error())
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

function Task.__index(self, key)
  if key == "text" then
    return text_of(self)
  end
  return Task[key]
end

Task.__close = Task.cancel

function Task.__tostring(self)
  local state = not self.done and "waiting" or self.cancelled and "cancelled" or self.raised and "failed" or "done"
  return ("oai.Task (%s)"):format(state)
end

---@param value any
---@return boolean
function task.is_task(value)
  return getmetatable(value) == Task
end

local function new(client, fn, arguments, on_done)
  local shared = client._shared
  local self = setmetatable({ -- what is looked at each time it waits is there: `__index` costs more
    done = false, cancelled = false, wake = false, slot = false, awaited_by = {}, client = client, on_done = on_done,
  }, Task) ---@type any
  self.coroutine = coroutine.create(body_of(self, fn, arguments))
  return self, scheduler.of(shared, send.engine(shared))
end

--- Runs a function beside others, at once, until it first waits.
---@param client oai.Client
---@param fn function
---@param ... any  what it gets
---@return oai.Task
function task.spawn(client, fn, ...)
  local self, place = new(client, fn, pack(...))
  place:start(self)
  return self
end

--- The same for somebody who is told of its end by what `watch` returns;
--- `watch` gets the task before it runs.
---@param client oai.Client
---@param fn function
---@param watch fun(self: oai.Task): function
---@param ... any
function task.start(client, fn, watch, ...)
  local self, place = new(client, fn, pack(...))
  self.on_done = watch(self)
  place:start(self)
end

--- Raises the first failure that nobody took; the others are reported.
local function raise_first(place)
  local failures, first = place:take_failures(true), place.first_failure
  for i = first and 1 or 2, #failures do
    place:say(failures[i])
  end
  first = first or failures[1]
  if first then
    error(first.err, 0)
  end
end

--- Runs until all tasks of a client are done; raises the first failure that
--- nobody took.
---@param client oai.Client
function task.run(client)
  local shared = client._shared
  local place = scheduler.of(shared, send.engine(shared))
  if not shared.loop.has_tasks then
    error_value.misuse(("client:run: the loop '%s' is run by its host"):format(shared.loop.name))
  elseif waiting.running() then
    error_value.misuse("client:run: not within a task")
  end
  place.first_failure = nil
  while place.unfinished > 0 do
    if not scheduler.drive(math.huge) then
      error_value.misuse(("client:run: %d tasks have yielded to something that nobody here resumes"):format(
        place.unfinished))
    end
  end
  raise_first(place)
end

--- One turn of a client's tasks.
---@param client oai.Client
---@param budget? number  seconds
function task.update(client, budget)
  local place = client._shared.scheduler
  if waiting.running() then
    error_value.misuse("client:update: not within a task, which is resumed by it")
  elseif place then
    place:turn(budget)
  end
end

local function take_event(self, stream, event, on_event)
  local piece = stream:_piece(event)
  if piece then
    self.pieces[#self.pieces + 1] = piece
  end
  if on_event then
    on_event(event)
  end
end

--- Reads a stream to its end for somebody who does not.
local function consume(self, stream, on_event)
  self.pieces, self.stream = {}, stream
  local event, err = stream:next()
  while event do
    take_event(self, stream, event, on_event)
    if self.cancelled then -- by on_event
      return nil, cancelled_error()
    end
    event, err = stream:next()
  end
  local value = stream:final()
  if err then
    return nil, err
  end
  return value, stream.response
end

local function check_callback(options, name)
  if options[name] ~= nil and type(options[name]) ~= "function" then
    error_value.misuse(("option '%s' must be function, got %s"):format(name, type(options[name])))
  end
end

--- Starts a call. Wrong use, of which its coroutine cannot tell the line, is
--- raised here.
local function start_call(self, place)
  self.is_starting = true
  place:start(self)
  self.is_starting = nil
  local wrong = self.raised and type(self.err) == "string" and self.err:match("^oai: (.*)$")
  if wrong then
    error_value.misuse(wrong)
  elseif self.done then
    tell_end(self)
  end
end

--- Makes a call that the caller does not wait for.
---@param client oai.Client
---@param options table   with on_done, on_event or wait
---@param call fun(options: table): any, any
---@return oai.Task
function task.call(client, options, call)
  check_callback(options, "on_done")
  check_callback(options, "on_event")
  local rest = {}
  for name, value in pairs(options) do
    rest[name] = value
  end
  rest.on_done, rest.on_event, rest.wait = nil, nil, nil
  credential.seal(rest)
  local self, place
  self, place = new(client, function()
    local value, facts = call(rest)
    if type(value) == "table" and value._is_stream then
      return consume(self, value, options.on_event)
    end
    return value, facts
  end, pack(), options.on_done)
  ---@cast place table
  start_call(self, place)
  return self
end

require "oai.interpret" ()

return task
