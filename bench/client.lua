-- The library's side of the comparison, as baseline.c is libcurl's. Does the
-- work and nothing else: client.lua MODE COUNT BASE_URL [FILE]
--
--   request   COUNT sequential chat completions
--   stream    COUNT streamed ones; each event is iterated
--   run       COUNT runs of fifty turns, in each of which two functions are called
--   download  COUNT downloads into FILE
--   socket    COUNT events of 300 bytes to and fro over one socket
--   start     prints seconds: to require, to make a client, and to have its
--             first reply beyond the libraries and a later reply

local mode, count, base, file = arg[1], tonumber(arg[2]), arg[3], arg[4]

local function new_client(oai)
  return oai.client { api_key = "sk-bench-0000", base_url = base .. "/v1" }
end

local function request(client)
  return assert(client.chat.completions:create {
    model = "gpt-4o",
    messages = { { role = "user", content = "hello there, say something" } },
  })
end

local function stream(client)
  local events = assert(client.chat.completions:create {
    model = "gpt-4o",
    messages = { { role = "user", content = "hello there, say something" } },
    stream = true,
  })
  local seen = 0
  for _ in events:events() do
    seen = seen + 1
  end
  assert(events.status == "complete" and seen > 0)
end

--- Ends when its turns do: whoever answers calls functions for ever.
local function run(client)
  local function report(arguments)
    return { city = arguments.city, degrees = 21 }
  end
  local s = require "oai".schema
  local parameters = s.object { { "city", s.string() } }
  local one = assert(client.chat.completions:run({
    model = "gpt-4o",
    messages = { { role = "user", content = "hello there, say something" } },
    tools = {
      get_forecast = { description = "The forecast.", parameters = parameters, run = report },
      get_weather = { description = "The weather.", parameters = parameters, run = report },
    },
    max_turns = 51,
  }):final())
  assert(one.status == "max_turns" and #one.completed == 100)
end

local function download(client)
  assert(client.files:content("file-1", nil, { save_to = file }))
end

--- An event that is 300 bytes as JSON goes out, and one like it comes back.
local function socket(client)
  local connection = assert(client.realtime:connect { model = "gpt-realtime" })
  local event = { type = "input_audio_buffer.append", audio = ("x"):rep(252) }
  for _ = 1, count do
    assert(connection:send(event))
    assert(connection:next().type == event.type)
  end
  assert(connection:close())
end

local function seconds_of(work, ...)
  local started = os.clock()
  local result = work(...)
  return os.clock() - started, result
end

local function start()
  local required, oai = seconds_of(require, "oai")
  require "cjson"
  require "oai.core" -- loads and initialises libcurl
  local made, client = seconds_of(new_client, oai)
  local first = made + seconds_of(request, client)
  request(client)
  print(("%.6f %.6f %.6f"):format(required, made, first - seconds_of(request, client)))
end

if mode == "start" then
  return start()
end
local work = { request = request, stream = stream, run = run, download = download }
local client = new_client(require "oai")
if mode == "socket" then
  return socket(client)
end
for _ = 1, count do
  work[mode](client)
end
