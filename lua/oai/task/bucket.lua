-- What a server lets through, as far as its replies tell: a level that calls
-- take from and that time fills again. Pure: it is told what time it is.
--
-- Servers fill it in one of two ways, and their headers do not say which:
-- drop by drop, or all at once when a window of time ends. Two replies tell:
-- the seconds until it is full either follow from what is missing, or end at
-- the same moment whatever was taken.

local bucket = {}

local max, min = math.max, math.min

local MINUTE = 60 -- seconds: what limits are stated for
local PROBE = 1 -- seconds until one call may see whether there is nothing left, where no reply says until when
local RESERVE = 0.002 -- of the limit is left there: what servers say is rounded, and late

---@class oai.Bucket
---@field limit number
---@field level number    at the time `at`; less than 0 when calls under way may have taken more
---@field at number
---@field heard number    when a reply last set it
---@field rate number     what comes back in a second
---@field ends? number    when all comes back at once
---@field said number     what a reply last said was left
---@field reset? number   and in how many seconds it will be full
---@field sample? table   an earlier reply
---@field windowed? boolean  it is filled all at once; nil: nothing is learned yet
---@field early? number   when a call last went out of which there was nothing left by what is known
---@field enforced? boolean  a call was refused; false: one went through where nothing was left
local Bucket = {}
Bucket.__index = Bucket

--- A bucket as a reply describes it.
---@param limit number
---@param now number
---@return oai.Bucket
function bucket.new(limit, now)
  return setmetatable({
    limit = limit, level = limit, said = limit, at = now, heard = now, rate = limit / MINUTE,
  }, Bucket)
end

local function level_at(self, now)
  if not self.ends then
    return min(self.limit, self.level + (now - self.at) * self.rate)
  elseif now >= self.ends then
    return self.limit
  end
  return self.level
end

local function is_near(a, b, share)
  return math.abs(a - b) <= share * max(math.abs(a), math.abs(b))
end

--- How it fills, from two replies between which enough was taken or given.
local function compare(self, old, new)
  local old_rate, new_rate = old.missing / old.reset, new.missing / new.reset
  if is_near(old_rate, new_rate, 0.15) then
    self.rate, self.windowed = new_rate, false
  elseif math.abs((new.at + new.reset) - (old.at + old.reset)) <= 0.1 * max(old.reset, new.reset) + 0.05 then
    self.windowed = true
  end
end

--- What has to change from one reply to another to be worth a comparison:
--- what is left is rounded, but the few of a small limit are counted.
local function least_change(limit)
  return limit < 5 and 1 or max(2, 0.02 * limit)
end

local function learn(self, missing, reset, now)
  if not reset or missing <= 0 then
    return
  end
  local new = { missing = missing, reset = reset, at = now }
  local old = self.sample
  if not old or now > old.at + old.reset then
    self.sample = new
  elseif math.abs(missing - old.missing) >= least_change(self.limit) then
    compare(self, old, new)
    self.sample = new
  end
  if self.windowed == nil then -- a limit may be one of less than a minute
    self.rate = max(self.limit / MINUTE, missing / reset)
  end
end

--- Whether what a reply says of an empty bucket is so: calls are refused, or
--- one that went out nevertheless was not.
local function judge(self, reset, sent, is_refused)
  if is_refused then
    self.enforced, self.early = true, nil
  elseif self.enforced == nil and self.early and sent >= self.early and not reset then
    self.enforced = false
  end
end

--- Takes over what a reply says; `under_way` is what calls may have taken
--- that it does not count. Replies overtake one another: one that is older
--- than what was heard last, since its call was sent before, may say less
--- but not more.
---@param part oai.RateLimitPart  that says what remains
---@param under_way number
---@param sent number  when its call was sent
---@param now number
---@param is_refused? boolean
function Bucket:follow(part, under_way, sent, now, is_refused)
  self.limit = part.limit or self.limit
  local left, reset = max(0, part.remaining --[[@as number]]), part.reset ~= 0 and part.reset or nil
  if sent >= self.heard or left - under_way <= level_at(self, now) then
    self.level, self.at, self.heard, self.said, self.reset = left - under_way, now, now, left, reset
  end
  judge(self, reset, sent, is_refused)
  learn(self, self.limit - left, reset, now)
  self.ends = self.windowed and reset and now + reset or nil
end

--- Takes an amount out.
---@param amount number
---@param now number
function Bucket:take(amount, now)
  local level = level_at(self, now)
  if level < min(amount, self.limit) then
    self.early = now
  end
  self.level, self.at = level - amount, now
  if self.ends and now >= self.ends then
    self.ends = nil
  end
end

--- What is missing, of so much being left, for an amount to be taken.
local function missing_of(self, amount, left)
  return min(amount + RESERVE * self.limit, self.limit) - left
end

--- Seconds until an amount can be taken, calls under way considered; 0: now.
---@param amount number
---@param now number
---@return number
function Bucket:delay(amount, now)
  local missing = missing_of(self, amount, level_at(self, now))
  if missing <= 0 or self.enforced == false then
    return 0
  elseif self.ends then
    return self.ends - now
  end
  return missing / self.rate
end

--- How often an amount can be taken now, at the most.
---@param amount number  more than 0
---@param now number
---@return number
function Bucket:times(amount, now)
  if self.enforced == false then
    return math.huge
  end
  return max(0, math.floor((level_at(self, now) - RESERVE * self.limit) / amount))
end

--- Seconds from the last reply until what it says was missing is back; the
--- less where it may mean either.
local function return_time(self, missing)
  if not self.reset then
    return min(missing / self.rate, self.enforced and MINUTE or PROBE)
  elseif self.windowed then
    return self.reset
  end
  return self.reset * missing / (self.limit - self.said)
end

--- Seconds until there is so much by what the last reply says alone: no call
--- has to wait longer for the server, or for what is learned, when none is
--- under way. What is enough may be taken to the last.
---@param amount number
---@param now number
---@return number
function Bucket:stated(amount, now)
  if self.said >= min(amount, self.limit) or self.enforced == false then
    return 0
  end
  return max(0, self.heard + return_time(self, missing_of(self, amount, self.said)) - now)
end

return bucket
