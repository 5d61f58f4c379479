-- The next event of a connection: waits for it, asks for signs of life
-- meanwhile, and sees to what becomes of a connection that is over.

local closing = require "oai.socket.closing"
local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local json = require "oai.codec.json"
local mask = require "oai.call.mask"
local opening = require "oai.socket.opening"
local recovery = require "oai.socket.recovery"
local running = require "oai.task.running"
local waiting = require "oai.socket.waiting"

local clock, decode = engines.clock, json.decode

local reading = {}

local NEVER = math.huge
local BUSY_LOOK = 0.5 -- seconds after which it is asked again whether something is under way
local NO_CODE = 1005
local FLUSH_AGAIN = 0.05 -- seconds after which the core is asked again to take what waits

--- Takes from an event when the server ends the session.
local function note_expiry(self, event, before)
  local session = type(event) == "table" and event.session
  local expires = type(session) == "table" and session.expires_at
  if type(expires) == "number" then
    self._renew_at = clock() + opening.renew_after(expires - os.time(), before)
  end
end

--- The error of a text that is no event.
local function refuse_text(self, text, value, reason)
  local message = reason and ("an event is not JSON (%s)"):format(reason)
    or ("an event is no object, but %s"):format(value == nil and "null" or "a " .. type(value))
  return nil, ending.error(self, { kind = "decode", body = mask.text(self._request, text), message = message })
end

--- Tells of an event all whom it concerns.
local function give(self, event)
  if self._taken > 0 and (type(event) ~= "table" or event.type ~= "error") then
    self._taken = 0
  end
  local heard, before = self._what.heard, self._own.reconnect_before
  if before then
    note_expiry(self, event, before)
  end
  if heard then
    heard(self, event)
  end
  return event
end

--- The event of a text; nil and an error where it is none, and the connection
--- goes on.
local function take_text(self, text)
  local own = self._what.decode
  if own == false then
    return give(self, text)
  end
  local value, reason = (own or decode)(text)
  if type(value) ~= "table" then
    return refuse_text(self, text, value, reason)
  end
  return give(self, value)
end

local function take_bytes(self, bytes)
  local own = self._what.binary
  return give(self, own and own(bytes) or { type = "binary", bytes = bytes })
end

--- Sees to a connection that is over. True: it is made again, and is to be read
--- anew; else what its reader is given: nil at a clean end, nil and an error.
local function settle(self, cause)
  if recovery.is_here(self) then
    return nil, cause.err
  elseif recovery.is_wanted(self, cause) then
    recovery.begin(self, cause)
    return true
  elseif ending.is_clean(cause) then
    return ending.finish(self, nil, cause.err)
  end
  return ending.finish(self, cause.err)
end

--- Nothing more will come of the exchange.
local function at_end(self)
  if self.status == "closing" then
    return ending.finish(self)
  elseif self._renewing then
    return settle(self, closing.renewal(self))
  end
  return settle(self, ending.cause(self))
end

--- Until when to wait, as far as the connection's age goes; closes it where it
--- is to be made again.
local function renewal_limit(self, now, limit)
  if not self._renewing and now < self._renew_at then
    return math.min(limit, self._renew_at)
  elseif not self._renewing then
    if self._what.is_busy and self._what.is_busy(self) then
      return math.min(limit, now + BUSY_LOOK)
    end
    closing.renew(self, now)
  end
  return math.min(limit, self._renewing --[[@as number]])
end

--- Until when to wait, for what is to be done meanwhile.
local function wait_limit(self, now, limit)
  if self._renew_at < NEVER then
    limit = renewal_limit(self, now, limit)
  end
  return self._outgoing:waits() and math.min(limit, now + FLUSH_AGAIN) or limit
end

local function timed_out(self, seconds)
  return nil, ending.error(self, { kind = "timeout", reason = "next",
    message = ("no event within %g s"):format(seconds) })
end

--- Whether it is only looked, from where nothing may wait: a game's frame.
local function only_looks(self, seconds)
  return seconds == 0 and not running.task() and not waiting.may(self)
end

--- What a wait comes to: true where it is to be looked again.
local function after_wait(self, in_time, reason, limit, seconds)
  if in_time then
    return true
  elseif reason then
    return nil, running.error_of(reason)
  elseif clock() >= limit then
    return timed_out(self, seconds)
  end
  return true
end

--- Waits for a message. True where it is to be looked for again; else what
--- comes of it.
local function await_message(self, id, limit, seconds)
  local now, pulse = clock(), self._pulse
  if self._outgoing:is_behind() then
    waiting.look(self)
  end
  if self._renewing and now >= self._renewing then
    return at_end(self)
  end
  local looks = only_looks(self, seconds)
  if looks then
    pulse:looked(now) -- nothing lies unread
  end
  local soonest = pulse:beat(self._exchange, now, limit)
  if not soonest then
    return settle(self, ending.death(self))
  end
  soonest = wait_limit(self, now, soonest)
  if looks then
    return timed_out(self, seconds)
  end
  local in_time, reason = waiting.for_news(self, soonest, id)
  pulse:looked()
  return after_wait(self, in_time, reason, limit, seconds)
end

--- Waits for a connection that is made again.
local function await_recovery(self, limit, seconds)
  if only_looks(self, seconds) then
    return timed_out(self, seconds)
  end
  local in_time, reason = waiting.until_told(self, limit)
  return after_wait(self, in_time, reason, limit, seconds)
end

--- Sees to what is no text: true where it is to be looked for more, false and
--- an event, or what comes of the end.
local function take_other(self, kind, bytes, code)
  if kind == false then
    return at_end(self)
  end
  self._pulse.heard = true
  if kind == "binary" then
    return false, take_bytes(self, bytes)
  elseif kind == "close" then
    self._said = { code = code or NO_CODE, reason = bytes or "" }
  end
  return true
end

--- Sees to a connection of which no message can be asked. Nil: it is over, and
--- the error.
local function without_exchange(self, limit, seconds)
  if self.status == "closed" then
    return nil, self._err
  elseif self._recovery and not recovery.is_here(self) then
    return await_recovery(self, limit, seconds)
  end
  return nil, ending.error(self, { kind = "connection", message = "the connection is over again" })
end

--- Whether a message can be asked of a connection that is not just open.
local function is_ready(self)
  waiting.look(self)
  return self._exchange and (not self._recovery or recovery.is_here(self))
end

--- The next event; nil at a clean end, nil and an error.
---@param self oai.Connection
---@param seconds? number
---@param is_settled? fun(): any  nil, too, when that holds: nothing more need be waited for
---@return any event
---@return oai.Error? err
function reading.next(self, seconds, is_settled)
  local limit, scheduler = seconds and clock() + seconds or NEVER, self._shared.scheduler
  if scheduler and scheduler.limit and not scheduler:rest() then
    return nil, running.cancelled()
  end
  local again, event = true, nil ---@type boolean?, any
  while again do
    if (self.status ~= "open" or self._shared.closed) and not is_ready(self) then
      again, event = without_exchange(self, limit, seconds)
    else
      local kind, bytes, code = self._exchange:message()
      if kind == "text" then
        self._pulse.heard = true
        return take_text(self, bytes)
      elseif kind == nil and is_settled and is_settled() then
        return nil
      elseif kind == nil then
        again, event = await_message(self, bytes, limit, seconds)
      else
        again, event = take_other(self, kind, bytes, code)
      end
    end
  end
  if again == false then
    return event
  end
  return nil, event
end

require "oai.interpret" ()

return reading
