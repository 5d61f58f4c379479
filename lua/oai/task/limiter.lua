-- How many calls of tasks go out, and when: as many as the server lets
-- through, by what its replies say (x-ratelimit-*, retry-after). One for each
-- model of a client and its copies. Calls outside of tasks pass. A call waits
-- for others as long as they take, but for the server no longer than its
-- `max_retry_delay`: where more is asked, it fails at once.

local bucket = require "oai.task.bucket"
local counted = require "oai.counted"
local error_value = require "oai.error"
local log = require "oai.log"
local retry_after = require "oai.codec.retry_after"
local schedulers = require "oai.task.scheduler"
local slots = require "oai.task.slots"
local wait = require "oai.task.wait"

local limiter = {}

local max, min = math.max, math.min

local FIRST = 4 -- calls under way before the first reply
local TOKENS_A_BYTE = 0.25 -- of a request's body, until replies tell
local KEPT = 0.95 -- of what was learned from earlier replies, at each
local MINUTE = 60 -- seconds after which what went out is known to the server
local BESIDE = 16 -- calls in line that look when one has gone out, at the most
local LOOK = 0.5 -- seconds after which the first in line looks again, whether told to or not

---@class oai.Limiter
---@field scheduler oai.Scheduler
---@field slots oai.Slots     of the calls that wait, and of those under way
---@field most number         calls that may be under way
---@field passed integer      replies so far that were no refusals
---@field held_until number   on the engine's clock: nothing is sent before
---@field last number         when a call last went out
---@field requests? oai.Bucket
---@field tokens? oai.Bucket
---@field ratio number        tokens a byte
---@field spent number        tokens, of late, and the bytes they were spent on
---@field sent number
local Limiter = {}
Limiter.__index = Limiter

local function new(scheduler)
  return setmetatable({
    scheduler = scheduler, slots = slots.new(scheduler), passed = 0, most = FIRST, held_until = 0, last = 0,
    ratio = TOKENS_A_BYTE, spent = 0, sent = 0,
  }, Limiter)
end

--- The limiter for a call in a task, or nil when it passes: so does one whose
--- client was closed meanwhile, since it is not sent.
---@param shared table
---@param engine oai.Engine
---@param request oai.Request
---@return oai.Limiter?
function limiter.of(shared, engine, request)
  if request.settings.options.limit_rate == false or shared.closed then
    return nil
  end
  local all = shared.limiters or {}
  shared.limiters = all
  local key = request.model or ""
  all[key] = all[key] or new(schedulers.of(shared, engine))
  return all[key]
end

--- Seconds until the server lets a call through, by what it has said.
local function stated(self, bytes, now)
  local seconds = max(0, self.held_until - now)
  if self.requests then
    seconds = max(seconds, self.requests:stated(1, now))
  end
  if self.tokens then
    seconds = max(seconds, self.tokens:stated(bytes * self.ratio, now))
  end
  return seconds
end

--- Seconds until the server lets a call through, by what calls under way may
--- have taken of it.
local function reckoned(self, bytes, now)
  local seconds = 0
  if self.requests then
    seconds = self.requests:delay(1, now)
  end
  if self.tokens then
    seconds = max(seconds, self.tokens:delay(bytes * self.ratio, now))
  end
  return min(seconds, self.last + MINUTE - now)
end

--- Seconds until a call may go out; 0: now; huge: when something ends.
local function delay(self, bytes, now)
  local all = self.slots
  if all.count >= self.most then
    all:sweep()
  end
  if all.count >= self.most then
    return math.huge
  elseif all.count == 0 then
    return stated(self, bytes, now)
  end
  return max(stated(self, bytes, now), reckoned(self, bytes, now))
end

--- What the server has said that holds a call for so many seconds.
local function cause(self, bytes, now, seconds)
  for _, name in ipairs { "requests", "tokens" } do
    local level = self[name]
    if level and level:stated(name == "tokens" and bytes * self.ratio or 1, now) >= seconds then
      return ("%g of %g %s are left"):format(level.said, level.limit, name)
    end
  end
  return "retry-after"
end

--- The error of a call that would have to wait for the server longer than it
--- may; nil for others. What follows from limits may change with any reply, so
--- there its deadline may come first.
local function refusal(self, bytes, bound, deadline, now)
  local seconds = stated(self, bytes, now)
  if max(self.held_until - now, min(seconds, deadline - now)) <= bound then
    return nil
  end
  return error_value.new {
    kind = "rate_limit", retryable = false, retry_after = seconds,
    message = ("not sent: the server asks to wait %g s (%s), longer than max_retry_delay, %g s"):format(
      seconds, cause(self, bytes, now, seconds), bound),
  }
end

--- What a call waits for, for people.
local function described(self, bytes, now)
  local seconds = stated(self, bytes, now)
  if self.slots:next() then
    return counted(self.slots:waiting(), "call is", "calls are") .. " before it"
  elseif seconds > 0 then
    return ("the server asks to wait %g s (%s)"):format(seconds, cause(self, bytes, now, seconds))
  end
  return counted(self.slots.count, "call is", "calls are") .. " under way"
end

--- Waits in line until a call may go out. False when the deadline is over or,
--- with the reason, when the call may not.
local function wait_in_line(self, slot, deadline)
  local all, engine = self.slots, self.scheduler.engine
  all:line_up(slot)
  repeat
    local now = engine:clock()
    local err = refusal(self, slot.bytes, slot.bound, deadline, now)
    if err then
      return false, err
    end
    local seconds = all:next() == slot and delay(self, slot.bytes, now) or math.huge
    if seconds == 0 then
      return true
    end
    seconds = min(seconds, LOOK * (1 + all:ahead(slot)))
    local _, reason = wait.for_key(self.scheduler, slot, min(deadline, now + seconds))
    if reason or not slot.at then -- it is no more in line when its task is at its end
      return false, reason or "cancelled"
    end
  until engine:clock() >= deadline
  return false
