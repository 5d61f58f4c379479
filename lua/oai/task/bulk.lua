-- Many calls at once: waiting for several tasks, and a function over many
-- items with so many of them under way.

local client_module = require "oai.client"
local error_value = require "oai.error"
local scheduler = require "oai.task.scheduler"
local send = require "oai.call.send"
local task = require "oai.task"
local waiting = require "oai.task.waiting"

local bulk = {}

local OPTIONS = { concurrency = "number", errors = "string", client = "table" }

local function check(name, options)
  for key, value in pairs(options or {}) do
    if not OPTIONS[key] then
      error_value.misuse(("%s: unknown option '%s'"):format(name, tostring(key)))
    elseif type(value) ~= OPTIONS[key] then
      error_value.misuse(("%s: option '%s' must be a %s, got %s"):format(name, key, OPTIONS[key], type(value)))
    end
  end
  local errors = options and options.errors
  if errors and errors ~= "cancel" and errors ~= "collect" then
    error_value.misuse(("%s: option 'errors' must be \"cancel\" or \"collect\", got '%s'"):format(name, errors))
  end
  return options or {}
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

--- Waits for all of several tasks. Returns their first results in order; at
--- the first that fails the others are cancelled, and it returns
--- `nil, err, index`. With `errors = "collect"` none is cancelled, and the
--- second result has the errors by index.
---@param tasks oai.Task[]
---@param options? { errors?: "cancel"|"collect" }
---@return any[]? results
---@return any err
---@return integer? index
function bulk.gather(tasks, options)
  local collect = check("gather", options).errors == "collect"
  local results, errors = {}, {}
  for i, one in ipairs(tasks) do
    one:await()
    local value, err = outcome(one)
    if err ~= nil and not collect then
      cancel_all(tasks)
      return nil, err, i
    end
    results[i], errors[i] = value, err
  end
  return results, collect and errors or nil
end

local Run = {}
Run.__index = Run

--- Starts as many as may be under way. One that does not wait ends within.
local function fill(self)
  if self.filling then
    return
  end
  self.filling = true
  while self.active < self.concurrency and self.at < self.count and not self.failed do
    self.at, self.active = self.at + 1, self.active + 1
    self:start(self.at)
  end
  self.filling = false
end

local function finished(self, index)
  local one = self.tasks[index]
  self.tasks[index] = nil
  self.active = self.active - 1
  local value, err = outcome(one)
  if err == nil or self.collect then
    self.results[index], self.errors[index] = value, err
  elseif not self.failed then
    self.failed, self.failed_at = err, index
    cancel_all(self.tasks)
  end
  fill(self)
  if self.active == 0 then
    self.place:notify(self)
  end
end

function Run:start(index)
  task.start(self.client, self.fn, function(one)
    self.tasks[index] = one
    return function()
      finished(self, index)
    end
  end, self.items[index], index)
end

--- The client to work on: the one given, that of the running task, or the
--- one that was made last.
local function client_for(options)
  local running = waiting.running()
  local client = options.client or running and running.client or client_module.last()
  if not client then
    error_value.misuse("map: make a client first, or give one as 'client'")
  end
  return client
end

local function new_run(items, fn, options)
  local client = client_for(options)
  local shared = client._shared
  return setmetatable({
    items = items, fn = fn, client = client, place = scheduler.of(shared, send.engine(shared)),
    count = #items, at = 0, active = 0, tasks = {}, results = {}, errors = {},
    concurrency = options.concurrency or 16, collect = options.errors == "collect",
  }, Run)
end

--- Calls `fn(item, index)` for every item, in tasks, with at most
--- `concurrency` (16) of them under way. Returns the results in the order of
--- the items; at the first failure (raised, or `nil, err`) the others are
--- cancelled, and it returns `nil, err, index`. With `errors = "collect"` all
--- are done, and the second result has the errors by index.
---@param items any[]
---@param fn fun(item: any, index: integer): any, any
---@param options? { concurrency?: integer, errors?: "cancel"|"collect", client?: oai.Client }
---@return any[]? results
---@return any err
---@return integer? index
function bulk.map(items, fn, options)
  local run = new_run(items, fn, check("map", options))
  fill(run)
  while run.active > 0 do
    local _, reason = scheduler.wait_for(run.place, run, math.huge)
    if reason then
      run.failed = error_value.new { kind = "cancelled", message = "the task was cancelled" }
      cancel_all(run.tasks)
    end
  end
  if run.failed then
    return nil, run.failed, run.failed_at
  end
  return run.results, run.collect and run.errors or nil
end

return bulk
