-- Reads multipart bodies with a parser that is not ours: Python's email
-- package, in a process of its own that is kept for all of them and ends with
-- its connection.

local cjson = require "cjson"
local mime = require "mime"
local socket = require "socket"

local multipart = {}

local SECONDS = 20

local SCRIPT = [[
import base64, email, email.policy, json, signal, socket, sys
signal.alarm(1800)
stream = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("rwb")
for line in stream:
    message = email.message_from_bytes(stream.read(int(line)), policy=email.policy.HTTP)
    parts = []
    for part in message.iter_parts():
        parts.append({
            "name": part.get_param("name", header="content-disposition"),
            "filename": part.get_filename(),
            "content_type": part["content-type"],
            "data": base64.b64encode(part.get_payload(decode=True)).decode(),
        })
    result = {"parts": parts, "defects": [repr(d) for d in message.defects]}
    stream.write(json.dumps(result).encode() + b"\n")
    stream.flush()
]]

local START = "env -u LD_PRELOAD python3 -I -S -c '%s' %s </dev/null >/dev/null & exec env -u LD_PRELOAD true"

--- Starts the parser, which connects back.
local function start()
  local listener = assert(socket.bind("127.0.0.1", 0))
  local _, port = listener:getsockname()
  listener:settimeout(SECONDS)
  os.execute(START:format(SCRIPT, port))
  local parser = assert(listener:accept())
  listener:close()
  parser:settimeout(SECONDS)
  parser:setoption("tcp-nodelay", true)
  return parser
end

local parser

local function parse(message)
  parser = parser or start()
  assert(parser:send(#message .. "\n" .. message))
  return cjson.decode((assert(parser:receive "*l")))
end

--- The parts of a request of the journal, in order: `name`, `filename`,
--- `content_type` and `data`, nil where a part lacks one.
function multipart.parts(request)
  local result = parse(("Content-Type: %s\r\n\r\n%s"):format(request.header["content-type"], request.body))
  assert(#result.defects == 0, table.concat(result.defects, ", "))
  for _, part in ipairs(result.parts) do
    for name, value in pairs(part) do
      part[name] = value ~= cjson.null and value or nil
    end
    part.data = mime.unb64(part.data) or ""
  end
  return result.parts
end

--- The parts as texts: `name: data` and `name (filename, type): data`.
function multipart.shown(request)
  local shown = {}
  for i, part in ipairs(multipart.parts(request)) do
    local about = { part.filename }
    about[#about + 1] = part.content_type
    about = table.concat(about, ", ")
    shown[i] = part.name .. (about ~= "" and (" (%s)"):format(about) or "") .. ": " .. part.data
  end
  return shown
end

return multipart
