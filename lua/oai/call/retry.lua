-- Whether a failed attempt is worth another, and after how long; and whether
-- what failed may pass. Pure: it is told what happened and what time it is.

local retry_after = require "oai.codec.retry_after"

local retry = {}

local FIRST_DELAY, LONGEST_DELAY, JITTER = 0.5, 8, 0.25 -- seconds, seconds, share

local RETRIED = { [408] = true, [409] = true, [429] = true }

--- Whether a status says that another attempt may go better.
---@param status integer
---@return boolean
function retry.is_retried(status)
  return RETRIED[status] == true or status >= 500
end

local function always()
  return true
end

-- Kinds of errors that may pass: what was asked for cannot be had just now. Of a
-- kind that covers errors of both sorts, the function says which is which.
local PASSING = {
  timeout = always,
  server = always,
  rate_limit = always,
  connection = function(err) -- no redirect, which would lead nowhere again
    return err.status == nil
  end,
  limit = function(err) -- of the machine: a reply would be too large again, or lead in a circle
    return err.headers == nil and err.reason ~= "too_large"
  end,
}

--- Whether an error may pass, for who asks again minutes or hours later: the
--- attempts of one call may be over.
---@param err oai.Error
---@return boolean
function retry.may_pass(err)
  local passes = PASSING[err.kind]
  return passes ~= nil and passes(err)
end

--- The delay before retry number `retries` + 1: one that doubles, less a share
--- by chance.
---@param retries integer  taken already
---@param random number    from 0 to 1
---@param first? number    seconds, in place of ours
---@param longest? number  seconds, in place of ours
---@return number seconds
function retry.backoff(retries, random, first, longest)
  local delay = math.min((first or FIRST_DELAY) * 2 ^ retries, longest or LONGEST_DELAY)
  return delay * (1 - JITTER * random)
end

--- Whether another attempt may go better.
---@param err table  an error
---@return boolean
function retry.is_worth_it(err)
  if not err.status then
    return err.retryable == true
  end
  if err.kind == "quota" then
    return false -- no waiting brings money
  end
  local said = err.headers["x-should-retry"]
  if said == "true" or said == "false" then
    return said == "true"
  end
  return retry.is_retried(err.status)
end

--- Seconds to wait before another attempt, or nil when `err` is final.
---@param err oai.Error
---@param retries integer  taken already
---@param settings { max_retries: integer, max_retry_delay: number }
---@param now number       Unix seconds
---@param random number    from 0 to 1
---@return number?
function retry.delay(err, retries, settings, now, random)
  if retries >= settings.max_retries or not retry.is_worth_it(err) then
    return nil
  end
  local asked = err.headers and retry_after.seconds(err.headers, now)
  if err.headers and retry_after.is_endless(err.headers) then
    return nil
  elseif asked then -- to come back sooner than asked would only be refused again
    return asked <= settings.max_retry_delay and asked or nil
  end
  return retry.backoff(retries, random)
end

return retry
