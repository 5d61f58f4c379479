-- The `x-ratelimit-*` header fields to a snapshot of what may still be sent.

local decimal = require "oai.codec.decimal"

local rate_limit = {}

local LONGEST = 100 -- bytes of a duration
local UNITS = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400 }

--- Seconds of a duration such as "17ms", "6m0s" or "1d2h"; nil when it is
--- none.
---@param text string
---@return number?
function rate_limit.duration(text)
  local seconds, rest = 0, text ---@type number, string
  if rest == "" or #rest > LONGEST then
    return nil
  end
  while rest ~= "" do
    local amount, unit, after = rest:match("^(%d+%.?%d*)(%a+)(.*)$") ---@cast after string
    if not amount or not UNITS[unit] then
      return nil
    end
    seconds = seconds + (decimal.parse(amount) or math.huge) * UNITS[unit]
    rest = after
  end
  return seconds < math.huge and seconds or nil
end

---@class oai.RateLimitPart
---@field limit? number  how many are let through in a span
---@field remaining? number  how many are left of these
---@field reset? number  seconds until it is full again

---@class oai.RateLimit
---@field requests? oai.RateLimitPart  those of requests
---@field tokens? oai.RateLimitPart    those of tokens

--- What a server says of requests or of tokens. The names are in lower case, as
--- the fields are.
local function part(headers, what)
  local limit = rawget(headers, "x-ratelimit-limit-" .. what)
  local remaining = rawget(headers, "x-ratelimit-remaining-" .. what)
  local reset = rawget(headers, "x-ratelimit-reset-" .. what)
  if not (limit or remaining or reset) then
    return nil
  end
  local found = {
    limit = decimal.parse(limit), remaining = decimal.parse(remaining), reset = rate_limit.duration(reset or ""),
  }
  return next(found) and found or nil
end

--- The snapshot, or nil when the server sent none.
---@param headers oai.Headers
---@return oai.RateLimit?
function rate_limit.parse(headers)
  local snapshot = { requests = part(headers, "requests"), tokens = part(headers, "tokens") }
  return next(snapshot) and snapshot or nil
end

require "oai.interpret" ()

return rate_limit