end

local function take(self, slot, now)
  self.slots:go(slot)
  self.last = now
  if self.requests then
    self.requests:take(1, now)
  end
  if self.tokens then
    self.tokens:take(slot.bytes * self.ratio, now)
  end
end

local function may_go(self, bytes, now)
  return not self.slots:next() and delay(self, bytes, now) == 0
end

--- How many of those in line may go now, if all are as the first is; one at
--- the least, which looks for itself.
local function room(self, now)
  local slot, count = self.slots:next(), self.most - self.slots.count
  if self.requests then
    count = min(count, self.requests:times(1, now))
  end
  if slot and self.tokens then
    count = min(count, self.tokens:times(max(1, slot.bytes) * self.ratio, now))
  end
  return max(1, count)
end

--- Says that a call waits, if it may.
local function announce(self, request, bytes, deadline, now)
  local settings = request.settings
  if settings.logger and not refusal(self, bytes, settings.options.max_retry_delay, deadline, now) then
    log.write(settings.logger, "info", "%s: waiting for the rate limit: %s", request.plan.name,
      described(self, bytes, now))
  end
end

--- Waits until a call of a task may go out. Nil when its deadline is over or,
--- with the reason, when it may not: "cancelled", or an error.
---@param task table
---@param request oai.Request
---@param deadline number
---@return oai.Slot?
---@return "cancelled"|oai.Error|nil reason
function Limiter:enter(task, request, deadline)
  if task.slot then
    task.slot:leave() -- of an earlier call, which raised
  end
  local bytes, engine = request.body and #request.body or 0, self.scheduler.engine
  local at_once = may_go(self, bytes, engine:clock())
  if not at_once then
    announce(self, request, bytes, deadline, engine:clock())
  end
  local slot = self.slots:new(task, bytes, request.settings.options.max_retry_delay)
  if not at_once then
    local may, reason = wait_in_line(self, slot, deadline)
    if not may then
      slot:leave()
      return nil, reason
    end
  end
  local now = engine:clock()
  take(self, slot, now)
  if self.slots:next() then
    self.slots:nudge_some(min(BESIDE, room(self, now)))
  end
  return slot
end

--- Takes over a part of what a reply says. A limit of nothing is none.
local function follow_part(self, name, part, under_way, sent, now, is_refused)
  local known = self[name]
  local limit = part and part.remaining and (part.limit or known and known.limit)
  if not limit then
    return false
  elseif limit <= 0 then
    self[name] = nil
    return false
  end
  self[name] = known or bucket.new(limit, sent)
  self[name]:follow(part, under_way, sent, now, is_refused)
  return true
end

--- Learns what a byte of a body costs, from what became of the tokens
--- between one reply and the next. Replies overtake one another, but what
--- they say adds up.
local function learn_ratio(self, part, bytes, now)
  local before, level = self.before, part.remaining
  self.before = { remaining = level, at = now }
  if not before or not self.tokens or math.abs(level - before.remaining) > self.tokens.limit / 2 then
    return -- the first, or a new window
  end
  local spent = before.remaining - level + (now - before.at) * (self.tokens.ends and 0 or self.tokens.rate)
  self.spent, self.sent = KEPT * self.spent + spent, KEPT * self.sent + bytes
  if self.sent > 0 and self.spent > 0 then
    self.ratio = self.spent / self.sent
  end
end

--- Takes over what a reply's header says. False when it says nothing.
local function follow(self, limits, bytes, sent, now, is_refused)
  if not limits then
    return false
  end
  if limits.tokens and limits.tokens.remaining then
    learn_ratio(self, limits.tokens, is_refused and 0 or bytes, now)
  end
  local of_requests = follow_part(self, "requests", limits.requests, self.slots.count, sent, now, is_refused)
  local of_tokens = follow_part(self, "tokens", limits.tokens, self.slots.bytes * self.ratio, sent, now, is_refused)
  return of_requests or of_tokens
end

--- A server that says no more than "too many" gets fewer at a time, and
--- slowly more again.
local function adapt(self, is_refused, says_more)
  if is_refused and not says_more then
    self.most = max(1, math.floor((self.slots.count + 1) / 2))
  elseif not is_refused and self.replied then
    self.most = self.most + 1 / self.most
  elseif not is_refused then
    self.most = math.huge
  end
  self.replied = self.replied or not is_refused
end

--- Takes over what a reply says to a call that went out at `sent`.
local function learn(self, bytes, reply, sent)
  local now, is_refused = self.scheduler.engine:clock(), reply.status == 429
  self.passed = is_refused and self.passed or self.passed + 1
  adapt(self, is_refused, follow(self, reply.rate_limit, bytes, sent, now, is_refused))
  local asked = is_refused and retry_after.seconds(reply.headers, os.time())
  if asked and asked < math.huge then -- one without an end would never be taken back
    self.held_until = max(self.held_until, now + asked)
  end
  if self.slots:next() then
    self.slots:nudge_some(room(self, now))
    self.slots:rouse(stated(self, 0, now))
  end
end

--- Notes how a call ended: by the facts of its reply or by an error, which
--- has no header when nothing came back.
---@param slot oai.Slot
---@param reply { status?: integer, headers?: oai.Headers, rate_limit?: oai.RateLimit }
---@param sent number  when it went out
function Limiter:leave(slot, reply, sent)
  slot:leave()
  if reply.headers then
    learn(self, slot.bytes, reply, sent)
  end
end

require "oai.interpret" ()

return limiter
