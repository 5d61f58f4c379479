-- The loop of a plain script: drives the schedulers on which something waits
-- and which no host drives, all of them, whoever of them is waited for.

local script = {}

-- The schedulers that are driven, in no order.
local driven = {} ---@type oai.Scheduler[]

local LONGEST = 0.1 -- seconds in C, so that an interrupt is seen
local SEVERAL = 0.005 -- seconds in C when there are several engines to look after

script.LONGEST = LONGEST

--- Drives a scheduler from now on.
---@param scheduler oai.Scheduler
function script.add(scheduler)
  if not scheduler.driven_at then
    local at = #driven + 1
    driven[at] = scheduler
    scheduler.driven_at = at
  end
end

--- Drives a scheduler no more. The last of the list takes its place.
---@param scheduler oai.Scheduler
function script.remove(scheduler)
  local at, last = scheduler.driven_at, #driven
  if at then
    driven[at] = driven[last]
    driven[at].driven_at = at
    driven[last], scheduler.driven_at = nil, false
  end
end

--- Forgets the schedulers of a process that this one was forked from: their
--- connections are its.
local function forget_foreign()
  for i = #driven, 1, -1 do
    local scheduler = driven[i]
    if scheduler.engine:is_foreign() then
      script.remove(scheduler)
    end
  end
end

--- Seconds that may be waited; nil when nothing can ever happen.
local function patience(limit)
  local alive, soonest = false, limit
  for i = 1, #driven do
    local scheduler = driven[i]
    if scheduler.ready.first then
      return 0
    end
    alive = alive or scheduler.count > scheduler.for_tasks
    if scheduler.soonest < soonest then
      soonest = scheduler.soonest
    end
  end
  if not alive then
    return nil
  end
  local most, left = driven[2] and SEVERAL or LONGEST, soonest - driven[1].engine:clock()
  return left > most and most or left > 0 and left or 0
end

--- Drives each in a list that does not change meanwhile.
local function drive_several(seconds)
  local list = {}
  for i, scheduler in ipairs(driven) do
    list[i] = scheduler
  end
  for _, scheduler in ipairs(list) do
    if not scheduler.closed then
      scheduler:drive(seconds)
    end
  end
end

--- Waits, at most until `limit`, for something to happen on any of the
--- engines, and does it.
---@param limit number  on the engines' clock
---@param scheduler? oai.Scheduler  an error may have left somebody ready there
---@return boolean  false: nothing waits there but for tasks that do not end
function script.drive(limit, scheduler)
  forget_foreign()
  if scheduler and scheduler.ready.first then
    script.add(scheduler)
  end
  local seconds = patience(limit)
  if not seconds then
    return false
  elseif driven[2] then
    drive_several(seconds)
  else
    driven[1]:drive(seconds)
  end
  return true
end

require "oai.interpret" ()

return script
