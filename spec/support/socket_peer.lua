-- A server of one WebSocket in the process of the spec itself, which says and
-- does byte by byte what the spec wants; nothing of it waits.

local base64 = require "oai.codec.base64"
local sha1 = require "oai.codec.sha1"
local socket = require "socket"

local OPCODES = { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 }
local NAMES = { [0] = "continuation", "text", "binary", [8] = "close", [9] = "ping", [10] = "pong" }

local Peer = {}
Peer.__index = Peer

local peer = {}

--- One that listens.
function peer.new()
  local listener = assert(socket.bind("127.0.0.1", 0))
  listener:settimeout(0)
  local _, port = listener:getsockname()
  local url = ("http://127.0.0.1:%d/v1/realtime"):format(port)
  return setmetatable({ listener = listener, url = url, received = "" }, Peer)
end

local function length_bytes(length, size)
  local bytes = {}
  for i = size, 1, -1 do
    bytes[i] = string.char(length % 256)
    length = math.floor(length / 256)
  end
  return table.concat(bytes)
end

--- A frame as servers send it. `how.fin = false`: it is not the last; `how.bits`: reserved ones; `how.size`: bytes of
--- its length, 0, 2 or 8; `how.mask`: it is masked with that.
function peer.frame(kind, content, how)
  how, content = how or {}, content or ""
  local size = how.size or (#content < 126 and 0 or #content < 65536 and 2 or 8)
  local first = (OPCODES[kind] or kind) + (how.fin == false and 0 or 128) + (how.bits or 0)
  local second = (size == 0 and #content or size == 2 and 126 or 127) + (how.mask and 128 or 0)
  return string.char(first, second) .. length_bytes(how.length or #content, size) .. (how.mask or "") .. content
end

--- A close frame.
function peer.close_frame(code, reason)
  return peer.frame("close", code and length_bytes(code, 2) .. (reason or "") or "")
end

--- Takes what has come: a connection, and bytes of it; none while it is
--- `deaf`, and it `counts` what it need not keep.
function Peer:turn()
  if self.connection == nil then
    self.connection = self.listener:accept()
    if self.connection == nil then
      return
    end
    self.connection:settimeout(0)
    self.connection:setoption("tcp-nodelay", true)
  end
  if self.deaf then
    return
  end
  local bytes, reason, part
  repeat
    bytes, reason, part = self.connection:receive(65536)
    self.ended = reason == "closed"
    if self.counts then
      self.count = (self.count or 0) + #(bytes or part)
    else
      self.received = self.received .. (bytes or part or "")
    end
  until not bytes
end

--- The request, once it is there; it is taken.
function Peer:request()
  self:turn()
  local head, rest = self.received:match "^(.-\r\n\r\n)(.*)$"
  if head then
    self.received = rest
  end
  return head
end

--- The reply that makes it a socket.
function peer.upgrade(request, lines)
  local key = request:match "[Ss]ec%-WebSocket%-Key: ([^\r]*)"
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    .. base64.encode(sha1(key .. "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) .. "\r\n" .. (lines or "") .. "\r\n"
end

--- Sends bytes, which must not be too many for the system.
function Peer:send(bytes)
  assert(self.connection:send(bytes))
end

local function xor(a, b)
  local sum, bit = 0, 1
  while a > 0 or b > 0 do
    if a % 2 ~= b % 2 then
      sum = sum + bit
    end
    a, b, bit = math.floor(a / 2), math.floor(b / 2), bit * 2
  end
  return sum
end

local function unmask(content, mask)
  return (content:gsub("()(.)", function(at, c)
    return string.char(xor(c:byte(), mask:byte((at - 1) % 4 + 1)))
  end))
end

local function number_of(bytes)
  local number = 0
  for i = 1, #bytes do
    number = number * 256 + bytes:byte(i)
  end
  return number
end

--- The next frame that has come from the client: kind, content, mask.
function Peer:frame()
  self:turn()
  local all = self.received
  if #all < 6 then
    return nil
  end
  local first, second = all:byte(1, 2)
  assert(first >= 128 and second >= 128, "a client's frame is masked, and whole")
  local size = second == 254 and 2 or second == 255 and 8 or 0
  local length = size == 0 and second - 128 or number_of(all:sub(3, 2 + size))
  local start = 7 + size
  if #all < start - 1 + length then
    return nil
  end
  self.received = all:sub(start + length)
  local mask = all:sub(start - 4, start - 1)
  return NAMES[first - 128], unmask(all:sub(start, start + length - 1), mask), mask
end

--- Ends the connection, if there is one.
function Peer:hang_up()
  if self.connection then
    self.connection:close()
  end
  self.connection = nil
end

function Peer:close()
  self:hang_up()
  self.listener:close()
end

return peer
