-- Tasks that failed with nobody to see it, so far: somebody may still await
-- one. One that nobody awaits in time is reported, when the program ends at the
-- latest; then it is also said how many tasks a script has left unfinished.

local failures = {}

local GRACE = 1 -- seconds in which somebody may still await a task that failed

---@class oai.Failures
---@field scheduler oai.Scheduler
---@field list { task: table, at: number }[]  as they failed, and when
---@field first table|false  the first that was told of
---@field guard any          tells of what is left when it is collected
local Failures = {}
Failures.__index = Failures

--- A list for the tasks of a scheduler, with none in it.
---@param scheduler oai.Scheduler
---@return oai.Failures
function failures.new(scheduler)
  return setmetatable({ scheduler = scheduler, list = {}, first = false, guard = false }, Failures)
end

local function complaint(task)
  return ("oai: %s: %s%s"):format(task.name or "a task failed, and nobody awaits it", tostring(task.err),
    task.values and task.values.traceback or task.traceback or "")
end

local function report(self, message)
  local loop = self.scheduler.loop
  if loop.report then
    loop.report(message)
  else
    io.stderr:write(message, "\n")
  end
end

--- Reports the error of a task, which nobody has taken.
---@param task table
function Failures:say(task)
  report(self, complaint(task))
end

--- Takes tasks off the list: of those that somebody has awaited nothing is said,
--- and each other is given to `act`. One that failed within the last second stays
--- there, unless `all` are wanted.
---@param act fun(task: table)
---@param all? boolean
function Failures:take(act, all)
  local now, at = self.scheduler.engine:clock(), 1
  while self.list[at] do
    local task = self.list[at].task
    if not (task.observed or all or now - self.list[at].at >= GRACE) then
      at = at + 1
    else
      table.remove(self.list, at)
      if not task.observed then
        act(task)
      end
    end
  end
end

--- Reports the tasks that nobody has awaited in time, or all on the list.
---@param all? boolean
function Failures:tell(all)
  if self.list[1] == nil then
    return
  end
  self:take(function(task)
    self.first = self.first or task
    self:say(task)
  end, all)
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

--- Tells of the tasks that a script has not run to their end: of what they
--- would have come to, `on_done` is not told either.
local function tell_unfinished(self)
  local scheduler = self.scheduler
  local count = scheduler.unfinished
  if count > 0 and scheduler.loop.has_tasks and not scheduler.closed then
    report(self, ("oai: the program has ended before %s of its tasks: client:run() runs all to their end, "
      .. "client:close() cancels them"):format(count == 1 and "one" or count))
  end
end

--- Has what is left told of when the program ends. Raises where there is no
--- memory for it.
function Failures:watch()
  self.guard = self.guard or at_end(function()
    pcall(self.tell, self, true) -- no error may leave a finalizer
    pcall(tell_unfinished, self)
  end)
end

local function is_noted(self, task)
  for _, failure in ipairs(self.list) do
    if failure.task == task then
      return true
    end
  end
  return false
end

--- Notes a task that failed, if it is not noted.
---@param task table
function Failures:note(task)
  self:watch()
  if not is_noted(self, task) then
    self.list[#self.list + 1] = { task = task, at = self.scheduler.engine:clock() }
  end
end

--- When the first of them is to be told of, on the engine's clock; nil: there
--- is none.
---@return number?
function Failures:due()
  local first = self.list[1]
  return first and first.at + GRACE
end

require "oai.interpret" ()

return failures
