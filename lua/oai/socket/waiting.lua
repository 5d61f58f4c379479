-- Who waits for a connection. One of them watches its exchange, as the reader
-- of a stream does; the others are told when that one has looked, since there
-- is room for one at each exchange.

local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local lazy = require "oai.lazy"
local wait = require "oai.task.wait"

local running = lazy "oai.task.running"
local schedulers = lazy "oai.task.scheduler"

local waiting = {}

local LOOK_AGAIN = 0.05 -- seconds after which who waits for room looks, whether told to or not

--- Waits until told.
---@param self oai.Connection
---@param limit number
---@return boolean in_time
---@return oai.WaitReason? reason
function waiting.until_told(self, limit)
  local key = {}
  self._beside[key] = true
  local in_time, reason = wait.for_key(schedulers.of(self._shared, self._engine), key, limit)
  self._beside[key] = nil
  return in_time, reason
end

--- Waits until there may be something new: a message, room for one, an end.
---@param self oai.Connection
---@param limit number
---@param id? integer  the exchange's, where it is at hand
---@return boolean in_time
---@return oai.WaitReason? reason
function waiting.for_news(self, limit, id)
  local exchange, scheduler = self._exchange, self._shared.scheduler
  id = id or exchange:id()
  if scheduler and scheduler:is_awaited(id) then
    return waiting.until_told(self, limit)
  end
  local in_time, reason = wait.for_news(self._shared, self._engine, exchange, limit, id)
  ending.tell(self)
  return in_time, reason
end

--- Whether the caller may be kept waiting: a script, a task, a coroutine of
--- the host's.
---@param self oai.Connection
---@return boolean
function waiting.may(self)
  if not self._shared.loop.start or ending.is_client_closed(self) then
    return not ending.is_client_closed(self)
  elseif running.task() then
    return not running.task().cancelled
  end
  local done, allowed = pcall(wait.is_allowed, schedulers.of(self._shared, self._engine))
  return done and allowed
end

--- Waits until there may be room, or less to go out.
---@param self oai.Connection
---@param limit number
---@return boolean in_time
---@return oai.WaitReason? reason
function waiting.for_room(self, limit)
  local soonest = math.min(limit, engines.clock() + LOOK_AGAIN)
  if self._exchange then
    return waiting.for_news(self, soonest)
  end
  return waiting.until_told(self, soonest)
end

--- Whether nothing can go out any more: the exchange has ended, which who reads
--- is told of.
---@param self oai.Connection
---@return boolean
function waiting.is_over(self)
  return self._exchange and self._exchange:outcome() ~= nil or false
end

--- Lets an engine that nobody else drives do what there is to do.
---@param self oai.Connection
function waiting.nudge(self)
  if self._is_stepped and not ending.is_client_closed(self) then
    self._engine:step(0)
  end
end

--- Looks what has become of a connection since: its client may be closed, and
--- what was to go out may have gone.
---@param self oai.Connection
function waiting.look(self)
  if ending.is_client_closed(self) and self.status ~= "closed" then
    ending.client_closed(self)
  elseif self._exchange then
    self._outgoing:prune(self._exchange)
    if self.status == "open" then
      self._outgoing:flush(self._exchange)
    end
  end
end

require "oai.interpret" ()

return waiting
