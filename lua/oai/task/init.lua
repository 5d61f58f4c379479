-- Tasks: calls that go on beside others, on one thread. A task is a function
-- in a coroutine; where it makes a call and has to wait, the others go on.

local error_value = require "oai.error"
local scheduler = require "oai.task.scheduler"
local send = require "oai.call.send"
local waiting = require "oai.task.waiting"

local task = {}

---@class oai.Task
---@field done boolean      its function has returned or failed, or it was cancelled
---@field value any         the first thing that its function returned
---@field err any           what it failed with
---@field text? string       of a stream, as far as it has come
---@field package home table
---@field package awaited_by table[]
---@field package elsewhere? boolean
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

local function with_traceback(err)
  if type(err) == "string" then
    return { text = err, traceback = debug.traceback(err, 2) }
  end
  return { text = err }
end

--- What a task's coroutine runs. It notes its end itself, since somebody
--- else may have resumed it last.
local function body_of(self, fn, arguments)
  local function call()
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

--- Wakes those who await it, and calls `on_done`, once.
local function conclude(self)
  self.done, self.elsewhere = true, nil
  scheduler.finish(self)
  for _, token in ipairs(self.awaited_by) do
    token.place:notify(token)
  end
  if self.on_done then
    self.on_done(unpack(self.values, 1, self.values.n))
  elseif self.raised and not self.cancelled and not self.awaited_by[1] then
    self.home:note_failure(self)
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
--- value. What is raised after its end is on_done's, and nobody's to take.
function Task:_fail(err, traceback)
  if self.done then
    self.home:note_failure({ name = "on_done", err = err })
    return
  end
  self.err, self.raised, self.traceback = err, true, traceback
  self.values = { n = 2, nil, err }
  conclude(self)
end

local function timed_out(seconds)
  return error_value.new { kind = "timeout", message = ("the task was not done after %g s"):format(seconds) }
end

local function cancelled_error()
  return error_value.new { kind = "cancelled", message = "the task was cancelled" }
end

local function check_driven(self)
  if self.elsewhere and not self.home.driver and not waiting.running() then
    error_value.misuse("task:await: the task has yielded to something that nobody here resumes")
  end
end

--- Waits until it is done. Returns what its function returned; `nil, err`
--- when it raised or was cancelled, or was not done in time, and then it goes
--- on. Within a task, or where the loop may be kept waiting.
---@param seconds? number
---@return any ...
function Task:await(seconds)
  local deadline = seconds and self.home.engine:clock() + seconds or math.huge
  self.observed = true
  while not self.done do
    check_driven(self)
    local token = { place = self.home }
    self.awaited_by[#self.awaited_by + 1] = token
    local in_time, reason = scheduler.wait_for(self.home, token, deadline)
    if reason == "cancelled" then
      return nil, cancelled_error()
    elseif not in_time and not self.done then
      return nil, timed_out(seconds)
    end
  end
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
  if not scheduler.interrupt(self) and self.elsewhere then
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
    pieces[1], pieces[2] = table.concat(pieces), nil
    for i = #pieces, 2, -1 do
      pieces[i] = nil
    end
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
  return ("oai.Task %s"):format(not self.done and "waiting" or self.raised and "failed" or "done")
end

local function new(client, fn, arguments, on_done)
  local shared = client._shared
  local self = setmetatable({ done = false, awaited_by = {}, client = client, on_done = on_done }, Task) ---@type any
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
  while place.unfinished > 0 do
    if not scheduler.drive(math.huge) then
      error_value.misuse(("client:run: %d tasks have yielded to something that nobody here resumes"):format(
        place.unfinished))
    end
  end
  local failed = place:take_failures(true)[1]
  if failed then
    error(failed.err, 0)
  end
end

--- One turn of a client's tasks.
---@param client oai.Client
---@param budget? number  seconds
function task.update(client, budget)
  local place = client._shared.scheduler
  if place then
    place:turn(budget)
  end
end

--- Reads a stream to its end for somebody who does not.
local function consume(self, stream, on_event)
  self.pieces = {}
  local event, err = stream:next()
  while event do
    local piece = stream:_piece(event)
    if piece then
      self.pieces[#self.pieces + 1] = piece
    end
    if on_event then
      on_event(event)
    end
    event, err = stream:next()
  end
  local value = stream:final()
  if err then
    return nil, err
  end
  return value, stream.response
end

--- Makes a call that the caller does not wait for.
---@param client oai.Client
---@param options table   with on_done, on_event or wait
---@param call fun(options: table): any, any
---@return oai.Task
function task.call(client, options, call)
  local rest = {}
  for name, value in pairs(options) do
    rest[name] = value
  end
  rest.on_done, rest.on_event, rest.wait = nil, nil, nil
  local self, place
  self, place = new(client, function()
    local value, facts = call(rest)
    if type(value) == "table" and value._is_stream then
      return consume(self, value, options.on_event)
    end
    return value, facts
  end, pack(), options.on_done)
  ---@cast place table
  place:start(self)
  return self
end

return task
