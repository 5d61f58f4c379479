-- What a connection is to send: messages that wait, and those that the core has
-- and that are not known to be out. Each is sent once: of one that has begun to
-- go out nobody knows what became of it. Must not wait.

local outgoing = {}

---@class oai.OutgoingMessage
---@field kind "text"|"binary"
---@field bytes string
---@field own boolean      sent by what restores the connection: nobody else's
---@field start number     where its frame begins, in bytes that the core has been handed
---@field behind number    the place just behind that

---@class oai.OutgoingMessages  in order: from `first` to `last`
---@field first integer
---@field last integer
---@field [integer] oai.OutgoingMessage

---@class oai.Outgoing
---@field waiting oai.OutgoingMessages
---@field handed oai.OutgoingMessages  to the core
---@field bytes number     of all these
---@field count integer
---@field most_bytes number
---@field most_count number
---@field look_at number  how many may be there before anything is looked at
local Outgoing = {}
Outgoing.__index = Outgoing

-- Messages that the core may have before it is asked what has gone out.
local LOOK_EVERY = 16

--- A list without messages.
---@return oai.OutgoingMessages
local function none()
  return { first = 1, last = 0 }
end

--- Adds one at the end. There may be no memory for that, and then it is not.
local function push(messages, message)
  local last = messages.last + 1
  messages[last] = message
  messages.last = last
end

--- Takes out the first, which is there.
local function pop(messages)
  local message = messages[messages.first]
  messages[messages.first] = nil
  messages.first = messages.first + 1
  return message
end

--- Nothing to send yet.
---@param most_bytes number
---@param most_count? number
---@return oai.Outgoing
function outgoing.new(most_bytes, most_count)
  return setmetatable({
    waiting = none(), handed = none(), bytes = 0, count = 0, most_bytes = most_bytes,
    most_count = most_count or math.huge, look_at = math.min(LOOK_EVERY, most_count or LOOK_EVERY),
  }, Outgoing) --[[@as oai.Outgoing]]
end

--- A message as programs are given it.
---@param message oai.OutgoingMessage
---@return string|{ bytes: string }
function outgoing.shown(message)
  return message.kind == "text" and message.bytes or { bytes = message.bytes }
end

--- Whether a message of this size may be added. One that is larger than all
--- that may wait is alone.
---@param size integer
---@param is_open boolean  it need not wait
---@return boolean
function Outgoing:has_room(size, is_open)
  if self.count >= self.most_count then
    return false
  end
  return self.bytes + size <= self.most_bytes or is_open and self.count == 0
end

--- Whether a message of this size can be handed to the core at once, and
--- nothing need be looked at before.
---@param size integer
---@return boolean
function Outgoing:is_plain(size)
  local waiting = self.waiting
  return self.count < self.look_at and waiting.first > waiting.last and self.bytes + size <= self.most_bytes / 2
end

--- Whether it should be looked what has gone out.
---@return boolean
function Outgoing:is_behind()
  local waiting = self.waiting
  return waiting.first <= waiting.last or self.count >= self.look_at
end

--- Counts a message among those that are to go out.
local function remember(self, message)
  self.bytes, self.count = self.bytes + #message.bytes, self.count + 1
end

--- Counts it among them no more.
local function forget(self, message)
  self.bytes, self.count = self.bytes - #message.bytes, self.count - 1
end

--- Adds a message behind those that wait.
---@param message oai.OutgoingMessage
function Outgoing:add(message)
  push(self.waiting, message)
  remember(self, message)
end

-- A frame of the client's has a header of 6 bytes at the least, and more where
-- its length does not fit in there (RFC 6455, 5.2).
local function frame_size(length)
  return length + 6 + (length > 65535 and 8 or length > 125 and 2 or 0)
end

--- Hands a message to the core, and notes where its frame begins and ends. Its
--- place comes first: without memory for that it has not been sent.
local function hand(handed, exchange, message)
  local bytes, last = message.bytes, handed.last + 1
  handed[last] = message
  local behind, reason = exchange:send(message.kind, bytes)
  if not behind then
    handed[last] = nil
    return nil, reason
  end
  message.start, message.behind = behind - frame_size(#bytes), behind
  handed.last = last
  return true
end

--- Hands a message to the core.
---@param exchange oai.Exchange
---@param message oai.OutgoingMessage
---@return true? done
---@return string? reason  "full", "over" or "utf8"
function Outgoing:hand(exchange, message)
  local done, reason = hand(self.handed, exchange, message)
  if done then
    self.bytes, self.count = self.bytes + #message.bytes, self.count + 1 -- as `remember` does
  end
  return done, reason
end

--- Forgets the messages that have gone out.
---@param exchange oai.Exchange
function Outgoing:prune(exchange)
  local handed = self.handed
  if handed.first > handed.last then
    return
  end
  local sent = exchange:progress()
  if handed[handed.last].behind <= sent and not self:waits() then
    self:clear()
    return
  end
  while handed.first <= handed.last and handed[handed.first].behind <= sent do
    forget(self, pop(handed))
  end
end

--- Whether messages wait.
---@return boolean
function Outgoing:waits()
  return self.waiting.first <= self.waiting.last
end

--- Whether the core has messages that are not known to be out.
---@return boolean
function Outgoing:is_under_way()
  return self.handed.first <= self.handed.last
end

--- Hands what waits to the core, in order, as far as it takes it.
---@param exchange oai.Exchange
function Outgoing:flush(exchange)
  local waiting = self.waiting
  while waiting.first <= waiting.last and hand(self.handed, exchange, waiting[waiting.first]) do
    pop(waiting)
  end
end

--- Takes back what the core had when its connection ended: what has not begun
--- to go out waits again, before all else. Returns the others, whose fate is
--- unknown.
---@param exchange oai.Exchange
---@return oai.OutgoingMessages lost
function Outgoing:take_back(exchange)
  self:prune(exchange)
  local sent, lost, waiting, handed = (exchange:progress()), none(), none(), self.handed
  while handed.first <= handed.last do
    local message = pop(handed)
    if message.start < sent then
      push(lost, message)
    elseif not message.own then
      push(waiting, message)
    end
    if message.start < sent or message.own then
      forget(self, message)
    end
  end
  while self:waits() do
    push(waiting, pop(self.waiting))
  end
  self.waiting, self.handed = waiting, none()
  return lost
end

--- Puts what waits behind what is lost: it is not for the next connection.
---@param lost oai.OutgoingMessages
function Outgoing:give_up(lost)
  while self:waits() do
    local message = pop(self.waiting)
    forget(self, message)
    push(lost, message)
  end
end

--- Messages as programs are given them.
---@param messages oai.OutgoingMessages
---@return any[]
function outgoing.list(messages)
  local list = {}
  for i = messages.first, messages.last do
    list[#list + 1] = outgoing.shown(messages[i])
  end
  return list
end

--- What never went out, once all has been taken back.
---@return any[]
function Outgoing:unsent()
  return outgoing.list(self.waiting)
end

--- Forgets all.
function Outgoing:clear()
  self.waiting, self.handed, self.bytes, self.count = none(), none(), 0, 0
end

return outgoing
