-- Conversations over sockets that are cut after every byte: of what the server
-- sends, its reply's header included, or of what it hears. No wait is longer
-- than its limit, no event comes twice, no message arrives twice, and one that
-- is told as unsent has not arrived.

local connect = require "spec.support.connect"
local drives = require "spec.faults.drives"
local json = require "oai.json"
local pace = require "spec.faults.pace"
local socket = require "oai.socket"
local time = require "socket"

local cut = {}

local ASKED = 3 -- messages that the client sends before it reads
local LARGE = 200000 -- bytes of a message of which not all fits into what libcurl and the kernel hold
local LIVENESS = 0.1 -- seconds for a sign of life, where a server falls silent
local SECONDS = 3
local PATIENCE = { stall = 0.5 } -- seconds for the handshake; 2 of a server that is not silent

--- What a server does: it greets, answers what it is asked, and closes when that is over.
local function definition(cutting)
  return {
    cut = cutting,
    steps = { { send = { type = "hello", n = 0 } } },
    on = {
      ask = { { send = { type = "answer", n = "{{event:n}}" } } },
      over = { { close = 1000 } },
    },
  }
end

--- A socket that is cut, after `at` bytes sent or heard, and those that come after it, which are not.
local function scene_of(server, plan, at)
  local first = definition { how = plan.how, [plan.of == "sent" and "at" or "heard"] = at }
  return server:scenario { replies = { { socket = first }, { socket = definition() } }, repeat_last = true }
end

local function options_of(plan, seen)
  local options = { ping_interval = LIVENESS, ping_timeout = LIVENESS, initial_delay = 0, max_delay = 0 }
  if plan.again then
    function options.on_reconnect(_, told)
      seen.again = told
    end
  end
  return options
end

--- Whether all that may still come has come: the last answer, or the greeting of another connection, behind which
--- goes what is unsent, and which knows nothing of what was asked before.
local function is_over(event, seen)
  return event.n == ASKED or event.type == "hello" and seen.again
end

