-- A WebSocket server of lua-http, which sends back what it gets, with Debian's
-- LuaJIT. It prints its port and ends by itself: http_server.lua SECONDS

local cqueues = require "cqueues"
local http_server = require "http.server"
local http_headers = require "http.headers"
local websocket = require "http.websocket"

local seconds = tonumber(arg[1])

local function refuse(stream)
  local headers = http_headers.new()
  headers:append(":status", "401")
  headers:append("content-type", "application/json")
  stream:write_headers(headers, false)
  stream:write_chunk('{"error":{"message":"no","type":"invalid_request_error"}}', true)
end

local function echo(socket)
  for data, kind in socket:each() do
    if kind == "text" or kind == "binary" then
      assert(socket:send(data, kind))
    end
  end
  socket:close()
end

local function answer(_, stream)
  local headers = assert(stream:get_headers())
  if headers:get ":path":find "/refuse" then
    return refuse(stream)
  end
  local socket = websocket.new_from_stream(stream, headers)
  if socket then
    assert(socket:accept { headers = http_headers.new() })
    echo(socket)
  end
end

local server = assert(http_server.listen {
  host = "127.0.0.1", port = 0, tls = false, onstream = answer, onerror = function() end,
})
assert(server:listen())
io.stdout:write(select(3, server:localname()), "\n")
io.stdout:flush()

local loop = cqueues.new()
loop:wrap(function()
  assert(server:loop())
end)
loop:loop(seconds)
os.exit(true)
