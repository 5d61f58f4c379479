-- How long a credential holds that is for a time, and when the next one is
-- asked for. Pure: times are those of the engines' clock.

local retry = require "oai.call.retry"

local token = {}

local BEFORE = 1200     -- seconds before its end that a credential is renewed
local SHARE = 0.5       -- of its time is the least that it is kept
local PAUSE = 5         -- seconds until it is asked for again, where that failed

---@class oai.ProviderToken
---@field secret userdata
---@field ends_at number   it holds no longer
---@field renew_at number  the next one is asked for

--- A credential that holds for so many seconds. They are counted from when it
--- was asked for: the way may have been long.
---@param secret userdata
---@param seconds number
---@param began number
---@param before? number  seconds before its end
---@return oai.ProviderToken
function token.new(secret, seconds, began, before)
  local ends_at = began + seconds
  return { secret = secret, ends_at = ends_at, renew_at = ends_at - math.min(before or BEFORE, seconds * SHARE) }
end

--- Whether a failure may pass: no answer, or none that is final.
local function may_pass(err)
  local status = err.status or type(err.cause) == "table" and err.cause.status
  return err.kind ~= "cancelled" and (not status or retry.is_retried(status))
end

--- Whether a credential that should be renewed is used still, since that has
--- failed in a way that may pass. It is not asked for again at once then.
---@param held oai.ProviderToken
---@param err oai.Error
---@param now number
---@return boolean
function token.outlasts(held, err, now)
  if now >= held.ends_at or not may_pass(err) then
    return false
  end
  held.renew_at = math.min(held.ends_at, now + PAUSE)
  return true
end

require "oai.interpret" ()

return token
