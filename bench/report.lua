-- Takes all measurements and prints the table: report.lua OUT LUAS HERE URGENT,
-- through bench/run. Needs the servers running (OUT/server.json,
-- OUT/streams.port, OUT/reply.port) and OUT/baseline, OUT/usage and OUT/core.so
-- made. LUAS are those for which the library was built; HERE begins a command
-- that is kept off the servers' processor, URGENT one that no other program
-- may keep from its own.

local oai = require "oai"
local json = require "oai.codec.json"
local replies = require "bench.replies"

local out, luas, here, urgent = arg[1], arg[2], arg[3], arg[4]
local alone = urgent .. here

local ROUNDS = 9
local REQUEST_ROUNDS = 31 -- shorter ones: a request is what another program disturbs the most
local REQUESTS, STREAMS, EVENTS = 1500, 20, 2000 -- in a round; events in a stream
local EVENT_ROUNDS, ROUND_TRIPS = 15, 2000 -- over a socket
local RUNS, TURNS = 10, 51 -- in a round; in each of them
local STREAMS_ROUNDS = 5 -- of a thousand streams, each of a quarter of a minute
local SOCKETS = 500 -- open while nothing happens
local DOWNLOAD = 100 * 1024 * 1024
local BODY = '{"model":"gpt-4o","messages":[{"role":"user","content":"hello there, say something"}]}'

local function read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read "*a"
  file:close()
  return content
end

--- What a command prints; raises when it fails.
local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "*a"
  if not pipe:close() then
    error(("bench: '%s' failed:\n%s"):format(command, text), 0)
  end
  return text
end

