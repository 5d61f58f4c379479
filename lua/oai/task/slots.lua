-- The slots that calls in tasks have with a limiter: a call waits in line,
-- then it is under way. A slot is its task's, which has one at a time, and is
-- left on every way out: by the call, at the end of the task, and when it is
-- found that the task goes on without the call, since that was raised, or not
-- at all, since its coroutine was closed. Nothing here knows when a call may
-- go out.

local slots = {}

---@class oai.Slot
---@field all oai.Slots
---@field task table
---@field bytes integer  of the call's body
---@field bound number   seconds that it waits for the server at the most
---@field at integer|false  its place in the line, when it is there
local Slot = {}
Slot.__index = Slot

---@class oai.Slots
---@field scheduler oai.Scheduler
---@field line (oai.Slot|false)[]  from `first` to `last`; false: it was left
---@field first integer
---@field last integer
---@field going table<oai.Slot, true>  those under way
---@field count integer   of those
---@field bytes integer   of theirs
---@field least number    no bound in the line is below it
local Slots = {}
Slots.__index = Slots

---@param scheduler oai.Scheduler
---@return oai.Slots
function slots.new(scheduler)
  return setmetatable({
    scheduler = scheduler, line = {}, first = 1, last = 0, going = {}, count = 0, bytes = 0, least = math.huge,
  }, Slots)
end

--- A slot for a call of a task.
---@param task table
---@param bytes integer
---@param bound number
---@return oai.Slot
function Slots:new(task, bytes, bound)
  local slot = setmetatable({ all = self, task = task, bytes = bytes, bound = bound, at = false }, Slot)
  task.slot = slot
  return slot
end

--- Has a slot wait behind the others in line. Its task waits for it by the slot
--- itself, as a key.
---@param slot oai.Slot
function Slots:line_up(slot)
  self.line[self.last + 1] = slot
  self.last = self.last + 1
  slot.at = self.last
  self.least = math.min(self.least, slot.bound)
end

local function leave_line(self, slot)
  self.line[slot.at], slot.at = false, false
  while self.first <= self.last and not self.line[self.first] do
    self.line[self.first] = nil
    self.first = self.first + 1
  end
  if self.first > self.last then
    self.first, self.last, self.least = 1, 0, math.huge
  end
end

--- Counts a slot among those under way.
---@param slot oai.Slot
function Slots:go(slot)
  if slot.at then
    leave_line(self, slot)
  end
  self.going[slot] = true
  self.count, self.bytes = self.count + 1, self.bytes + slot.bytes
end

--- Takes a slot out, wherever it is.
local function take_out(self, slot)
  if slot.task.slot == slot then
    slot.task.slot = false
  end
  if slot.at then
    leave_line(self, slot)
  elseif self.going[slot] then
    self.going[slot] = nil
    self.count, self.bytes = self.count - 1, self.bytes - slot.bytes
  end
end

local function is_closed(task)
  return coroutine.status(task.coroutine) == "dead"
end

--- Whether the task of a slot has left its call: it is at its end, or waits for
--- something else. A call in line waits for its slot, and one under way for an
--- exchange, by its id.
local function is_abandoned(slot)
  local task = slot.task
  if task.done or is_closed(task) then
    return true
  elseif slot.at then
    return task.key and task.key ~= slot
  end
  return type(task.key) == "table"
end

--- Takes out a slot that was abandoned. A task whose coroutine was closed is
--- resumed in the next turn, which ends it.
local function give_up(self, slot)
  local task = slot.task
  take_out(self, slot)
  if task.key and is_closed(task) then
    task.parked_in:notify(task.key)
  end
end

--- The first in line whose task still waits there, if any.
---@return oai.Slot?
function Slots:next()
  local slot = self.line[self.first]
  while slot and is_abandoned(slot) do
    give_up(self, slot)
    slot = self.line[self.first]
  end
  return slot or nil
end

--- How many are in line before a slot.
---@param slot oai.Slot
---@return integer
function Slots:ahead(slot)
  return (slot.at or self.last + 1) - self.first
end

--- How many are in line.
---@return integer
function Slots:waiting()
  return self.last + 1 - self.first
end

--- Has the first in line look again.
function Slots:nudge()
  local slot = self:next()
  if slot then
    self.scheduler:notify(slot)
  end
end

--- Has the first in line look again, in their order, so many of them: where the
--- first does alone, the next one follows a turn later.
---@param count number
function Slots:nudge_some(count)
  for i = self.first, math.min(self.last, self.first + count - 1) do
    local slot = self.line[i]
    if slot then
      self.scheduler:notify(slot)
    end
  end
end

--- Gives a slot back, wherever it is. Harmless when that was done.
function Slot:leave()
  take_out(self.all, self)
  self.all:nudge()
end

--- Has those in line look again who wait no longer than so many seconds for
--- the server.
---@param seconds number
function Slots:rouse(seconds)
  if seconds <= self.least then
    return
  end
  for i = self.first, self.last do
    local slot = self.line[i]
    if slot and slot.bound < seconds then
      self.scheduler:notify(slot)
    end
  end
end

--- Takes out those under way that their tasks have abandoned.
function Slots:sweep()
  for slot in pairs(self.going) do
    if is_abandoned(slot) then
      give_up(self, slot)
    end
  end
end

require "oai.interpret" ()

return slots
