-- Tasks in a row, linked through their own fields: to put one in or to take
-- one out needs no memory, so it cannot fail halfway. It must not know what
-- they wait for.

---@class oai.Queue
---@field first table|false
---@field last table|false
---@field given integer  the number that was given out last
local Queue = {}
Queue.__index = Queue

---@class oai.Queued  what such a task has
---@field queue oai.Queue|false  where it is
---@field before table|false
---@field behind table|false
---@field number integer  its place: who came later has a greater one

local queue = {}

---@return oai.Queue
function queue.new()
  return setmetatable({ first = false, last = false, given = 0 }, Queue)
end

--- Puts a task at the end, unless it is in a queue.
---@param task oai.Queued
function Queue:add(task)
  if task.queue then
    return
  end
  self.given = self.given + 1
  task.queue, task.number, task.before, task.behind = self, self.given, self.last, false
  if self.last then
    self.last.behind = task
  else
    self.first = task
  end
  self.last = task
end

--- Takes a task out of the queue that it is in, if it is in one.
---@param task oai.Queued
function queue.remove(task)
  local self = task.queue
  if not self then
    return
  end
  local before, behind = task.before, task.behind
  if before then
    before.behind = behind
  else
    self.first = behind
  end
  if behind then
    behind.before = before
  else
    self.last = before
  end
  task.queue, task.before, task.behind = false, false, false
end

return queue
