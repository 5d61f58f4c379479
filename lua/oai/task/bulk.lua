-- Many calls at once: waiting for several tasks, or for the first of them that
-- succeeds, and a function over many items with so many of them under way.

local error_value = require "oai.error"
local running = require "oai.task.running"
local task = require "oai.task"
local value_type = require "oai.value_type"
local wait = require "oai.task.wait"

local bulk = {}

---@class oai.GatherOptions
---@field errors? "cancel"|"collect"  "cancel": what fails first ends the others; "collect": they go on

---@class oai.MapOptions : oai.GatherOptions
---@field concurrency? number  16: how many calls are under way at once

local ERRORS = { { "cancel", "collect" } }
local GATHER = { errors = ERRORS }
local NONE = {}
local MAP = { concurrency = { "number" }, errors = ERRORS }

local function check(name, options, known)
  if task.is_task(options) then
    error_value.misuse(("client:%s: the tasks go into one list, as in client:%s { task, ... }"):format(name, name))
  elseif options ~= nil and type(options) ~= "table" then
    error_value.misuse(("client:%s: the options must be a table, got %s"):format(name, type(options)))
  end
  value_type.check("client:" .. name, "option", options or {}, known)
  return options or {}
end

--- What a finished task came to: its value, or nil and its error.
local function outcome(one)
  if one.err ~= nil then
    return nil, one.err
  end
  return one.value
end

local function cancel_all(tasks)
  for _, one in pairs(tasks) do
    one:cancel()
  end
end

local function check_tasks(name, tasks)
  if type(tasks) ~= "table" or task.is_task(tasks) then
    error_value.misuse(("client:%s: expected a list of tasks, got %s"):format(name,
      task.is_task(tasks) and "one by itself" or type(tasks)))
  end
  for i, one in ipairs(tasks) do
    if not task.is_task(one) then
      error_value.misuse(("client:%s: item %d is no task but a %s; client:spawn(fn, ...) begins one"):format(name, i,
        type(one)))
    end
  end
end

local function has_failed(one)
  return select(2, outcome(one)) ~= nil
end

local function has_succeeded(one)
  return not has_failed(one)
end

local function never()
  return false
end

--- Whether there is nothing to wait for any more.
local function is_over(gathering)
  return gathering.left == 0 or gathering.settled ~= false
end

--- Counts a task that is at its end, once. True when there is nothing to wait
--- for any more.
local function see(self, one)
  if self.awaited[one] then
    self.awaited[one] = nil
    self.left, self.last = self.left - 1, one
  end
  if not self.settled and self.settles(one) then
    self.settled = one
  end
  return is_over(self)
end

--- A wait for tasks: for all of them, or until the end of one `settles` the wait.
local function new_gathering(scheduler, tasks, settles)
  local awaited, count = {}, 0
  for _, one in ipairs(tasks) do
    count = awaited[one] and count or count + 1
    awaited[one] = true
  end
  return { scheduler = scheduler, awaited = awaited, left = count, last = false, settles = settles, settled = false,
    see = see }
end

--- Waits until all are done, or one has settled it. False and the reason when
--- it may not be waited any longer.
local function wait_for_all(tasks, gathering)
  for _, one in ipairs(tasks) do
    one.observed = true
    if one.done then
      gathering:see(one)
    else
      one:_watch(gathering)
    end
  end
  local undisturbed, reason = true, nil
  while undisturbed and not is_over(gathering) do
    undisturbed, reason = wait.for_key(gathering.scheduler, gathering, math.huge)
  end
  for _, one in ipairs(tasks) do
    one:_unwatch(gathering)
  end
  return undisturbed, reason
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

--- Waits for tasks, where that is allowed. The gathering; or nil and why it
--- was waited no longer, when all tasks are cancelled.
local function gathered(client, tasks, settles)
  local gathering = new_gathering(task.scheduler_of(client), tasks, settles)
  local undisturbed, reason = wait.is_allowed(gathering.scheduler), nil
  if undisturbed then
    undisturbed, reason = wait_for_all(tasks, gathering)
  end
  if not undisturbed then
    cancel_all(tasks)
    return nil, running.error_of(reason)
  end
  return gathering
end

--- Waits for all of several tasks. Returns their first results in order; as
--- soon as one fails the others are cancelled, and it returns
--- `nil, err, index`. With `errors = "collect"` none is cancelled, and the
--- second result has the errors by index. Cancelling the task that waits
--- cancels them all, and so does closing the client.
---@param client oai.Client  where it waits; the tasks may be of others too
---@param tasks oai.Task[]
---@param options? oai.GatherOptions
---@return any[]? results
---@return any err
---@return integer? index
function bulk.gather(client, tasks, options)
  local collect = check("gather", options, GATHER).errors == "collect"
  check_tasks("gather", tasks)
  if tasks[1] == nil then
    return {}, collect and {} or nil
  end
  local gathering, err = gathered(client, tasks, collect and never or has_failed)
  if not gathering then
    return nil, err
  elseif gathering.settled then
    cancel_all(tasks)
    return nil, select(2, outcome(gathering.settled)), index_of(tasks, gathering.settled)
  end
  return first_results(tasks, collect)
end

