-- Many calls at once: waiting for several tasks, and a function over many
-- items with so many of them under way.

local client_module = require "oai.client"
local error_value = require "oai.error"
local scheduler = require "oai.task.scheduler"
local send = require "oai.call.send"
local task = require "oai.task"
local waiting = require "oai.task.waiting"

local bulk = {}

local GATHER = { errors = "string" }
local MAP = { concurrency = "number", errors = "string", client = "table" }

local function check(name, options, known)
  for key, value in pairs(options or {}) do
    if not known[key] then
      error_value.misuse(("%s: unknown option '%s'"):format(name, tostring(key)))
    elseif type(value) ~= known[key] then
      error_value.misuse(("%s: option '%s' must be a %s, got %s"):format(name, key, known[key], type(value)))
    end
  end
  local errors = options and options.errors
  if errors and errors ~= "cancel" and errors ~= "collect" then
    error_value.misuse(("%s: option 'errors' must be \"cancel\" or \"collect\", got '%s'"):format(name, errors))
  end
  return options or {}
end

local function cancelled_error()
  return error_value.new { kind = "cancelled", message = "the task was cancelled" }
end

--- What a finished task came to: its value, or nil and its error.
local function outcome(one)
  if one.raised or one.value == nil and one.err ~= nil then
    return nil, one.err
  end
  return one.value
end

local function cancel_all(tasks)
  for _, one in pairs(tasks) do
    one:cancel()
  end
end

local function check_tasks(tasks)
  if type(tasks) ~= "table" then
    error_value.misuse("gather: expected a list of tasks, got " .. type(tasks))
  end
  for i, one in ipairs(tasks) do
    if not task.is_task(one) then
      error_value.misuse(("gather: item %d is no task but a %s"):format(i, type(one)))
    end
  end
end

--- Counts a task that is at its end. True when there is nothing to wait for
--- any more.
local function see(self, one)
  self.left = self.left - 1
  if not self.collect and not self.failed and select(2, outcome(one)) ~= nil then
    self.failed = one
  end
  return self.left == 0 or self.failed ~= nil
end

--- Waits until all are done, or one has failed that is not collected. False
--- when the waiting task was cancelled.
local function wait_for_all(tasks, gathering)
  local over = #tasks == 0
  for _, one in ipairs(tasks) do
    one.observed = true
    if one.done then
      over = gathering:see(one)
    else
      one:_watch(gathering)
    end
  end
  over = over or gathering.failed ~= nil
  local undisturbed = over or scheduler.wait_for(gathering.place, gathering, math.huge)
  for _, one in ipairs(tasks) do
    one:_unwatch(gathering)
  end
  return undisturbed
end

local function first_results(tasks, collect)
  local results, errors = {}, {}
  for i, one in ipairs(tasks) do
    results[i], errors[i] = outcome(one)
  end
  return results, collect and errors or nil
end

local function index_of(tasks, wanted)
  for i, one in ipairs(tasks) do
    if one == wanted then
      return i
    end
  end
end

