-- What a game pays for `client:update()`, in any Lua:
--
--   frame.lua idle COUNT BASE_URL          microseconds of an update in which nothing has happened, with COUNT
--                                          silent streams open
--   frame.lua sockets COUNT BASE_URL       the same with COUNT open sockets, each read by a task
--   frame.lua play COUNT BASE_URL CA_FILE  milliseconds of the updates of a game of 60 frames a second (the 99th of
--                                          a hundred, and the worst) in which COUNT streams run, each asked again,
--                                          over a new connection, every two seconds

local core = require "oai.core"
local oai = require "oai"

local mode, count, base, ca_file = arg[1], tonumber(arg[2]), arg[3], arg[4]

local ROUNDS, UPDATES = 9, 5000
local FRAMES, AGAIN = 480, 120

local client = oai.client { loop = "frame", api_key = "sk-bench-0000", base_url = base .. "/v1", ca_file = ca_file,
  limit_rate = false }
local rest = core.engine {} -- has nothing to do, so that a step of it is a sleep

local function ask()
  return client.chat.completions:create({
    model = "gpt-4o",
    messages = { { role = "user", content = "hello there, say something" } },
    stream = true,
  }, { wait = false })
end

local function ask_all(requests)
  for i = 1, count do
    if requests[i] then
      requests[i]:cancel()
    end
    requests[i] = ask()
  end
end

local function check(requests)
  for _, request in ipairs(requests) do
    assert(not request.err, request.err)
  end
end

--- Updates until all streams have said something, and then nothing for a while.
local function settle(requests)
  local begun = core.clock()
  for _, request in ipairs(requests) do
    while (request.text or "") == "" and not request.err and core.clock() < begun + 20 do
      client:update()
      rest:step(0.005)
    end
  end
  check(requests)
  rest:step(0.2)
  client:update()
end

--- A socket whose first event has come, and a task that waits for the next.
local function listen()
  local listener = { text = "" }
  client:spawn(function()
    local connection = assert(client.realtime:connect { model = "gpt-realtime" })
    for event in connection:events() do
      listener.text = listener.text .. event.type
    end
  end)
  return listener
end

local function listen_all(listeners)
  for i = 1, count do
    listeners[i] = listen()
  end
end

local function idle(begin_all)
  client:spawn(function() end) -- so that there is something to update with none
  local requests, taken = {}, {}
  begin_all(requests)
  settle(requests)
  for round = 1, ROUNDS do
    local begun = core.clock()
    for _ = 1, UPDATES do
      client:update()
    end
    taken[round] = (core.clock() - begun) / UPDATES
  end
  check(requests)
  table.sort(taken)
  print(("%.3f"):format(taken[math.ceil(ROUNDS / 2)] * 1e6))
end

local function play()
  local requests, taken, due = {}, {}, core.clock()
  settle { client:preconnect() and ask() } -- the loading screen
  for frame = 1, FRAMES do
    if frame % AGAIN == 1 then
      ask_all(requests)
    end
    local begun = core.clock()
    client:update(0.002)
    taken[frame] = core.clock() - begun
    due = due + 1 / 60
    rest:step(math.max(0, due - core.clock()))
  end
  check(requests)
  table.sort(taken)
  print(("%.3f %.3f"):format(taken[math.ceil(FRAMES * 0.99)] * 1e3, taken[FRAMES] * 1e3))
end

if mode == "play" then
  play()
else
  idle(mode == "sockets" and listen_all or ask_all)
end
client:close()
