-- The rounds of a run of batches: in each all parts are taken as far as they go.
-- Here is decided when the next one is, who makes it where several tasks wait,
-- and which errors of the service a run survives that may take hours.

local engines = require "oai.engine"
local error_value = require "oai.error"
local retry = require "oai.call.retry"
local steps = require "oai.batch.steps"

local rounds = {}

local GROWTH = 1.5

local function timed_out()
  return error_value.new { kind = "timeout", operation = "batches.run",
    message = "the batches were not done in time; they go on" }
end

--- Sleeps until it is time to look again, or until the deadline.
local function rest(self, deadline)
  local now = engines.clock()
  local slept, err = true, nil
  if self.look_at > now then
    slept, err = self:_sleep(math.max(0, math.min(self.look_at, deadline) - now))
  end
  if slept and deadline < self.look_at then
    return nil, timed_out()
  end
  return slept, err
end

--- Says when to look again.
local function pace(self)
  self.look_at = engines.clock() + self.interval
  self.interval = math.min(self.interval * GROWTH, self.options.max_interval)
end

local UNDER_WAY = { uploading = true, uploaded = true, creating = true, created = true }

local function count_under_way(self)
  local count = 0
  for _, part in ipairs(self.state.parts) do
    count = count + (UNDER_WAY[part.stage] and 1 or 0)
  end
  return count
end

--- Bears an error that may pass, for as long as `patience` says: a service that
--- has answered before may be out of reach for a while. Else returns it.
local function bear(self, err)
  local since = self.unreachable_since or engines.clock()
  if not self.was_reached or not retry.may_pass(err) or engines.clock() - since > self.options.patience then
    self.unreachable_since = nil
    return nil, err
  end
  self.unreachable_since = since
  self:_tell("waiting", nil, err)
  return true
end

--- Takes each part as far as it goes.
local function advance_all(self)
  for _, part in ipairs(self.state.parts) do
    if part.stage ~= "written" or count_under_way(self) < self.options.concurrency then
      local done, err = steps.advance(self, part)
      if not done then
        done, err = bear(self, err)
      end
      if not done then
        return nil, err
      end
    end
  end
  return true
end

local MAIN = "main" -- Lua 5.1 has no thread for it

--- Whether somebody else takes the run through a round at the moment: no
--- coroutine that was closed, or ended by an error, within one.
---@param self oai.BatchRun
---@return boolean
function rounds.is_held(self)
  local holder = self.holder
  return holder ~= nil and holder ~= (coroutine.running() or MAIN)
    and (holder == MAIN or coroutine.status(holder --[[@as thread]]) ~= "dead")
end

--- Waits until it is time, and then does what can be done.
local function take_round(self, deadline)
  local done, err = rest(self, deadline)
  if done then
    done, err = advance_all(self)
  end
  if not done then
    return nil, err
  end
  pace(self)
  self:_tell "waiting"
  return true
end

local MOMENT = 0.1 -- seconds

--- Makes a round, or lets somebody else make it.
---@param self oai.BatchRun
---@param deadline number  on the engines' clock
---@return boolean? done
---@return oai.Error? err
function rounds.make(self, deadline)
  if rounds.is_held(self) then
    local left = deadline - engines.clock()
    if left <= 0 then
      return nil, timed_out()
    end
    return self:_sleep(math.min(left, MOMENT))
  end
  self.holder = coroutine.running() or MAIN
  local done, err = take_round(self, deadline)
  self.holder = nil
  return done, err
end

require "oai.interpret" ()

return rounds
