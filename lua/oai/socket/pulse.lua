-- Whether the other side of a connection lives: after a while without a message
-- it is asked for a sign, and is dead if none comes. Time counts while somebody
-- reads: what has come meanwhile lies unread.

local engines = require "oai.engine"

local pulse = {}

local NEVER = math.huge

---@class oai.Pulse
---@field interval number  never: nothing is asked
---@field timeout number
---@field heard boolean     since it was looked at last
---@field soonest number    until when to wait, on the engine's clock
---@field answer_by number  to what was asked; never: nothing was
---@field seen number       when somebody last read since
local Pulse = {}
Pulse.__index = Pulse

--- A connection that has just been heard of.
---@param interval number|false
---@param timeout number
---@return oai.Pulse
function pulse.new(interval, timeout)
  return setmetatable({ interval = interval or NEVER, timeout = timeout, heard = true, soonest = NEVER,
    answer_by = NEVER, seen = 0 }, Pulse) --[[@as oai.Pulse]]
end

--- Asks for a sign where it is time; until when to wait, or nil where none has
--- come.
local function ask(self, exchange, now)
  if self.answer_by < NEVER then
    self.answer_by = self.answer_by + (now - self.seen)
    self.seen = now
    if now >= self.answer_by then
      return nil
    end
  else
    exchange:send("ping", "")
    self.seen, self.answer_by = now, now + self.timeout
  end
  self.soonest = self.answer_by
  return self.soonest
end

--- Looks before somebody waits for a message: until when, at most `limit`; nil
--- where the other side is dead.
---@param exchange oai.Exchange
---@param now number
---@param limit number
---@return number?
function Pulse:beat(exchange, now, limit)
  local soonest = self.soonest ---@type number?
  if self.heard then
    soonest = now + self.interval
    self.heard, self.answer_by, self.soonest = false, NEVER, soonest
  elseif now >= soonest or self.answer_by < NEVER then
    soonest = ask(self, exchange, now)
    if not soonest then
      return nil
    end
  end
  return limit < soonest and limit or soonest
end

--- Somebody has waited, or looked, until now.
---@param now? number
function Pulse:looked(now)
  if self.answer_by < NEVER then
    self.seen = now or engines.clock()
  end
end

return pulse
