-- Shows the library at work under a Lua for Windows: an answer that streams, a
-- stream of a thousand events, a reply over TLS, a file up and down, calls side
-- by side, and a worker. The server runs beside, on Linux.

local cjson = require "cjson"
local oai = require "oai"
local server = require "spec.support.server"

local line
for candidate in io.lines((assert(os.getenv "OAI_SPEC_SERVERS"))) do
  line = candidate:match "^tls (.*)$" or line
end
local api = server.attach(line)
local shown = 0

local function show(what, ...)
  shown = shown + 1
  io.write(what, ": ", string.format(...), "\n")
  io.flush()
end

local function events(count)
  local list = {}
  for i = 1, count do
    list[i] = "data: " .. cjson.encode { id = "c", object = "chat.completion.chunk", created = 1, model = "m",
      choices = { { index = 0, delta = { content = i .. " " } } } } .. "\n\n"
  end
  list[count + 1] = "data: [DONE]\n\n"
  return table.concat(list)
end

local function client_of(scene, options)
  options = options or {}
  options.api_key, options.base_url = "sk-show", options.base_url or scene.base_url
  return oai.client(options)
end

local ASK = { model = "m", messages = { { role = "user", content = "?" } } }

local core = require "oai.core"
local libcurl, tls = core.versions()
show("with", "%s, libcurl %s, %s", rawget(_G, "jit") and jit.version or _VERSION, libcurl, tls)

local client = oai.client { api_key = "sk-show", base_url = api.url .. "/v1" }
local stream = assert(client.chat.completions:create { model = "m", messages = ASK.messages, stream = true })
local texts = {}
for text in stream:text() do
  texts[#texts + 1] = text
end
show("an answer", "%d pieces, %q", #texts, table.concat(texts))
client:close()

local headers = { ["content-type"] = "text/event-stream" }
local scene = api:scenario { replies = { { headers = headers, body = events(1000) } }, repeat_last = true }
for _, worker in ipairs { false, true } do
  local one = client_of(scene, { loop = worker and "frame" or nil })
  local pieces, started = 0, core.clock()
  local function read()
    local reply = assert(one.chat.completions:create { model = "m", messages = ASK.messages, stream = true })
    for _ in reply:text() do
      pieces = pieces + 1
    end
  end
  if worker then
    local task = one:spawn(read)
    while not task.done and core.clock() - started < 20 do
      one:update()
    end
  else
    read()
  end
  show(worker and "a stream read by frames" or "a stream", "%d pieces in %.0f ms", pieces,
    (core.clock() - started) * 1000)
  one:close()
end

scene = api:scenario { replies = { { json = { object = "list", data = {} } } } }
local safe = client_of(scene, { base_url = scene:base_url_on "https", ca_file = api.ca_file })
show("a reply over TLS and HTTP/2", "%d models", #assert(safe.models:list()).data)
safe:close()

local path = os.tmpname()
local function write(bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end

local function read()
  local file = assert(io.open(path, "rb"))
  local bytes = file:read "*a"
  file:close()
  return bytes
end

scene = api:scenario { replies = { { json = { id = "file-1", object = "file" } }, { body = "down" } } }
local files = client_of(scene)
write(("up"):rep(100000))
assert(files.files:create { file = path, purpose = "user_data" })
local received = scene:requests()[1].body_length
assert(files.files:content("file-1", nil, { save_to = path }))
show("a file up and down", "%d bytes sent, %q in the file", received, read())
files:close()
os.remove(path)

scene = api:scenario { replies = { { headers = { ["content-type"] = "application/json" },
  steps = { { wait = 0.5 }, { write = '{"id":"m"}' } } } }, repeat_last = true }
local many = client_of(scene)
local started = core.clock()
local values = many:map({ "a", "b", "c", "d" }, function(id)
  return assert(many.models:retrieve(id))
end)
show("calls side by side", "%d in %.1f s", #values, core.clock() - started)
many:close()

print(shown .. " shown")
