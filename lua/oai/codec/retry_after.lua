-- How long a server asks to wait, by the header fields of its reply. Pure.

local decimal = require "oai.codec.decimal"
local http_date = require "oai.codec.http_date"

local retry_after = {}

--- The seconds a field says, or nil when these are none to wait.
local function seconds_of(text, unit)
  local number = decimal.parse(text)
  return number and number > 0 and number * unit or nil
end

--- The seconds a server asks to wait: `retry-after-ms`, then `retry-after` as
--- seconds or as a date. Nil when it says nothing that can be followed.
---@param headers oai.Headers
---@param now number  Unix seconds, for a date where the reply has none of its own
---@return number?
function retry_after.seconds(headers, now)
  local after = headers["retry-after"]
  local delay = seconds_of(headers["retry-after-ms"], 0.001) or seconds_of(after, 1)
  if delay or not after then
    return delay
  end
  local date = http_date.parse(after)
  now = http_date.parse(headers.date or "") or now -- by the clock that the date is of
  return date and date > now and date - now or nil
end

--- Whether a server asks to wait longer than a number can say: it is not to be
--- asked again, but no time is known until which others would have to wait.
---@param headers oai.Headers
---@return boolean
function retry_after.is_endless(headers)
  local _, first = decimal.parse(headers["retry-after-ms"])
  local _, second = decimal.parse(headers["retry-after"])
  return first or second or false
end

return retry_after
