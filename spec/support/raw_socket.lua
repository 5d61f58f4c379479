-- A WebSocket's client byte by byte, for specs of the local API server: it asks
-- for the upgrade and reads frames, and knows nothing else. Over plain TCP.

local server = require "spec.support.server"
local socket = require "socket"

local KEY = "dGhlIHNhbXBsZSBub25jZQ==" -- of RFC 6455, as is what must come back
local PLAIN_MASK = "\0\0\0\0" -- masks, and changes nothing
local OPCODES = { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 }
local KINDS = {}
for kind, opcode in pairs(OPCODES) do KINDS[opcode] = kind end

local Client = {}
Client.__index = Client

local M = { accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" }

-- A frame of fewer than 65,536 bytes; `options.plain`: without a mask, `options.more`: a fragment.
function M.frame(kind, payload, options)
  options = options or {}
  local first = OPCODES[kind] + (options.more and 0 or 0x80)
  local mark = options.plain and 0 or 0x80
  local length = #payload < 126 and string.char(mark + #payload)
    or string.char(mark + 126, math.floor(#payload / 256), #payload % 256)
  return string.char(first) .. length .. (options.plain and "" or PLAIN_MASK) .. payload
end

local function read_header(connection)
  local header, status = {}, assert(connection:receive "*l")
  for line in function() return assert(connection:receive "*l") end do
    if line == "" then return tonumber(status:match " (%d+)"), header end
    local name, value = line:match "^([^:]+): ?(.*)$"
    header[name:lower()] = value
  end
end

-- Asks `path` of the scene for a socket: the client, with the reply's `status` and `header`.
-- `fields` are further header lines.
function M.connect(scene, path, fields)
  local connection = assert(socket.connect("127.0.0.1", scene.server.http))
  connection:settimeout(10)
  local lines = { ("GET %s/v1%s HTTP/1.1"):format(scene.path, path), "Host: 127.0.0.1",
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " .. KEY }
  for _, line in ipairs(fields or {}) do lines[#lines + 1] = line end
  assert(connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n"))
  local client = setmetatable({ connection = connection }, Client)
  client.status, client.header = read_header(connection)
  return client
end

function Client:send(kind, payload, options)
  assert(self.connection:send(M.frame(kind, payload, options)))
end

local function number_of(bytes)
  local value = 0
  for i = 1, #bytes do value = value * 256 + bytes:byte(i) end
  return value
end

-- The next frame: its kind, its bytes, and whether it is the last of its message;
-- nil and a reason when the connection has ended.
function Client:read()
  local head, err = self.connection:receive(2)
  if not head then return nil, err end
  local first, second = head:byte(1, 2)
  local length = second
  if second >= 126 then length = number_of(assert(self.connection:receive(second == 126 and 2 or 8))) end
  local bytes = length > 0 and assert(self.connection:receive(length)) or ""
  return KINDS[first % 16], bytes, first >= 0x80
end

function Client:close()
  self.connection:close()
end

-- The payload of a close.
function M.close_of(code, reason)
  return string.char(math.floor(code / 256), code % 256) .. (reason or "")
end

-- A socket's log when `condition` holds for it, of the scene's first request.
function M.log(scene, condition)
  local journal = scene:wait(function(journal)
    local log = journal.requests[1] and journal.requests[1].socket
    return log and condition(log)
  end)
  return journal.requests[1].socket
end

M.base64 = server.base64

return M