--- Asks, reads until all is answered or nothing more comes, and notes what came.
local function converse(connection, plan, seen)
  local text = plan.large and ("x"):rep(LARGE) or nil
  for n = 1, ASKED do
    connection:send { type = "ask", n = n, text = text }
  end
  repeat
    local event, err = connection:next()
    seen.events[#seen.events + 1] = event
    if event and is_over(event, seen) then
      connection:send { type = "over" }
    end
    seen.err = err
  until not event
end

local function hold(client, plan, seen)
  local connection, err = socket.connect(client, {
    name = "faults", path = "/realtime", options = options_of(plan, seen),
  })
  seen.opened, seen.err = connection ~= nil, err
  if connection then
    converse(connection, plan, seen)
    seen.status = connection.status
    connection:close()
  end
end

local function observe(scene, plan)
  local seen = { events = {} }
  local client = connect.to(scene, {
    loop = drives.loop(plan.drive), max_retries = 0, timeout = (PATIENCE[plan.how] or 2) * pace.slower,
  }, plan.listener)
  local started = time.gettime()
  local done, raised = drives.run(plan.drive, client, function()
    hold(client, plan, seen)
  end)
  seen.seconds, seen.raised = time.gettime() - started, not done and tostring(raised) or nil
  client:close()
  return seen
end

-- What is held against it ----------------------------------------------------

--- The numbers of the asks among texts, by number.
local function numbers(texts)
  local set = {}
  for _, text in ipairs(texts or {}) do
    local event = json.decode(text)
    if event.type == "ask" then
      set[event.n] = true
    end
  end
  return set
end

local FRAME, EXTENDED, LONG = 6, 2, 8 -- bytes of a frame's head, with its mask, and of a length that is in no head

local function frame_size(length)
  return FRAME + length + (length > 65535 and LONG or length > 125 and EXTENDED or 0)
end

--- The number of the ask of which a connection has heard a part alone; nil where there is none.
local function begun_of(log)
  local rest, count = log.bytes_received, 0
  for _, frame in ipairs(log.frames) do
    rest = rest - frame_size(frame.length)
    count = count + (frame.event and frame.event.type == "ask" and 1 or 0)
  end
  return rest > 0 and count + 1 or nil
end

--- What has begun to go out is not sent again.
local function check_begun(scene, complain)
  local requests = scene:requests()
  local begun = requests[1].socket and begun_of(requests[1].socket)
  for _, event in ipairs(requests[2] and requests[2].socket and requests[2].socket.events or {}) do
    if event.type == "ask" and event.n == begun then
      complain(("message %d had begun to go out, and was sent again"):format(begun))
    end
  end
end

--- How often the server was asked each.
local function arrivals(scene, complain)
  local counts = {}
  for _, request in ipairs(scene:requests()) do
    for _, event in ipairs(request.socket and request.socket.events or {}) do
      if event.type == "ask" then
        counts[event.n] = (counts[event.n] or 0) + 1
      end
    end
    for _, defect in ipairs(request.socket and request.socket.defects or {}) do
      complain("the server complains: " .. defect)
    end
  end
  return counts
end

--- What waited when the connection broke has gone out over the next, once that was there.
local function check_waiting(seen, counts, complain)
  for n in pairs(numbers(seen.again and not seen.err and seen.again.unsent)) do
    if not counts[n] then
      complain(("message %d was to go out over the next connection, and has not"):format(n))
    end
  end
end

local function check_messages(seen, scene, complain)
  local counts, unsent = arrivals(scene, complain), numbers(seen.err and seen.err.unsent)
  local lost = numbers(seen.err and seen.err.lost)
  for n = 1, ASKED do
    if (counts[n] or 0) > 1 then
      complain(("message %d has arrived %d times"):format(n, counts[n]))
    elseif unsent[n] and counts[n] then
      complain(("message %d is told as unsent, and has arrived"):format(n))
    elseif unsent[n] and lost[n] then
      complain(("message %d is told as unsent and as lost"):format(n))
    end
  end
  check_waiting(seen, counts, complain)
  check_begun(scene, complain)
end

--- Answers come in order, each once; greetings as often as there are connections.
local function check_events(seen, complain)
  local last = 0
  for _, event in ipairs(seen.events) do
    if event.type == "answer" then
      if event.n <= last then
        complain(("answer %d after %d"):format(event.n, last))
      end
      last = event.n
    end
  end
  if not seen.again and last ~= math.max(0, #seen.events - 1) then
    complain(("%d events, the last of which is %d"):format(#seen.events, last))
  end
  return last
end

local KINDS = { connection = true, timeout = true, closed = true, tls = true }

local function check_end(seen, last, complain)
  if seen.raised then
    complain("raised " .. seen.raised)
  elseif seen.err and not KINDS[seen.err.kind] then
    complain("an error of kind " .. tostring(seen.err.kind))
  elseif not seen.err and last < ASKED and not seen.again then
    complain("it ended cleanly before all was answered")
  elseif seen.opened and seen.status ~= "closed" then
    complain("its status is " .. tostring(seen.status))
  end
  if seen.seconds > SECONDS * pace.slower then
    complain(("it took %.1f s"):format(seen.seconds))
  end
end

local function told(seen)
  local events = {}
  for i, event in ipairs(seen.events) do
    events[i] = event.n
  end
  return ("%s; %s; %.2f s"):format(table.concat(events, " "), seen.err and tostring(seen.err) or "clean", seen.seconds)
end

--- Holds a conversation that is cut there; what came of it, and a list of what is wrong with that.
---@param server table
---@param plan table
---@param at integer
---@return string
---@return string[]
function cut.run(server, plan, at)
  local complaints = {}
  local function complain(what)
    complaints[#complaints + 1] = what
  end
  local scene = scene_of(server, plan, at)
  local seen = observe(scene, plan)
  check_end(seen, check_events(seen, complain), complain)
  check_messages(seen, scene, complain)
  scene:close()
  return told(seen), complaints
end

-- The matrix -----------------------------------------------------------------

-- Bytes after which nothing is cut any more, or in steps of so many.
local SENT, HEARD, ASKS = 340, 160, 3 * (LARGE + 60)
local SLOW, COARSE = 17, 29989

--- All plans: of whose bytes, how the connection ends, over what, on which drive; from 0 to `most` in steps.
---@return table[]
function cut.plans()
  local plans = {}
  local function add(plan, most, step)
    for _, drive in ipairs { "blocking", "frame" } do
      local one = { drive = drive, most = most, step = step, listener = "http" }
      for name, value in pairs(plan) do
        one[name] = value
      end
      one.name = ("cut: %s, %s, %s%s%s"):format(one.of, one.how, one.listener, one.again and ", made again" or "",
        one.large and ", large" or "")
      plans[#plans + 1] = one
    end
  end
  for _, how in ipairs { "fin", "reset" } do
    add({ of = "sent", how = how }, SENT, 1)
    add({ of = "heard", how = how }, HEARD, 1)
    add({ of = "sent", how = how, again = true }, SENT, 1)
    add({ of = "heard", how = how, again = true }, HEARD, 1)
    add({ of = "heard", how = how, large = true }, ASKS, COARSE)
    add({ of = "heard", how = how, large = true, again = true }, ASKS, COARSE)
  end
  for _, how in ipairs { "fin", "cut", "reset" } do
    add({ of = "sent", how = how, listener = "https1" }, SENT, 3)
  end
  add({ of = "sent", how = "stall" }, SENT, SLOW)
  add({ of = "heard", how = "stall" }, HEARD, SLOW)
  add({ of = "heard", how = "stall", again = true }, HEARD, SLOW)
  return plans
end

return cut