--- Waits for all of several tasks. Returns their first results in order; as
--- soon as one fails the others are cancelled, and it returns
--- `nil, err, index`. With `errors = "collect"` none is cancelled, and the
--- second result has the errors by index. Cancelling the task that waits
--- cancels them all.
---@param tasks oai.Task[]
---@param options? { errors?: "cancel"|"collect" }
---@return any[]? results
---@return any err
---@return integer? index
function bulk.gather(tasks, options)
  local collect = check("gather", options, GATHER).errors == "collect"
  check_tasks(tasks)
  if tasks[1] == nil then
    return {}, collect and {} or nil
  end
  local gathering = { place = tasks[1].home, left = #tasks, collect = collect, see = see }
  if not scheduler.may_wait(gathering.place) or not wait_for_all(tasks, gathering) then
    cancel_all(tasks)
    return nil, cancelled_error()
  elseif gathering.failed then
    cancel_all(tasks)
    return nil, select(2, outcome(gathering.failed)), index_of(tasks, gathering.failed)
  end
  return first_results(tasks, collect)
end

---@class oai.Run
---@field client oai.Client      whose tasks those of the items are
---@field floats boolean         which nobody has chosen: when it is closed, another will do
---@field place oai.Scheduler    where the run waits
---@field at integer             items that have been started
---@field active integer         items under way
---@field tasks table<integer, oai.Task>  of those
local Run = {}
Run.__index = Run

local function place_of(client)
  local shared = client._shared
  return scheduler.of(shared, send.engine(shared))
end

--- Has it go on with another client, where its own may be any and is closed.
--- False when there is none.
local function find_client(self)
  local shared = self.client._shared
  if not shared.scheduler.closed then
    return true
  end
  local other = self.floats and client_module.last(shared.loop)
  self.client = other or self.client
  return other and place_of(other) ~= nil
end

local function may_start(self)
  return self.at < self.count and self.active < self.concurrency and not self.failure and find_client(self)
end

--- Starts as many as may be under way. One that does not wait ends within.
local function fill(self)
  if self.filling then
    return
  end
  self.filling = true
  while may_start(self) do
    self.at, self.active = self.at + 1, self.active + 1
    self:start(self.at)
  end
  self.filling = false
end

local function fail(self, err, index)
  if not self.failure then
    self.failure = { err = err, index = index }
    cancel_all(self.tasks)
  end
end

local function finished(self, index)
  local one = self.tasks[index]
  self.tasks[index] = nil
  self.active = self.active - 1
  local value, err = outcome(one)
  if err == nil or self.collect then
    self.results[index], self.errors[index] = value, err
  else
    fail(self, err, index)
  end
  fill(self)
  if self.active == 0 then
    self.place:notify(self)
  end
end

function Run:start(index)
  task.start(self.client, self.fn, function(one)
    self.tasks[index], one.floats = one, self.floats
    return function()
      finished(self, index)
    end
  end, self.items[index], index)
end

--- The client to work on: the one given, that of the running task, or the
--- one made last that is open; and whether that might as well be another.
local function client_for(options)
  local running = waiting.running()
  local floats = not options.client and (not running or running.floats == true)
  local client = options.client or running and running.client or client_module.last()
  if floats and client and client._shared.closed then
    client = client_module.last(client._shared.loop)
  end
  if not client then
    error_value.misuse("map: make a client first, or give one as 'client'")
  end
  return client, floats
end

local function check_map(items, fn, options)
  check("map", options, MAP)
  if type(items) ~= "table" then
    error_value.misuse("map: expected a list of items, got " .. type(items))
  elseif type(fn) ~= "function" then
    error_value.misuse("map: expected a function, got " .. type(fn))
  elseif options and options.concurrency and math.floor(options.concurrency) < 1 then
    error_value.misuse(("map: option 'concurrency' must be 1 or more, got %g"):format(options.concurrency))
  end
end

local function new_run(items, fn, options)
  local client, floats = client_for(options)
  return setmetatable({
    items = items, fn = fn, client = client, floats = floats, place = place_of(client),
    count = #items, at = 0, active = 0, tasks = {}, results = {}, errors = {},
    concurrency = options.concurrency or 16, collect = options.errors == "collect",
  }, Run)
end

--- Where to wait for it: where an item does, whose calls are why there is a
--- map, rather than with a client that has to do with them by chance.
local function place_to_wait(run)
  local loop = run.client._shared.loop
  for _, one in pairs(run.tasks) do
    if one.key and not one.place.closed and one.place.loop == loop then
      return one.place
    end
  end
  return find_client(run) and place_of(run.client) or run.place
end

--- Waits until no item is under way, or the waiting task is cancelled.
local function wait_for_run(run)
  local undisturbed, running = true, waiting.running()
  while run.active > 0 and undisturbed do
    run.place = run.floats and place_to_wait(run) or run.place
    undisturbed = scheduler.wait_for(run.place, run, math.huge)
    if run.floats and run.place.closed and not (running and running.cancelled) then
      undisturbed = find_client(run)
    end
  end
  if not undisturbed or run.at < run.count then -- or the client was closed
    fail(run, cancelled_error())
  end
end

--- Calls `fn(item, index)` for every item, in tasks, with at most
--- `concurrency` (16) of them under way. Returns the results in the order of
--- the items; at the first failure (raised, or `nil, err`) the others are
--- cancelled, and it returns `nil, err, index`. With `errors = "collect"` all
--- are done, and the second result has the errors by index. Cancelling the
--- task that waits cancels them all, and so does closing the `client`, which
--- is that of the running task where none is given. Outside of tasks it need
--- not be given: then no client's end ends more than its own calls.
---@param items any[]
---@param fn fun(item: any, index: integer): any, any
---@param options? { concurrency?: number, errors?: "cancel"|"collect", client?: oai.Client }
---@return any[]? results
---@return any err
---@return integer? index
function bulk.map(items, fn, options)
  check_map(items, fn, options)
  local run = new_run(items, fn, options or {})
  if not scheduler.may_wait(run.place) then
    return nil, cancelled_error()
  end
  fill(run)
  wait_for_run(run)
  if run.failure then
    return nil, run.failure.err, run.failure.index
  end
  return run.results, run.collect and run.errors or nil
end

require "oai.interpret" ()

return bulk
