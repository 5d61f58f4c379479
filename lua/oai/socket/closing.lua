-- A connection closed: by the program, or before the server does it.

local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local running = require "oai.task.running"
local waiting = require "oai.socket.waiting"

local making_again = lazy "oai.socket.recovery"
local task = lazy "oai.task"

local clock = engines.clock

local closing = {}

-- Seconds that the other side has to agree.
closing.patience = 2

local LONGEST_REASON = 123 -- bytes

-- Codes that one side may say (RFC 6455, 7.4).
local function is_code(code)
  return type(code) == "number" and code == math.floor(code)
    and (code >= 1000 and code <= 1003 or code >= 1007 and code <= 1011 or code >= 3000 and code <= 4999)
end

local function check(name, code, reason)
  if code ~= nil and not is_code(code) then
    error_value.misuse(("%s: close: a code is 1000, or from 3000 to 4999, got %s"):format(name, tostring(code)))
  elseif reason ~= nil and (type(reason) ~= "string" or #reason > LONGEST_REASON or json.text_fault(reason)) then
    error_value.misuse(("%s: close: a reason is a text of UTF-8, of at most %d bytes"):format(name, LONGEST_REASON))
  end
end

--- Sends the message that closes the connection, behind all others.
local function say(self, code, reason)
  return self._exchange:send("close", reason or "", code or 1000)
end

local function left_behind(self)
  return ending.error(self, { kind = "closed", message = "the connection was closed before all had gone out" })
end

--- Reads what has come meanwhile, and drops it.
local function read_over(self)
  local kind
  repeat
    kind = self._exchange:message()
  until not kind
  return kind == false
end

--- Ends a connection; what the program is told of that.
local function finish(self, err)
  local _, failure = ending.finish(self, err, left_behind(self))
  if failure then
    return nil, failure
  end
  return true
end

--- Waits until the other side has agreed, for a while.
local function await_end(self)
  local limit = clock() + closing.patience
  while self.status == "closing" and not read_over(self) do
    local in_time, reason = waiting.for_news(self, limit)
    if reason then
      return finish(self)
    elseif not in_time and clock() >= limit then
      break
    end
  end
  if self.status == "closed" then
    return not self._err and true or nil, self._err
  end
  return finish(self)
end

--- Ends a connection that is being made again: that is not waited for.
local function give_up_recovery(self)
  local recovery = self._recovery
  if self._exchange then
    say(self)
  end
  local done, err = finish(self)
  if recovery ~= running.task() then
    recovery:cancel()
  end
  return done, err
end

--- Closes a connection, and waits for the other side to agree where the caller
--- may wait.
---@param self oai.Connection
---@param code? integer
---@param reason? string
---@return true?
---@return oai.Error?
function closing.close(self, code, reason)
  check(self._what.name, code, reason)
  if self.status == "closed" then
    return true
  elseif ending.is_client_closed(self) then
    return finish(self)
  elseif self._recovery then
    return give_up_recovery(self)
  elseif self.status == "open" then
    self.status = "closing"
    say(self, code, reason)
    ending.tell(self)
  end
  if waiting.may(self) then
    return await_end(self)
  end
  task.spawn(self._client, await_end, self)
  return true
end

--- Ends a connection at once, where nothing may wait: that it is over is said
--- if that can be.
---@param self oai.Connection
function closing.abandon(self)
  if self.status == "closed" then
    return
  elseif self._exchange and not ending.is_client_closed(self) then
    say(self)
    waiting.nudge(self)
  end
  local recovery = self._recovery
  ending.finish(self)
  if recovery and recovery ~= running.task() then
    recovery:cancel()
  end
end

--- Begins to close a connection that is to be made again.
---@param self oai.Connection
---@param now number
function closing.renew(self, now)
  say(self)
  self.status = "reconnecting"
  self._renewing = now + closing.patience
end

--- Why a connection is over that was closed so.
---@param self oai.Connection
---@return oai.Break
function closing.renewal(self)
  self._renew_at, self._taken = math.huge, 0
  return { is_renewal = true, reason = "lifetime", err = ending.error(self, { kind = "closed", reason = "lifetime",
    message = "the connection was closed before the server's own limit" }) }
end

--- What is wrong with a connection whose messages are waited for, or nil.
local function fault(self)
  if self.status == "closed" then
    return self._err or ending.error(self, { kind = "closed", message = "the connection is closed" })
  elseif waiting.is_over(self) and not making_again.is_possible(self) then
    return ending.error(self, { kind = "connection", message = "the connection is over before all had gone out: next() "
      .. "says why" })
  end
end

--- Whether all has gone out that may: what restores a connection goes out
--- before all that waits.
local function is_drained(self)
  local queue = self._outgoing
  return queue.count == 0 or self._exchange and making_again.is_here(self) and not queue:is_under_way()
end

--- Waits until all messages have gone out.
---@param self oai.Connection
---@param seconds? number
---@return true?
---@return oai.Error?
function closing.drain(self, seconds)
  local limit = seconds and clock() + seconds or math.huge
  while true do
    waiting.look(self)
    if is_drained(self) and not self._err then
      return true
    end
    local err = fault(self)
    if err then
      return nil, err
    elseif clock() >= limit then
      return nil, ending.error(self, { kind = "timeout", reason = "drain",
        message = ("not all had gone out within %g s"):format(seconds) })
    end
    local _, reason = waiting.for_room(self, limit)
    if reason then
      return nil, running.error_of(reason)
    end
  end
end

require "oai.interpret" ()

return closing
