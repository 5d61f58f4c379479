-- Drives the local API server: starts its process, scripts scenarios, reads journals.
-- One server per Lua process, kept for all specs: each file begins with one
-- that has forgotten all scenes. It ends by itself when the process does. The
-- control connection must never go through the library under test.

local cjson = require "cjson"
local http = require "socket.http"
local kept = require("spec.support.kept").servers -- by kind: the line that it wrote
local ltn12 = require "ltn12"
local mime = require "mime"
local socket = require "socket"

local to_integer = rawget(math, "tointeger")

local POLL_SECONDS = 0.02
local WAIT_SECONDS = 10
local SCHEME = { http = "http", unix = "http", https = "https", https1 = "https", mtls = "https" }

-- Preloaded checkers are for the library, not for node.
local START = "exec 3>&1; env -u LD_PRELOAD -u ASAN_OPTIONS -u LSAN_OPTIONS -u UBSAN_OPTIONS"
  .. " node '%s' %s --parent $PPID </dev/null >&3 & exec env -u LD_PRELOAD true"

local running = {}
local Server = {}
Server.__index = Server
local Scene = {}
Scene.__index = Scene
local Wire = {}
Wire.__index = Wire

local function main_file()
  local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\][^/\\]*$") or "."
  return (here .. "/server/main.js"):gsub("'", "'\\''")
end

local function decode_base64(text)
  return (mime.unb64(text or "") or "")
end

local function encode_base64(bytes)
  return (mime.b64(bytes))
end

-- Whole numbers as integers where Lua has them, so that a port prints as one.
local function whole(value)
  if type(value) == "number" then return to_integer and to_integer(value) or value end
  if type(value) ~= "table" then return value end
  for name, item in pairs(value) do value[name] = whole(item) end
  return value
end

local function without_nulls(record)
  for name, value in pairs(record) do
    if value == cjson.null then record[name] = nil end
  end
  return record
end

-- Requests

local function header_table(pairs_list)
  local header = {}
  for _, pair in ipairs(pairs_list) do
    local name = pair[1]:lower()
    header[name] = header[name] and header[name] .. ", " .. pair[2] or pair[2]
  end
  return header
end

-- What came in a frame or a message, as bytes; a text that is an event also as one.
local function decode_content(item)
  without_nulls(item)
  item.bytes = item.payload_base64 and decode_base64(item.payload_base64)
  if item.kind == "text" and item.bytes and item.bytes:sub(1, 1) == "{" then
    local decoded, event = pcall(cjson.decode, item.bytes)
    item.event = decoded and event or nil
  end
end

