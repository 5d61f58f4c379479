-- Sends what must not be sent twice, although a reply may be lost and the
-- program may be killed at any moment: what is about to be sent is recorded
-- first, and whoever finds that record asks the service before sending again.

local engines = require "oai.engine"
local retry = require "oai.call.retry"

local once = {}

---@class oai.BatchAction
---@field before string       the stage in which nothing has been sent
---@field doing string        the stage in which it may have been sent, or not
---@field send fun(run: oai.BatchRun, part: oai.BatchPart): table?, any
---@field find fun(run: oai.BatchRun, part: oai.BatchPart): table?, oai.Error?  what the service has of it
---@field settles boolean        what was sent may take a while to be found

local LOOK_EVERY = 2 -- seconds

--- For how many seconds what was sent may still appear.
local function time_left(run, part, action)
  local settle = run.options.settle
  return action.settles and math.max(0, math.min(settle, part.sent_at + settle - os.time())) or 0
end

--- What the service has of something that was sent; nil when it has nothing,
--- and no more is to be expected.
---@param run oai.BatchRun
---@param part oai.BatchPart
---@param action oai.BatchAction
---@return table? found
---@return oai.Error? err
function once.look_up(run, part, action)
  local limit = engines.clock() + time_left(run, part, action)
  while true do
    local found, err = action.find(run, part)
    local left = limit - engines.clock()
    if found or err or left <= 0 then
      return found, err
    end
    local slept
    slept, err = run:_sleep(math.min(left, LOOK_EVERY))
    if not slept then
      return nil, err
    end
  end
end

local UNKNOWN = { [408] = true, [409] = true }

--- Whether an error says that the service refused what was sent: then it has
--- done nothing.
local function is_refused(err)
  local status = err.status
  return status ~= nil and status >= 400 and status < 500 and not UNKNOWN[status]
end

--- Sends what an action sends, with a record of that.
local function send_recorded(run, part, action)
  local recorded, err = run:_record(part, { stage = action.doing, sent_at = os.time() })
  if not recorded then
    return nil, err
  end
  return action.send(run, part)
end

--- Notes that the service refused; sleeps, if it is worth another attempt.
local function await_another(run, part, action, err, attempts)
  if is_refused(err) then
    local recorded, reason = run:_record(part, { stage = action.before })
    if not recorded then
      return nil, reason
    end
  end
  local delay = retry.delay(err, attempts - 1, run.client._settings.options, os.time(), 0.5)
  if not delay then
    return nil, err
  end
  return run:_sleep(delay)
end

--- Sends what an action sends, unless the service has it already.
---@param run oai.BatchRun
---@param part oai.BatchPart
---@param action oai.BatchAction
---@return table? reply  or what was found
---@return oai.Error? err
function once.send(run, part, action)
  local attempts, going = 0, true ---@type integer, boolean?
  local reply, err
  while going do
    if part.stage == action.doing then
      reply, err = once.look_up(run, part, action)
      if reply or err then
        return reply, err
      end
    end
    reply, err = send_recorded(run, part, action)
    if reply then
      return reply
    end
    attempts = attempts + 1
    going, err = await_another(run, part, action, err, attempts)
  end
  return nil, err
end

return once
