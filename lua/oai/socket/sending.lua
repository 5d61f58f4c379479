-- What a connection sends: events as text, and where each message goes: to the
-- core at once, or to those that wait.

local counted = require "oai.counted"
local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local outgoing = require "oai.socket.outgoing"
local recovery = require "oai.socket.recovery"
local running = require "oai.task.running"
local waiting = require "oai.socket.waiting"

local clock = engines.clock

local sending = {}

--- The error of a message that is not sent.
local function refuse(self, message, fields)
  fields.unsent = { outgoing.shown(message) }
  return nil, ending.error(self, fields)
end

local function refuse_closed(self, message)
  local why = self._err and ": " .. self._err.message or ""
  return refuse(self, message, { kind = "closed", cause = self._err, message = "the connection is closed" .. why })
end

local function refuse_full(self, message)
  local queue = self._outgoing
  return refuse(self, message, { kind = "limit", reason = "queue",
    message = ("too much waits to go out: %s, %s"):format(counted(queue.count, "message"),
      counted(queue.bytes, "byte")) })
end

local function refuse_over(self, message)
  return refuse(self, message, { kind = "connection", message = "the connection is over: next() says why" })
end

--- Has a message wait, where there is room for it.
local function keep(self, message)
  if not self._outgoing:has_room(#message.bytes, false) then
    return refuse_full(self, message)
  end
  self._outgoing:add(message)
  return true
end

--- Has a message wait that the core has no room for; for one that is alone it
--- has no memory.
local function keep_for_core(self, message)
  local queue = self._outgoing
  queue:prune(self._exchange)
  if queue.count == 0 then
    return refuse(self, message, { kind = "limit", message = "there is no memory for the message" })
  elseif message.own then
    return refuse_full(self, message)
  end
  queue:add(message)
  return true
end

--- What becomes of a message that the core does not take.
local function not_taken(self, message, reason)
  if reason == "utf8" then
    return refuse(self, message, { kind = "bad_request", message = "the message is no UTF-8, as texts must be" })
  elseif reason == "full" then
    return keep_for_core(self, message)
  elseif message.own then
    return refuse_closed(self, message)
  elseif recovery.is_possible(self) then
    return keep(self, message)
  end
  return refuse_over(self, message)
end

--- Has a message go out at once, as far as the core takes it.
local function hand_over(self, message)
  local done, reason = self._outgoing:hand(self._exchange, message)
  if not done then
    return not_taken(self, message, reason)
  end
  if self._is_stepped then
    self._engine:step(0)
  end
  return true
end

--- Waits for room. Nil and an error where there is none, or it may not wait.
local function await_room(self, message, limit)
  if waiting.is_over(self) and not recovery.is_possible(self) then
    return refuse_over(self, message)
  elseif clock() >= limit or not waiting.may(self) then
    return refuse_full(self, message)
  end
  local _, reason = waiting.for_room(self, limit)
  if reason then
    return refuse(self, message, { kind = "cancelled", message = running.error_of(reason).message })
  end
  return true
end

--- Sends a message where that is not plain: false and what comes of it, or true
--- where there is no room yet.
local function send_once(self, message)
  local queue = self._outgoing
  if self.status == "closed" or self.status == "closing" then
    return false, refuse_closed(self, message)
  elseif self._exchange and recovery.is_here(self) then
    message.own = true
    return false, hand_over(self, message)
  elseif self.status == "reconnecting" then
    return false, keep(self, message)
  elseif not queue:has_room(#message.bytes, true) then
    return true
  elseif queue:waits() then
    return false, keep(self, message)
  end
  return false, hand_over(self, message)
end

--- Sends a message, or keeps it for a connection that is made again. Where too
--- much waits already it waits for room, if it may.
local function send_or_wait(self, message)
  local limit = clock() + self._call.timeout
  while true do
    waiting.look(self)
    local again, done, err = send_once(self, message)
    if not again then
      return done, err
    end
    local may, full = await_room(self, message, limit)
    if not may then
      return nil, full
    end
  end
end

--- Sends a message, after those before it.
---@param self oai.Connection
---@param kind "text"|"binary"
---@param bytes string
---@return true?
---@return oai.Error?
function sending.send(self, kind, bytes)
  local message, queue = { kind = kind, bytes = bytes, own = false, start = 0, behind = 0 }, self._outgoing
  if self.status == "open" and not self._shared.closed and queue:is_plain(#bytes) then
    return hand_over(self, message)
  end
  return send_or_wait(self, message)
end

--- What an event that cannot be JSON comes to: text that is no UTF-8 is the
--- data's fault, and the rest the program's.
local function refuse_event(self, path, reason, has_bad_text)
  local message = ("%s: %s"):format(path == "" and "the event" or path, reason)
  if not has_bad_text then
    error_value.misuse(self._what.name .. ": " .. message)
  end
  return nil, ending.error(self, { kind = "bad_request", message = message, unsent = {} })
end

--- The text of an event; nil and an error where it has none; false: it need not
--- be sent.
---@param self oai.Connection
---@param event table
---@return string|false|nil
---@return oai.Error?
function sending.encode(self, event)
  local what = self._what
  if what.sending then
    local checked, err = what.sending(self, event)
    if not checked then
      return checked, err
    end
    event = checked
  end
  if what.encode then
    return what.encode(event)
  end
  local text, path, reason, has_bad_text = json.encode(event)
  if not text then
    return refuse_event(self, path, reason, has_bad_text)
  end
  return text
end

require "oai.interpret" ()

return sending