-- A socket's `events` are the events that its client has sent.
local function decorate_socket(log)
  without_nulls(log)
  log.events = {}
  for _, frame in ipairs(log.frames) do decode_content(frame) end
  for _, message in ipairs(log.messages) do
    decode_content(message)
    log.events[#log.events + 1] = message.event
  end
end

local function decorate(request)
  without_nulls(request)
  if request.socket then decorate_socket(request.socket) end
  request.header = header_table(request.headers)
  request.body = request.body_base64 and decode_base64(request.body_base64)
  return request
end

-- Bytes beyond ASCII need not be text, so they travel in base64. A template
-- is text by definition and stays as it is.

local BYTE_FIELDS = {
  body = true, raw = true, write = true, split = true, flood = true, drip = true, payload = true, data = true,
  send = true, binary = true, ping = true, pong = true, reason = true,
}

local function is_opaque(name, value)
  return BYTE_FIELDS[name] and type(value) == "string"
    and value:find("[\128-\255]") and not value:find("{{", 1, true)
end

local function portable(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for name, item in pairs(value) do
    if is_opaque(name, item) then
      copy[name .. "_base64"] = encode_base64(item)
    elseif name == "json" or name == "headers" or name == "send" then
      copy[name] = item
    else
      copy[name] = portable(item)
    end
  end
  return setmetatable(copy, getmetatable(value))
end

-- The control connection

local function control(server, method, path, value)
  local body = value and cjson.encode(value) or ""
  local pieces = {}
  local done, status = http.request {
    method = method,
    url = server.url .. "/_control" .. path,
    headers = { ["content-type"] = "application/json", ["content-length"] = #body },
    source = ltn12.source.string(body),
    sink = ltn12.sink.table(pieces),
  }
  local text = table.concat(pieces)
  if not done or status ~= 200 then
    error(("spec server: %s %s: %s %s"):format(method, path, tostring(status), text), 0)
  end
  return whole(cjson.decode(text))
end

-- Scenes

local function listener_base(server, listener)
  local scheme = SCHEME[listener]
  if not scheme or not server[listener] then
    error("spec server: no listener " .. tostring(listener), 0)
  end
  if listener == "unix" then return "http://localhost" end
  return ("%s://127.0.0.1:%d"):format(scheme, server[listener])
end

function Scene:base_url_on(listener)
  return listener_base(self.server, listener) .. self.path .. "/v1"
end

function Scene:journal()
  local journal = control(self.server, "GET", "/scenario/" .. self.id)
  for _, request in ipairs(journal.requests) do decorate(request) end
  return journal
end

function Scene:requests()
  return self:journal().requests
end

local function summary(journal)
  local lines = { ("%d connections open"):format(journal.connections_open) }
  for _, request in ipairs(journal.requests) do
    lines[#lines + 1] = ("#%d %s %s %s, body of %d bytes"):format(
      request.n, request.method, request.url, request.outcome, request.body_length)
  end
  return table.concat(lines, "\n  ")
end

-- Returns the journal that satisfies the condition; an error after so many seconds.
function Scene:wait(condition, seconds)
  local limit = seconds or WAIT_SECONDS
  local deadline = socket.gettime() + limit
  while true do
    local journal = self:journal()
    if condition(journal) then return journal end
    if socket.gettime() > deadline then
      error(("not so within %g s; the journal:\n  %s"):format(limit, summary(journal)), 2)
    end
    socket.sleep(POLL_SECONDS)
  end
end

local function is_idle(journal)
  return journal.connections_open == 0
end

-- Waits until nobody is connected any more.
function Scene:wait_idle(seconds)
  return self:wait(is_idle, seconds)
end

local function is_over(journal)
  for _, request in ipairs(journal.requests) do
    if request.outcome == "open" then
      return false
    end
  end
  return true
end

--- Waits until every request that has come is answered or given up.
function Scene:wait_over(seconds)
  return self:wait(is_over, seconds)
end

function Scene:close()
  control(self.server, "DELETE", "/scenario/" .. self.id)
end

-- Scenes of the wire (server/wire/): broken and ill-meaning servers, a port each

local WIRE_SCHEME = { http1 = "http", tcp = "http", nothing = "http" }

function Wire:journal()
  local journal = control(self.server, "GET", "/wire/" .. self.id)
  for i, request in ipairs(journal.requests) do journal.requests[i] = without_nulls(request) end
  assert(not journal.defects[1], journal.defects[1])
  return journal
end

-- From now on every request is answered well.
function Wire:make_well()
  control(self.server, "POST", "/wire/" .. self.id .. "/well")
end

function Wire:close()
  control(self.server, "DELETE", "/wire/" .. self.id)
end

-- The server

function Server:wire(definition)
  local made = control(self, "POST", "/wire", portable(definition))
  local scene = setmetatable({ server = self, id = made.id, port = made.port }, Wire)
  local scheme, host = WIRE_SCHEME[definition.speaks] or "https", definition.ipv6 and "[::1]" or "127.0.0.1"
  scene.base_url = ("%s://%s:%d/v1"):format(scheme, host, made.port)
  return scene
end

function Server:scenario(definition)
  local made = control(self, "POST", "/scenario", portable(definition))
  local scene = setmetatable({ server = self, id = made.id, path = made.path }, Scene)
  scene.base_url = scene:base_url_on("http")
  return scene
end

function Server:base_url_on(listener)
  return listener_base(self, listener) .. "/v1"
end

function Server:stats()
  return control(self, "GET", "/stats")
end

function Server:stop()
  running[self.kind], kept[self.kind] = nil, nil
  control(self, "POST", "/stop")
end

local function of_facts(line)
  local server = setmetatable(whole(cjson.decode(line)), Server)
  server.url = ("http://127.0.0.1:%d"):format(server.http)
  return server
end

-- The server of a file before this one, unless it has ended.
local function take_over(kind)
  local server = kept[kind] and of_facts(kept[kind])
  return server and pcall(control, server, "DELETE", "/scenario") and server or nil
end

local function launch(kind)
  local pipe = assert(io.popen(START:format(main_file(), kind == "tls" and "--tls" or ""), "r"))
  local line = pipe:read("*l")
  pipe:close()
  if not line then error("spec server: node did not start", 0) end
  kept[kind] = line
  return of_facts(line)
end

local M = { base64 = encode_base64 }

-- The server that another process has started: `facts` is the line that it wrote.
function M.attach(facts)
  return of_facts(facts)
end

-- A server with certificates serves those who need none as well.
function M.start(options)
  local kind = (options and options.tls or kept.tls) and "tls" or "plain"
  if not running[kind] then
    running[kind] = take_over(kind) or launch(kind)
    running[kind].kind, running[kind].facts = kind, kept[kind]
  end
  return running[kind]
end

return M
