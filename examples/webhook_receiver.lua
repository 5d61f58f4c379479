-- Receives webhooks: a small server on luasocket, which answers at once and
-- leaves the work to others.
--
--   OPENAI_WEBHOOK_SECRET=whsec_... lua examples/webhook_receiver.lua EVENTS.jsonl [PORT [SECONDS]]
--
-- Each event that is from the API becomes a line of EVENTS.jsonl, once, also
-- where the API sends it again; a program that works on them reads that file.
-- It listens on 127.0.0.1, behind a server that speaks TLS, and takes one
-- connection after another, none longer than five seconds. With SECONDS it
-- ends by then.

local oai = require "oai"
local socket = require "socket"

local MOST_HEADER = 16 * 1024 -- bytes
local MOST_BODY = 1024 * 1024
local PATIENCE = 5 -- seconds for a request

local path, port, seconds = arg[1], tonumber(arg[2] or 8700), tonumber(arg[3])
if not path then
  io.stderr:write "usage: lua webhook_receiver.lua EVENTS.jsonl [PORT [SECONDS]]\n"
  os.exit(2)
end

-- Requests

--- Reads more of what a connection brings; nil when it has ended, or is late.
local function read_more(connection, have, deadline)
  local left = deadline - socket.gettime()
  connection:settimeout(left > 0 and left or 0)
  local first = connection:receive(1)
  if not first then
    return nil
  end
  connection:settimeout(0)
  local rest, _, some = connection:receive(8192)
  return have .. first .. (rest or some or "")
end

--- Reads until `is_whole` says where it ends: that, and all that was read.
local function read_until(connection, have, deadline, most, is_whole)
  local to = is_whole(have)
  while not to do
    if #have > most then
      return nil, "413 Content Too Large"
    end
    local more = read_more(connection, have, deadline)
    if not more then
      return nil, "408 Request Timeout"
    end
    have, to = more, is_whole(more)
  end
  return to, have
end

--- The body of a request, and its header as an array of lines; or nil and the
--- status of what is wrong with it.
local function read_request(connection)
  local deadline = socket.gettime() + PATIENCE
  local head_end, have = read_until(connection, "", deadline, MOST_HEADER, function(text)
    return select(2, text:find("\r\n\r\n", 1, true))
  end)
  if not head_end then
    return nil, have
  end
  local head = have:sub(1, head_end)
  local size = tonumber(head:lower():match "\r\ncontent%-length:%s*(%d+)%s*\r\n")
  if not head:find "^POST " then
    return nil, "405 Method Not Allowed"
  elseif not size then
    return nil, "411 Length Required"
  elseif size > MOST_BODY then
    return nil, "413 Content Too Large"
  end
  local body_end
  body_end, have = read_until(connection, have, deadline, head_end + size, function(text)
    return #text >= head_end + size and head_end + size
  end)
  if not body_end then
    return nil, have
  end
  local lines = {}
  for line in head:gmatch "[^\r\n]+" do
    lines[#lines + 1] = line
  end
  return have:sub(head_end + 1, body_end), lines
end

-- Events

local received = {} -- by id

--- Which events an earlier run has written.
local function read_received()
  local file = io.open(path, "rb")
  for line in file and file:lines() or function() end do
    local event = oai.json.decode(line)
    if type(event) == "table" and event.id then
      received[event.id] = true
    end
  end
  if file then
    file:close()
  end
end

--- Writes an event down. The API sends what it gets no 2xx for again.
local function keep(event)
  local file, reason = io.open(path, "ab")
  local written = file and file:write(oai.json.encode(event), "\n") and file:close()
  if not written then
    return nil, reason or ("cannot write " .. path)
  end
  received[event.id or ""] = true
  return true
end

--- The status that answers a request, and what is to be told of it.
local function answer(body, header)
  local event, err = oai.webhooks.unwrap(body, header)
  if not event then
    return err.kind == "authentication" and "500 Internal Server Error" or "400 Bad Request", tostring(err)
  elseif received[event.id or ""] then
    return "200 OK", "again " .. event.id
  end
  local kept, reason = keep(event)
  if not kept then
    return "500 Internal Server Error", reason
  end
  return "200 OK", ("%s %s"):format(event.type, event.id)
end

local function serve(connection)
  local body, header = read_request(connection)
  local status, told = header, header
  if body then
    status, told = answer(body, header)
  end
  connection:settimeout(PATIENCE)
  connection:send(("HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"):format(status))
  connection:close()
  print(told)
end

read_received()
local server = assert(socket.bind("127.0.0.1", port))
local ends = seconds and socket.gettime() + seconds or math.huge
print(("listening on http://127.0.0.1:%d"):format(select(2, server:getsockname())))
while socket.gettime() < ends do
  server:settimeout(math.min(ends - socket.gettime(), 3600))
  local connection = server:accept()
  if connection then
    serve(connection)
  end
end