local function median(values)
  table.sort(values)
  return values[math.ceil(#values / 2)]
end

-- What the server sends ------------------------------------------------------

--- About 1 KB as JSON.
local COMPLETION = replies.completion

--- A reply of that size, of which nearly all is text.
local PLAIN = {
  id = "chatcmpl-abc", object = "chat.completion", created = 1700000000, model = "gpt-4o-2024-08-06",
  choices = { { index = 0, finish_reason = "stop", message = { role = "assistant", content = ("x"):rep(740) } } },
  usage = { prompt_tokens = 10, completion_tokens = 20, total_tokens = 30 },
}

local function call_of(id, name)
  return { id = id, type = "function", ["function"] = { name = name, arguments = '{"city":"Lisbon"}' } }
end

--- A reply that calls two functions, with ids that no other has.
local CALLS = {
  id = "chatcmpl-abc", object = "chat.completion", created = 1700000000, model = "gpt-4o-2024-08-06",
  choices = { { index = 0, finish_reason = "tool_calls", message = { role = "assistant", content = oai.null,
    tool_calls = { call_of("call_{{n}}_1", "get_weather"), call_of("call_{{n}}_2", "get_forecast") } } } },
  usage = COMPLETION.usage,
}

--- What a run sends halfway.
local function halfway()
  local messages = { { role = "user", content = "hello there, say something" } }
  for turn = 1, TURNS / 2 do
    local ids = { ("call_%d_1"):format(turn), ("call_%d_2"):format(turn) }
    messages[#messages + 1] = { role = "assistant", tool_calls = { call_of(ids[1], "get_weather"),
      call_of(ids[2], "get_forecast") } }
    for _, id in ipairs(ids) do
      messages[#messages + 1] = { role = "tool", tool_call_id = id, content = '{"city":"Lisbon","degrees":21}' }
    end
  end
  return json.encode { model = "gpt-4o", messages = messages }
end

--- Somebody who says a token, and then nothing for ever.
local function silence()
  local token = replies.chunk()
  return { headers = { ["content-type"] = "text/event-stream" }, steps = { { write = token }, { stall = true } } }
end

--- Somebody who says thirty tokens a second, for five seconds.
local function talk()
  local token = replies.chunk()
  return {
    headers = { ["content-type"] = "text/event-stream" },
    steps = { { ["repeat"] = 150, write = token, every = 0.033 }, { write = "data: [DONE]\n\n" } },
  }
end

local function scenario(server, reply, origin)
  reply = { replies = { reply }, repeat_last = true, journal = false }
  local made = assert(server:request("POST", "/scenario", reply))
  return (origin or server.bench_origin) .. made.path
end

local facts = json.decode(read(out .. "/server.json"))

local function scenarios()
  local origin = "http://127.0.0.1:" .. facts.http
  local server = oai.client { api_key = false, base_url = origin .. "/_control" }
  rawset(server, "bench_origin", origin)
  return {
    request = scenario(server, { headers = replies.headers, json = COMPLETION }),
    plain = scenario(server, { json = PLAIN }),
    run = scenario(server, { headers = replies.headers, json = CALLS }),
    stream = scenario(server, {
      headers = { ["content-type"] = "text/event-stream" }, steps = { { write = replies.stream(EVENTS) } },
    }),
    idle = scenario(server, silence()),
    play = scenario(server, talk(), "https://127.0.0.1:" .. facts.https1),
    socket = scenario(server, { socket = { steps = { { echo = true } } } }),
    sockets = scenario(server, { socket = { steps = { { send = { type = "session.created" } } } } }),
    download = scenario(server, { content_length = DOWNLOAD, steps = { { fill = DOWNLOAD } } }),
  }
end

-- Commands -------------------------------------------------------------------

local PATHS = {
  request = "/v1/chat/completions", stream = "/v1/chat/completions", download = "/v1/files/f/content",
  socket = "/v1/realtime",
}

local bases = scenarios()
bases.start = bases.request
bases.reply = "http://127.0.0.1:" .. read(out .. "/reply.port"):match "%d+" .. "/reply"
replies.write(out .. "/reply.http", "application/json", json.encode(COMPLETION))

--- `scene` is what the server sends, where the mode does not say it.
local function ours(mode, count, scene)
  return ("lua5.4 bench/client.lua %s %d %s %s/download.ours"):format(mode, count, bases[scene or mode], out)
end

local function baseline(mode, count, scene, body)
  local extra = mode == "download" and out .. "/download.base" or body or BODY
  return ("%s/baseline %s %d %s%s '%s'"):format(out, mode, count, bases[scene or mode], PATHS[mode], extra)
end

--- A C program that sends a text of that many bytes and has it come back.
local function bare_socket(mode, count, scene)
  return ("%s/socket %d %s%s %s"):format(out, count, bases[scene or mode], PATHS[mode], ("x"):rep(300))
end

--- CPU seconds, wall seconds and KB of a command.
local function usage(command)
  local cpu, wall, size = output(out .. "/usage " .. command):match "(%S+) (%S+) (%S+)"
  return { cpu = tonumber(cpu), wall = tonumber(wall), size = tonumber(size) }
end

local function instructions(command)
  local text = output("valgrind --tool=callgrind --callgrind-out-file=/dev/null " .. command)
  return tonumber((assert(text:match "Collected : (%d+)", "bench: callgrind counted nothing")))
end

-- The table ------------------------------------------------------------------

local function row(name, mine, floor, value, limit)
  local verdict = limit and ("%9.2f  %s"):format(limit, value <= limit and "ok" or "over") or ""
  print(("%-34s %12s %12s %9.2f %s"):format(name, mine, floor or "", value, verdict))
end

--- A unit's CPU microseconds, without starting and ending the process.
local function unit_cpu(command, mode, scene, count, units)
  local whole = usage(here .. command(mode, count, scene)).cpu
  local start = usage(here .. command(mode, 1, scene)).cpu
  return (whole - start) / (units - units / count) * 1e6
end

--- A row of microseconds: of each round `measure` gives ours and the baseline's.
local function ratio_row(name, rounds, limit, measure)
  local ratios, mine, floor = {}, {}, {}
  for round = 1, rounds do
    mine[round], floor[round] = measure()
    ratios[round] = mine[round] / floor[round]
  end
  row(name, ("%.1f us"):format(median(mine)), ("%.1f us"):format(median(floor)), median(ratios), limit)
end

---@param of { mode: string, scene: string, rounds: integer, count: integer, units: integer, limit: number,
--- bare?: function }  `units` of what is measured in `count` requests
local function cpu_row(name, of)
  ratio_row(name, of.rounds, of.limit, function()
    return unit_cpu(ours, of.mode, of.scene, of.count, of.units),
      unit_cpu(of.bare or baseline, of.mode, of.scene, of.count, of.units)
  end)
end

--- Of a run: what a turn takes, with two functions and a history that grows,
--- beside a bare request that sends what a turn halfway does.
local function run_row()
  local body = halfway()
  local function bare(mode, count, scene)
    return baseline(mode, count, scene, body)
  end
  ratio_row("a run, CPU a turn", ROUNDS, 8, function()
    return unit_cpu(ours, "run", "run", RUNS, RUNS * TURNS),
      unit_cpu(bare, "request", "run", RUNS * TURNS, RUNS * TURNS)
  end)
end

local function download_rows()
  local ratios, mine, floor, sizes = { cpu = {}, wall = {} }, { cpu = {}, wall = {} }, { cpu = {}, wall = {} }, {}
  for round = 1, ROUNDS do
    local a, b = usage(ours("download", 1)), usage(baseline("download", 1))
    for _, what in ipairs { "cpu", "wall" } do
      mine[what][round], floor[what][round] = a[what] * 1e3, b[what] * 1e3
      ratios[what][round] = a[what] / b[what]
    end
    sizes[round] = a.size / 1024
  end
  for _, what in ipairs { "cpu", "wall" } do
    row("100 MB to a file, " .. what, ("%.0f ms"):format(median(mine[what])),
      ("%.0f ms"):format(median(floor[what])), median(ratios[what]), 1.1)
  end
  row("100 MB to a file, peak MB", ("%.1f MB"):format(median(sizes)), nil, median(sizes), 32)
end

local function start_rows()
  local required, made, first = {}, {}, {}
  for round = 1, 2 * ROUNDS do
    local a, b, c = output(ours("start", 1)):match "(%S+) (%S+) (%S+)"
    required[round], made[round], first[round] = a * 1e3, b * 1e3, c * 1e3
  end
  row("require \"oai\", ms", ("%.3f ms"):format(median(required)), nil, median(required), 2)
  row("a client, ms", ("%.2f ms"):format(median(made)), nil, median(made), 2)
  row("client and first request, ms", ("%.2f ms"):format(median(first)), nil, median(first))
end

---@param of { mode: string, scene?: string, from: integer, to: integer, per: integer, limit: number }  `per` units in
--- each of the requests by which a run with `to` of them is longer than one with `from`
local function instruction_row(name, of)
  local function of_one(command)
    local more = instructions(command(of.mode, of.to, of.scene)) - instructions(command(of.mode, of.from, of.scene))
    return more / (of.to - of.from) / of.per
  end
  local mine, floor = of_one(ours), of_one(baseline)
  row(name, ("%.0f"):format(mine), ("%.0f"):format(floor), mine, of.limit)
end

local function frame(lua, mode, count)
  return output(("%s.ci/with-lua %s build/%s bench/frame.lua %s %d %s %s"):format(
    alone, lua, lua, mode, count, bases[mode], facts.ca_file))
end

--- Of a game's frames. The better of two runs: where they are not urgent,
--- another program may have had the processor.
local function play_rows(lua)
  local late, worst = math.huge, math.huge
  for _ = 1, 2 do
    local a, b = frame(lua, "play", 8):match "(%S+) (%S+)"
    late, worst = math.min(late, tonumber(a)), math.min(worst, tonumber(b))
  end
  row("update, 8 streams, p99 ms, " .. lua, ("%.3f ms"):format(late), nil, late, 0.5)
  row("update, 8 streams, worst, " .. lua, ("%.3f ms"):format(worst), nil, worst, 2)
end

local function frame_rows(lua)
  for _, count in ipairs { 0, 100 } do
    local cost = tonumber(frame(lua, "idle", count))
    row(("idle update, %d streams, %s"):format(count, lua), ("%.2f us"):format(cost), nil, cost, 5)
  end
  local cost = tonumber(frame(lua, "sockets", SOCKETS))
  row(("idle update, %d sockets, %s"):format(SOCKETS, lua), ("%.2f us"):format(cost), nil, cost, 5)
  play_rows(lua)
end

--- Of a thousand streams at once.
local function streams_rows()
  local url = "http://127.0.0.1:" .. read(out .. "/streams.port"):match "%d+"
  local ratios, mine, floor, sizes, ends = {}, {}, {}, {}, {}
  for round = 1, STREAMS_ROUNDS do
    local theirs = output(("%s/streams %s/1000/v1/chat/completions 1000 3"):format(alone .. out, url)):match "%S+"
    local cpu, _, size, cancelled = output(("%slua5.4 bench/streams.lua %s 1000 3"):format(alone, url)):match(
      "(%S+) (%S+) (%S+) (%S+)")
    mine[round], floor[round] = tonumber(cpu), tonumber(theirs)
    sizes[round], ends[round] = tonumber(size), tonumber(cancelled)
    ratios[round] = mine[round] / floor[round]
  end
  row("1,000 streams, CPU an event", ("%.1f us"):format(median(mine)), ("%.1f us"):format(median(floor)),
    median(ratios), 1.7)
  row("1,000 streams, KB each", ("%.1f KB"):format(median(sizes)), nil, median(sizes), 40)
  row("1,000 streams, cancelled, s", ("%.3f s"):format(median(ends)), nil, median(ends), 0.2)
end

--- Whether so many connections may be open.
local function has_descriptors(count)
  return (tonumber(output "ulimit -n") or math.huge) >= count
end

--- JSON beside lua-cjson.
local function json_rows(lua)
  local lines = output((".ci/with-lua %s build/%s bench/json.lua"):format(lua, lua))
  for name, mine, theirs, ratio, limit in lines:gmatch "([^\t\n]+)\t(%S+)\t(%S+)\t(%S+)\t(%S+)" do
    row(("%s, %s"):format(name, lua), ("%.1f us"):format(mine), ("%.1f us"):format(theirs), tonumber(ratio),
      tonumber(limit))
  end
end

local function size_row()
  local size = #read(out .. "/core.so") / 1000
  row("core.so stripped, KB", ("%.1f KB"):format(size), nil, size, 100)
end

print(("%-34s %12s %12s %9s %9s"):format("", "oai", "baseline", "figure", "limit"))
cpu_row("a request, CPU", {
  mode = "request", scene = "reply", rounds = REQUEST_ROUNDS, count = REQUESTS, units = REQUESTS, limit = 1.5 })
cpu_row("a streamed event, CPU", {
  mode = "stream", scene = "stream", rounds = ROUNDS, count = STREAMS, units = STREAMS * EVENTS, limit = 1.15 })
cpu_row("a socket's event, CPU", {
  mode = "socket", scene = "socket", rounds = EVENT_ROUNDS, count = ROUND_TRIPS, units = ROUND_TRIPS, limit = 1.5,
  bare = bare_socket })
run_row()
download_rows()
start_rows()
instruction_row("a plain request, instructions", {
  mode = "request", scene = "plain", from = 20, to = 220, per = 1, limit = 150000 })
instruction_row("a request, instructions", { mode = "request", from = 20, to = 220, per = 1, limit = 175000 })
instruction_row("a later request, instructions", { mode = "request", from = 220, to = 1220, per = 1 })
instruction_row("a streamed event, instructions", { mode = "stream", from = 1, to = 4, per = EVENTS, limit = 18000 })
for lua in luas:gmatch "%S+" do
  frame_rows(lua)
end
for lua in luas:gmatch "%S+" do
  json_rows(lua)
end
if has_descriptors(2100) then
  streams_rows()
else
  print "1,000 streams: left out, since 2,100 descriptors may not be open (ulimit -n)"
end
size_row()