--- Waits for the first of several tasks that succeeds. Returns its first
--- result, nil and its index; the others are cancelled. When all have failed it
--- returns `nil, err, index` of the last that did. Cancelling the task that
--- waits cancels them all, and so does closing the client.
---@param client oai.Client  where it waits; the tasks may be of others too
---@param tasks oai.Task[]
---@param options? table  there are none
---@return any result
---@return any err
---@return integer? index
function bulk.first(client, tasks, options)
  check("first", options, NONE)
  check_tasks("first", tasks)
  if tasks[1] == nil then
    error_value.misuse "client:first: expected a list of tasks, got an empty one"
  end
  local gathering, err = gathered(client, tasks, has_succeeded)
  if not gathering then
    return nil, err
  end
  cancel_all(tasks)
  local one = gathering.settled or gathering.last
  local value, failure = outcome(one)
  return value, failure, index_of(tasks, one)
end

---@class oai.Run
---@field client oai.Client      whose tasks those of the items are
---@field scheduler oai.Scheduler    where the run waits
---@field at integer             items that have been started
---@field active integer         items under way
---@field tasks table<integer, oai.Task>  of those
---@field has_failed boolean
---@field err any                what the first failed with
---@field failed_at integer|false|nil  its index; nil: the run itself has failed

local function may_start(self)
  return self.at < self.count and self.active < self.concurrency and not self.has_failed and not self.scheduler.closed
end

--- Notes the first failure.
local function note_failure(self, err, index)
  if not self.has_failed then
    self.err, self.failed_at, self.has_failed = err, index, true
  end
end

--- Notes what an item came to.
local function note(self, one, index)
  local value, err = outcome(one)
  if err == nil or self.collect then
    self.results[index] = value
    self.errors[index] = err
  else
    note_failure(self, err, index)
  end
  self.tasks[index] = nil
  self.active = self.active - 1
end

local fill

--- What is told of the end of each item's task: `watcher` knows which it is.
--- The next one is started only while somebody waits for all of them.
local function see_item(watcher, one)
  local self, index = watcher.run, watcher.index
  if self.tasks[index] == one then
    note(self, one, index)
  end
  if self.has_failed then
    cancel_all(self.tasks)
  elseif self.scheduler:is_awaited(self) then
    local err = fill(self)
    if err then
      error(err, 0)
    end
  end
  if self.active == 0 then
    self.scheduler:notify(self)
  end
  return false
end

local function start_next(self)
  local index = self.at + 1
  local watcher = { scheduler = self.scheduler, see = see_item, run = self, index = index }
  local one = task.watched(self.client, self.fn, watcher, self.items[index], index)
  self.tasks[index] = one
  self.at, self.active = index, self.active + 1
  self.scheduler:start(one)
end

--- Takes back an item that was not started after all.
local function take_back(self)
  local one = self.tasks[self.at]
  if one and not one.begun and not one.done and not one.queue then
    self.tasks[self.at] = nil
    self.at, self.active = self.at - 1, self.active - 1
  end
end

local function start_all(self)
  while may_start(self) do
    start_next(self)
  end
end

--- Starts as many as may be under way; an error when there is no memory for
--- it. One that does not wait ends within.
function fill(self)
  if self.filling then
    return nil
  end
  self.filling = true
  local done, err = pcall(start_all, self)
  self.filling = false
  if done then
    return nil
  end
  take_back(self)
  return err
end

--- Fills the run for who waits for all items: an error is that of an item.
local function begin(self)
  local err = fill(self)
  if err then
    note_failure(self, err, self.at + 1)
    cancel_all(self.tasks)
  end
end

local function check_map(items, fn, options)
  check("map", options, MAP)
  if type(items) ~= "table" then
    error_value.misuse("client:map: expected a list of items, got " .. type(items))
  elseif type(fn) ~= "function" then
    error_value.misuse("client:map: expected a function, got " .. type(fn))
  elseif options and options.concurrency and math.floor(options.concurrency) < 1 then
    error_value.misuse(("client:map: option 'concurrency' must be 1 or more, got %g"):format(options.concurrency))
  end
end

local function new_run(client, items, fn, options)
  return {
    items = items, fn = fn, client = client, scheduler = task.scheduler_of(client),
    count = #items, at = 0, active = 0, filling = false, tasks = {}, results = {}, errors = {},
    concurrency = options.concurrency or 16, collect = options.errors == "collect",
    has_failed = false, err = false, failed_at = false,
  }
end

--- Waits until no item is under way, or the waiting task is cancelled.
local function wait_for_run(run)
  local undisturbed, reason = true, nil
  while run.active > 0 and undisturbed do
    undisturbed, reason = wait.for_key(run.scheduler, run, math.huge)
    if undisturbed then
      begin(run)
    end
  end
  if not undisturbed or run.at < run.count then -- or the client was closed
    note_failure(run, running.error_of(reason))
    cancel_all(run.tasks)
  end
end

--- Calls `fn(item, index)` for every item, in tasks, with at most
--- `concurrency` (16) of them under way. Returns the results in the order of
--- the items; at the first failure (raised, or `nil, err`) the others are
--- cancelled, and it returns `nil, err, index`. With `errors = "collect"` all
--- are done, and the second result has the errors by index. Cancelling the
--- task that waits cancels them all, and so does closing the client.
---@param client oai.Client
---@param items any[]
---@param fn fun(item: any, index: integer): any, any
---@param options? oai.MapOptions
---@return any[]? results
---@return any err
---@return integer? index
function bulk.map(client, items, fn, options)
  check_map(items, fn, options)
  local run = new_run(client, items, fn, options or {})
  if not wait.is_allowed(run.scheduler) then
    return nil, running.cancelled()
  end
  begin(run)
  wait_for_run(run)
  if run.has_failed then
    return nil, run.err, run.failed_at --[[@as integer?]]
  end
  return run.results, run.collect and run.errors or nil
end

require "oai.interpret" ()

return bulk
