-- What a server lets through, as far as its replies tell: a level that calls
-- take from and that time fills again. Pure: it is told what time it is.
--
-- Servers fill it in one of two ways, and their headers do not say which:
-- drop by drop, or all at once when a window of time ends. Two replies tell:
-- the seconds until it is full either follow from what is missing, or end at
-- the same moment whatever was taken.

local bucket = {}

local MINUTE = 60 -- seconds: what limits are stated for
local RESERVE = 0.002 -- of the limit is left there: what servers say is rounded, and late

---@class oai.Bucket
---@field limit number
---@field level number    at the time `at`; less than 0 when calls under way may have taken more
---@field at number
---@field heard number    when a reply last set it
---@field rate number     what comes back in a second
---@field ends? number    when all comes back at once
---@field sample? table   an earlier reply
---@field windowed? boolean  it is filled all at once
local Bucket = {}
Bucket.__index = Bucket

--- A bucket as a reply describes it.
---@param limit number
---@param now number
---@return oai.Bucket
function bucket.new(limit, now)
  return setmetatable({ limit = limit, level = limit, at = now, heard = now, rate = limit / MINUTE }, Bucket)
end

local function level_at(self, now)
  if not self.ends then
    return math.min(self.limit, self.level + (now - self.at) * self.rate)
  elseif now >= self.ends then
    return self.limit
  end
  return self.level
end

local function is_near(a, b, share)
  return math.abs(a - b) <= share * math.max(math.abs(a), math.abs(b))
end

--- How it fills, from two replies between which enough was taken or given.
local function compare(self, old, new)
  local old_rate, new_rate = old.missing / old.reset, new.missing / new.reset
  if is_near(old_rate, new_rate, 0.15) then
    self.rate, self.windowed = new_rate, false
  elseif math.abs((new.at + new.reset) - (old.at + old.reset)) <= 0.1 * math.max(old.reset, new.reset) + 0.05 then
    self.windowed = true
  end
end

local function learn(self, missing, reset, now)
  if not reset or reset <= 0 or missing <= 0 then
    return
  end
  local new = { missing = missing, reset = reset, at = now }
  local old = self.sample
  if not old or now > old.at + old.reset then
    self.sample = new
  elseif math.abs(missing - old.missing) >= math.max(2, 0.02 * self.limit) then
    compare(self, old, new)
    self.sample = new
  end
end

--- Takes over what a reply says; `under_way` is what calls may have taken
--- that it does not count. Replies overtake one another: one that is older
--- than what was heard last, since its call was sent before, may say less
--- but not more.
---@param part oai.RateLimitPart
---@param under_way number
---@param sent number  when its call was sent
---@param now number
function Bucket:follow(part, under_way, sent, now)
  self.limit = part.limit or self.limit
  local level = part.remaining - under_way
  if sent >= self.heard or level <= level_at(self, now) then
    self.level, self.at, self.heard = level, now, now
  end
  learn(self, self.limit - part.remaining, part.reset, now)
  self.ends = self.windowed and part.reset and now + part.reset or nil
end

--- Takes an amount out.
---@param amount number
---@param now number
function Bucket:take(amount, now)
  self.level, self.at = level_at(self, now) - amount, now
  if self.ends and now >= self.ends then
    self.ends = nil
  end
end

--- Seconds until an amount can be taken; 0: now.
---@param amount number
---@param now number
---@return number
function Bucket:delay(amount, now)
  local missing = math.min(amount + RESERVE * self.limit, self.limit) - level_at(self, now)
  if missing <= 0 then
    return 0
  elseif self.ends then
    return self.ends - now
  end
  return missing / self.rate
end

return bucket
