-- The next event of a connection: waits for it, asks for signs of life
-- meanwhile, and sees to what becomes of a connection that is over.

local closing = require "oai.socket.closing"
local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local json = require "oai.codec.json"
local mask = require "oai.call.mask"
local recovery = require "oai.socket.recovery"
local running = require "oai.task.running"
local waiting = require "oai.socket.waiting"

local clock = engines.clock

local reading = {}

local NEVER = math.huge
local BUSY_LOOK = 0.5 -- seconds after which it is asked again whether something is under way
local NO_CODE = 1005

--- Takes from an event what the library goes by.
local function note(self, event)
  if type(event) ~= "table" or event.type ~= "error" then
    self._taken = 0
  end
  local before = self._own.reconnect_before
  local session = before and type(event) == "table" and event.session
  local expires = type(session) == "table" and session.expires_at
  if type(expires) == "number" then
    self._renew_at = clock() + expires - os.time() - before
  end
end

local function refuse_text(self, text, reason)
  return nil, ending.error(self, { kind = "decode", body = mask.text(self._request, text),
    message = ("an event is not JSON (%s)"):format(reason or "null") })
end

--- The event of a message; nil and an error where it is none, and the
--- connection goes on.
local function take(self, kind, bytes)
  local what = self._what
  local event = bytes
  if kind == "binary" then
    event = what.binary and what.binary(bytes) or { type = "binary", bytes = bytes }
  elseif what.decode ~= false then
    local value, reason = (what.decode or json.decode)(bytes)
    if value == nil then
      return refuse_text(self, bytes, reason)
    end
    event = value
  end
  note(self, event)
  if what.heard then
    what.heard(self, event)
  end
  return event
end

--- Sees to a connection that is over. True: it is made again, and looked at
--- then; else what comes of it for who reads.
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

local function timed_out(self, seconds)
  return nil, ending.error(self, { kind = "timeout", reason = "next",
    message = ("no event within %g s"):format(seconds) })
end

--- What a wait comes to: true where it is to be looked again.
local function after_wait(self, in_time, reason, limit, seconds)
  if reason then
    return nil, running.error_of(reason)
  elseif not in_time and clock() >= limit then
    return timed_out(self, seconds)
  end
  return true
end

--- Waits for a message. True where it is to be looked for again; else what
--- comes of it.
local function await_message(self, limit, seconds)
  local now = clock()
  if self._renewing and now >= self._renewing then
    return at_end(self)
  end
  local soonest = self._pulse:beat(self._exchange, now, limit)
  if not soonest then
    return settle(self, ending.death(self))
  elseif self._renew_at < NEVER then
    soonest = renewal_limit(self, now, soonest)
  end
  local in_time, reason = waiting.for_news(self, soonest)
  self._pulse:looked()
  return after_wait(self, in_time, reason, limit, seconds)
end

--- Waits for a connection that is made again.
local function await_recovery(self, limit, seconds)
  local in_time, reason = waiting.until_told(self, limit)
  return after_wait(self, in_time, reason, limit, seconds)
end

--- Looks at the exchange: true where it is to be looked at again, false and an
--- event or an error, or what comes of its end.
local function look(self, limit, seconds)
  local kind, bytes, code = self._exchange:message()
  if kind == nil then
    return await_message(self, limit, seconds)
  elseif kind == false then
    return at_end(self)
  end
  self._pulse.heard = true
  if kind == "text" or kind == "binary" then
    return false, take(self, kind, bytes)
  elseif kind == "close" then
    self._said = { code = code or NO_CODE, reason = bytes or "" }
  end
  return true
end

--- Goes on, wherever the connection is; results as those of `look`.
local function go_on(self, limit, seconds)
  if self._recovery and not recovery.is_here(self) then
    return await_recovery(self, limit, seconds)
  elseif not self._exchange then
    return nil, ending.error(self, { kind = "connection", message = "the connection is over again" })
  end
  return look(self, limit, seconds)
end

--- Lets the host of a loop go on where the turn is over. False where the task
--- was cancelled.
local function rest(self)
  local scheduler = self._shared.scheduler
  return not (scheduler and scheduler.limit) or scheduler:rest()
end

--- The next event; nil at a clean end, nil and an error.
---@param self oai.Connection
---@param seconds? number
---@return any event
---@return oai.Error? err
function reading.next(self, seconds)
  local limit = seconds and clock() + seconds or NEVER
  if not rest(self) then
    return nil, running.cancelled()
  end
  waiting.look(self)
  while self.status ~= "closed" do
    local again, event, err = go_on(self, limit, seconds)
    if again == nil then
      return nil, event
    elseif not again then
      return event, err
    end
    waiting.look(self)
  end
  return nil, self._err
end

require "oai.interpret" ()

return reading
