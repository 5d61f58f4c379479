-- Many calls over connections that die at the worst moments. The server
-- counts the requests of each call by its id: none may have come more often
-- than the call says it was sent, and each call's reply is its own.

local drives = require "spec.faults.drives"
local moments = require "spec.faults.moments"
local oai = require "oai"
local socket = require "socket"

local doubled = {}

local TOGETHER = 12 -- tasks at once
local PAUSES = { 0, 0, 0.003, 0.025 } -- seconds between calls, in which connections die

local function client_of(scene, plan)
  return oai.client {
    api_key = "sk-faults-0123456789", base_url = scene.base_url, ca_file = scene.server.ca_file,
    loop = drives.loop(plan.drive), max_retries = plan.retries, timeout = 5, limit_rate = false,
  }
end

--- What a call sends: a GET, a POST, or one so large that it goes over
--- HTTP/1.1.
local sorts = {
  { method = "GET" },
  { method = "POST", bytes = 3000 },
  { method = "GET" },
  { method = "POST", bytes = 1200000 },
  { method = "POST", bytes = 30 },
}

--- Makes one call and notes what it says of itself.
local function make(client, calls, number)
  local id, sort = "c" .. number, sorts[number % #sorts + 1]
  local params = sort.bytes and { text = ("x"):rep(sort.bytes) }
  local value, facts = client:request(sort.method, "/calls/" .. id, params)
  calls[number] = { id = id, value = value, attempts = facts and facts.attempts, err = not value and facts }
end

--- One after the other.
local function in_a_row(client, calls, plan)
  for number = 1, plan.calls do
    make(client, calls, number)
    socket.sleep(PAUSES[number % #PAUSES + 1])
  end
end

--- Several tasks, of which each takes the next call.
local function together(client, calls, plan)
  local last, open = 0, 0
  local function work()
    while last < plan.calls do
      last = last + 1
      make(client, calls, last)
    end
    open = open - 1
  end
  for _ = 1, TOGETHER do
    open = open + 1
    client:spawn(work)
  end
  while open > 0 do
    if plan.drive == "frame" then
      client:update()
      socket.sleep(0.001)
    else
      client:run()
    end
  end
end

--- The requests that the server got, by the ids of their calls.
local function counted(scene)
  local counts = {}
  for _, request in ipairs(scene:journal().requests) do
    local id = request.path:match "/calls/(%w+)"
    counts[id] = counts[id] or {}
    table.insert(counts[id], { retry = request.retry_count, moment = request.part })
  end
  return counts
end

--- Whether two requests of a call say that they are the same attempt.
local function is_sent_again(requests)
  local seen = {}
  for _, request in ipairs(requests) do
    if seen[request.retry] then
      return true
    end
    seen[request.retry] = true
  end
  return false
end

local function described(requests)
  local words = {}
  for i, request in ipairs(requests) do
    words[i] = ("attempt %s: %s"):format(request.retry, request.moment)
  end
  return table.concat(words, "; ")
end

--- What is wrong with a call, or nil.
local function complaint(call, requests, plan)
  if call.err and not oai.is_error(call.err) then
    return "no error value: " .. tostring(call.err)
  elseif #requests > call.attempts or is_sent_again(requests) then
    return ("%d requests, attempts %d: %s"):format(#requests, call.attempts, described(requests))
  elseif call.attempts > plan.retries + 1 then
    return ("%d attempts"):format(call.attempts)
  elseif call.value and (#requests == 0 or call.value.id ~= call.id) then
    return ("has the reply of %s"):format(tostring(call.value.id))
  end
end

--- Makes the calls of a plan: `speaks`, `retries`, `drive`, `calls`, `seed`.
---@param server table
---@param plan table
---@return string told
---@return string[] complaints
function doubled.run(server, plan)
  local scene = server:wire {
    speaks = plan.speaks, both = plan.speaks == "turns", parts = moments[plan.speaks], seed = plan.seed,
  }
  local client, calls = client_of(scene, plan), {}
  local run = plan.drive == "blocking" and in_a_row or together
  run(client, calls, plan)
  client:close()
  local counts, complaints, answered, requests = counted(scene), {}, 0, 0
  for _, call in ipairs(calls) do
    local own = counts[call.id] or {}
    answered, requests = answered + (call.value and 1 or 0), requests + #own
    complaints[#complaints + 1] = complaint(call, own, plan)
  end
  scene:close()
  return ("%d calls, %d answered, %d requests"):format(#calls, answered, requests), complaints
end

-- The share of the calls that each drive makes.
local SHARES = { blocking = 0.2, task = 0.4, frame = 0.4 }

--- Plans of `count` calls for each protocol and number of retries, of which
--- none has more than `most`.
---@param count integer
---@param most integer
---@return table[]
function doubled.plans(count, most)
  local plans = {}
  for _, speaks in ipairs { "http1", "h2", "turns" } do
    for _, retries in ipairs { 0, 2 } do
      for _, drive in ipairs(drives.names) do
        for begun = 0, count * SHARES[drive] - 1, most do
          plans[#plans + 1] = { speaks = speaks, retries = retries, drive = drive, seed = begun + 1,
            calls = math.floor(math.min(most, count * SHARES[drive] - begun)) }
        end
      end
    end
  end
  return plans
end

return doubled
