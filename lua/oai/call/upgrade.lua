-- What makes a request one for a WebSocket: its header lines, with a key of
-- its own for each attempt; and whether the reply agrees to it (RFC 6455, 4).

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local key = require "oai.key"
local options = require "oai.options"
local set = require "oai.set"
local sha1 = require "oai.codec.sha1"

local upgrade = {}

-- Fields of the header that the protocol sets itself, each once.
local IS_OWN = set { "upgrade", "connection", "sec-websocket-version", "sec-websocket-key", "sec-websocket-extensions",
  "transfer-encoding", "expect" }

--- Raises where a program gives a field of the protocol's own.
local function check(request)
  for _, line in ipairs(request.plan.lines) do
    local name = line:match "^[^:;]+" ---@cast name string
    if IS_OWN[name:lower()] then
      error_value.misuse(("%s: the header field '%s' is the library's own: it says that this is a WebSocket"):format(
        request.plan.name, name))
    end
  end
end

-- What the standard puts behind a key, of which the server sends the digest.
local SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

--- The request with the protocol's own header lines, and a new key, before these.
local function with_key(request, lines)
  local sent = base64.encode(key.bytes(16))
  local own = { "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13" }
  own[#own + 1] = "Sec-WebSocket-Key: " .. sent
  own[#own + 1] = "Transfer-Encoding:" -- what libcurl would send, which takes it for an upload
  own[#own + 1] = "Expect:"
  for _, line in ipairs(lines) do
    own[#own + 1] = line -- the count of retries stays the last
  end
  local plan = options.merge(request.plan, { lines = own, sink = "socket", stays = true })
  return options.merge(request, { plan = plan, sink = "socket", upgrade = sent }) --[[@as oai.Request]]
end

--- A request that asks for a WebSocket.
---@param request oai.Request
---@return oai.Request
function upgrade.request(request)
  check(request)
  return with_key(request, request.plan.lines)
end

--- The request for another attempt, which is another connection.
---@param request oai.Request  one that asks for a WebSocket
---@return oai.Request
function upgrade.again(request)
  local rest = {}
  for _, line in ipairs(request.plan.lines) do
    local name = line:match "^[^:;]+" ---@cast name string
    rest[#rest + 1] = not IS_OWN[name:lower()] and line or nil
  end
  return with_key(request, rest)
end

--- Why a reply of status 101 is no agreement to this request; nil where it is.
---@param request oai.Request
---@param facts oai.Response
---@return string?
function upgrade.refusal(request, facts)
  local fields = facts.headers
  if (fields["upgrade"] or ""):lower() ~= "websocket" then
    return "the server has changed to another protocol than WebSockets"
  elseif fields["sec-websocket-accept"] ~= base64.encode(sha1(request.upgrade .. SUFFIX)) then
    return "the server has not answered this request: its Sec-WebSocket-Accept is that of another"
  elseif fields["sec-websocket-extensions"] then
    return "the server uses an extension of WebSockets that nobody has asked for: "
      .. fields["sec-websocket-extensions"]
  end
end

require "oai.interpret" ()

return upgrade
