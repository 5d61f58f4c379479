-- Our side of many streams at once, as streams.c is libcurl's: a task for
-- each. streams.lua BASE_URL COUNT SECONDS [LOOP], where server.c serves.
--
-- First all streams run to their end, and each must have given every event
-- in order. While all run, for SECONDS, CPU and memory are taken. Then as many
-- that do not end are cancelled. Prints CPU microseconds an event, events a
-- second, KB a stream, and the seconds until the server saw all connections
-- closed.

local oai = require "oai"
local core = require "oai.core" -- for its clock

local base, count, seconds, loop = arg[1], tonumber(arg[2]), tonumber(arg[3]), arg[4] or "blocking"

local RATE = 50 -- events a second of each, as server.c was told
local PROMPT = { { role = "user", content = "hello there, say something" } }
local ENDLESS = 100000000

local NUMBERS = {}
for i = 0, RATE * 60 do
  NUMBERS[i] = ("%06d"):format(i)
end

local begun, seen = 0, 0 -- streams; events

local function open(client)
  return assert(client.chat.completions:create { model = "gpt-4o", messages = PROMPT, stream = true })
end

--- Reads a stream, whose events are numbered.
local function read(client)
  local stream, number = open(client), 0
  begun = begun + 1
  for event in stream:events() do
    if event.choices[1].delta.content ~= NUMBERS[number] then
      error(("event %d is '%s'"):format(number, event.choices[1].delta.content))
    end
    number = number + 1
    seen = seen + 1
  end
  assert(stream.status == "complete", stream.status)
  return number
end

-- How each loop goes on for a while -------------------------------------------

local go_on = {}

function go_on.blocking(_, first, for_seconds)
  first:await(for_seconds)
end

function go_on.frame(client, _, for_seconds)
  local uv = require "luv"
  local stop = uv.hrtime() + for_seconds * 1e9
  repeat
    client:update()
    uv.sleep(16)
  until uv.hrtime() >= stop
end

function go_on.uv(_, _, for_seconds)
  local uv = require "luv"
  local timer = uv.new_timer()
  timer:start(math.floor(for_seconds * 1000), 0, function()
    timer:close()
    uv.stop()
  end)
  uv.run()
end

-- What is measured ------------------------------------------------------------

local function new_client(events)
  return oai.client { api_key = "sk-streams-0000", base_url = ("%s/%d/v1"):format(base, events), loop = loop }
end

--- KB of this process: VmRSS, or VmHWM, the most it has had.
local function memory(what)
  local file = assert(io.open("/proc/self/status", "r"))
  local text = file:read "*a"
  file:close()
  return tonumber((text:match(what .. ":%s*(%d+)")))
end

local function spawn_all(client, fn)
  local tasks = {}
  for i = 1, count do
    tasks[i] = client:spawn(fn, client)
  end
  return tasks
end

--- Goes on until so many streams have begun.
local function begin_all(client, first)
  local go = go_on[loop]
  for _ = 1, 600 do
    if begun == count then
      return
    end
    go(client, first, 0.05)
  end
  error(("only %d streams begin"):format(begun))
end

local function state_of_server()
  return assert(oai.client({ api_key = false, base_url = base, loop = "blocking" }):request("GET", "/state"))
end

--- One short stream: what every later one finds there already.
local function warm_up()
  local client = new_client(3)
  local task = client:spawn(read, client)
  repeat
    go_on[loop](client, task, 0.05)
  until task.done
  client:close()
  collectgarbage()
  begun, seen = 0, 0
end

--- CPU microseconds an event, and events a second.
local function measure(client, task)
  local events, cpu, started = seen, os.clock(), core.clock()
  go_on[loop](client, task, seconds)
  events = seen - events
  return (os.clock() - cpu) / events * 1e6, events / (core.clock() - started)
end

--- Waits until all have ended, and raises what went wrong in one.
local function end_all(client, tasks, events)
  for _, task in ipairs(tasks) do
    while not task.done do
      go_on[loop](client, task, 0.05)
    end
    if task.value ~= events then
      error(task.err or ("%d events of %d"):format(task.value, events))
    end
  end
end

--- Seconds until the server has seen that nobody reads any more.
local function cancel_all(tasks)
  local state
  local started = core.clock()
  for _, task in ipairs(tasks) do
    task:cancel()
  end
  repeat
    state = state_of_server()
    assert(core.clock() - started < 10, "connections stay open")
  until state.open == 0
  return state.closed - started
end

warm_up()
local before, events = memory "VmRSS", RATE * (seconds + 5)
local client = new_client(events)
local tasks = spawn_all(client, read)
begin_all(client, tasks[1])
local cpu, rate = measure(client, tasks[1])
end_all(client, tasks, events)
local kilobytes = (memory "VmHWM" - before) / count
begun = 0
client = new_client(ENDLESS)
tasks = spawn_all(client, read)
begin_all(client, tasks[1])
print(("%.4f %.0f %.2f %.4f"):format(cpu, rate, kilobytes, cancel_all(tasks)))
