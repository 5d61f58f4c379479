-- How many calls of tasks go out, and when: as many as the server lets
-- through, by what its replies say (x-ratelimit-*, retry-after). One for each
-- model of a client and its copies. Calls outside of tasks pass.

local bucket = require "oai.task.bucket"
local retry = require "oai.call.retry"
local scheduler = require "oai.task.scheduler"

local limiter = {}

local FIRST = 4 -- calls under way before the first reply
local TOKENS_A_BYTE = 0.25 -- of a request's body, until replies tell
local KEPT = 0.95 -- of what was learned from earlier replies, at each

---@class oai.Limiter
---@field place oai.Scheduler
---@field queue table[]       who waits, in order
---@field under_way integer
---@field bytes integer       of their bodies
---@field most number         calls that may be under way
---@field passed integer      replies so far that were no refusals
---@field held_until number   on the engine's clock: nothing is sent before
---@field requests? oai.Bucket
---@field tokens? oai.Bucket
---@field ratio number        tokens a byte
---@field spent number        tokens, of late, and the bytes they were spent on
---@field sent number
local Limiter = {}
Limiter.__index = Limiter

local function new(place)
  return setmetatable({
    place = place, queue = {}, under_way = 0, bytes = 0, passed = 0, most = FIRST, held_until = 0,
    ratio = TOKENS_A_BYTE, spent = 0, sent = 0,
  }, Limiter)
end

--- The limiter for a call in a task, or nil when it passes.
---@param shared table
---@param engine userdata
---@param request oai.Request
---@return oai.Limiter?
function limiter.of(shared, engine, request)
  if request.settings.limit_rate == false then
    return nil
  end
  local all = shared.limiters or {}
  shared.limiters = all
  local key = request.model or ""
  all[key] = all[key] or new(scheduler.of(shared, engine))
  return all[key]
end

--- Seconds until a call may go out; 0: now; huge: when something ends.
local function delay(self, bytes, now)
  if self.under_way >= self.most then
    return math.huge
  end
  local seconds = math.max(0, self.held_until - now)
  if self.requests then
    seconds = math.max(seconds, self.requests:delay(1, now))
  end
  if self.tokens then
    seconds = math.max(seconds, self.tokens:delay(bytes * self.ratio, now))
  end
  return seconds
end

local function take(self, bytes, now)
  self.under_way = self.under_way + 1
  self.bytes = self.bytes + bytes
  if self.requests then
    self.requests:take(1, now)
  end
  if self.tokens then
    self.tokens:take(bytes * self.ratio, now)
  end
end

--- Has the first in the queue look again.
local function nudge(self)
  if self.queue[1] then
    self.place:notify(self.queue[1])
  end
end

--- Waits in the queue until a call may go out.
local function queue_up(self, bytes, deadline)
  local turn = {}
  self.queue[#self.queue + 1] = turn
  local in_time, reason = true, nil
  repeat
    local now = self.place.engine:clock()
    local seconds = self.queue[1] == turn and delay(self, bytes, now) or math.huge
    if seconds > 0 then
      in_time, reason = scheduler.wait_for(self.place, turn, math.min(deadline, now + seconds))
      in_time = in_time or self.place.engine:clock() < deadline
    end
  until seconds == 0 or not in_time or reason
  for i, other in ipairs(self.queue) do
    if other == turn then
      table.remove(self.queue, i)
      break
    end
  end
  return in_time and not reason, reason
end

--- Waits until a call may go out. False when the deadline is over or, with
--- the reason "cancelled", when the task was cancelled.
---@param bytes integer    of its body
---@param deadline number
---@return boolean
---@return string? reason
function Limiter:enter(bytes, deadline)
  if self.queue[1] or delay(self, bytes, self.place.engine:clock()) > 0 then
    local may, reason = queue_up(self, bytes, deadline)
    if not may then
      nudge(self)
      return false, reason
    end
  end
  take(self, bytes, self.place.engine:clock())
  nudge(self)
  return true
end

local function follow_part(self, name, part, under_way, sent, now)
  if part and part.remaining and (part.limit or self[name]) then
    self[name] = self[name] or bucket.new(part.limit, sent)
    self[name]:follow(part, under_way, sent, now)
  end
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

--- Takes over what a reply's header says.
local function follow(self, limits, bytes, sent, now)
  if not limits then
    return
  end
  follow_part(self, "requests", limits.requests, self.under_way, sent, now)
  if limits.tokens and limits.tokens.remaining then
    learn_ratio(self, limits.tokens, bytes, now)
    follow_part(self, "tokens", limits.tokens, self.bytes * self.ratio, sent, now)
  end
end

--- A server that says no more than "too many" gets fewer at a time, and
--- slowly more again.
local function adapt(self, is_refused, limits)
  if is_refused and not limits then
    self.most = math.max(1, math.floor((self.under_way + 1) / 2))
  elseif not is_refused and self.replied then
    self.most = self.most + 1 / self.most
  elseif not is_refused then
    self.most = math.huge
  end
  self.replied = self.replied or not is_refused
end

--- Notes how a call ended: by the facts of its reply or by an error, which
--- has no header when nothing came back.
---@param bytes integer
---@param reply { status?: integer, headers?: oai.Headers, rate_limit?: oai.RateLimit }
---@param sent number  when it went out
function Limiter:leave(bytes, reply, sent)
  local now = self.place.engine:clock()
  self.under_way, self.bytes = self.under_way - 1, self.bytes - bytes
  if reply.headers then
    local is_refused = reply.status == 429
    self.passed = is_refused and self.passed or self.passed + 1
    follow(self, reply.rate_limit, is_refused and 0 or bytes, sent, now)
    adapt(self, is_refused, reply.rate_limit)
    local asked = is_refused and retry.server_delay(reply.headers, os.time())
    self.held_until = asked and math.max(self.held_until, now + asked) or self.held_until
  end
  nudge(self)
end

return limiter
