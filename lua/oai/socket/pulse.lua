-- Whether the other side of a connection lives: after a while without a message
-- it is asked for a sign, and is dead if none comes. Time counts while somebody
-- reads: what has come meanwhile lies unread.

local engines = require "oai.engine"

local pulse = {}

local NEVER = math.huge

---@class oai.Pulse
---@field interval number|false
---@field timeout number
---@field heard boolean     since it was looked at last
---@field ask_at number     on the engine's clock
---@field answer_by number  to what was asked; never: nothing was
---@field seen number       when somebody last read
local Pulse = {}
Pulse.__index = Pulse

---@param interval number|false
---@param timeout number
---@return oai.Pulse
function pulse.new(interval, timeout)
  return setmetatable({ interval = interval, timeout = timeout, heard = true, ask_at = NEVER, answer_by = NEVER,
    seen = engines.clock() }, Pulse) --[[@as oai.Pulse]]
end

--- Looks before somebody waits for a message: until when, at most `limit`; nil
--- where the other side is dead.
---@param exchange userdata
---@param now number
---@param limit number
---@return number?
function Pulse:beat(exchange, now, limit)
  if not self.interval then
    return limit
  elseif self.heard then
    self.heard, self.ask_at, self.answer_by = false, now + self.interval, NEVER
  else
    self.answer_by = self.answer_by + (now - self.seen)
  end
  self.seen = now
  if now >= self.answer_by then
    return nil
  elseif now >= self.ask_at then
    exchange:send("ping", "")
    self.ask_at, self.answer_by = NEVER, now + self.timeout
  end
  return math.min(limit, self.ask_at, self.answer_by)
end

--- Somebody has waited.
function Pulse:looked()
  self.seen = engines.clock()
end

return pulse
