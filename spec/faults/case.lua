-- One case of the matrix: a fault of the wire, a kind of call and a drive.
-- The call is made, what came of it is noted, and is held against what the
-- row says; then the client is asked once more, of a server that is well.

local calls = require "spec.faults.calls"
local drives = require "spec.faults.drives"
local oai = require "oai"
local pace = require "spec.faults.pace"
local process = require "spec.support.process"
local socket = require "socket"

local case = {}

local RETRIES = 1
local SECONDS = 10 -- within which a call is over, if the row says nothing: one waits its turn on a busy machine
local MEGABYTES = 12 -- that a call takes at the most, if the row says nothing
local PATIENCE = 4 -- seconds that a client waits, if the row says nothing
local PERHAPS = "perhaps" -- what the row leaves open
local AFTERWARDS = 5 -- seconds for the call after it
local SLOWER = pace.slower

local SETTINGS = { "steps", "on", "parts", "speaks", "warm", "connections", "requests", "window" }

local function definition_of(row)
  local definition = {}
  for _, name in ipairs(SETTINGS) do
    definition[name] = row[name]
  end
  definition.speaks = row.speaks or "http1"
  definition.parts = row.parts or { { on = row.on, steps = row.steps } }
  definition.steps, definition.on = nil, nil
  return definition
end

--- By what a scene knows the requests that are meant for it: its port may
--- have been another's, of whom others still ask something.
local function caller_of(scene)
  return ("%s:%d"):format(scene.id, scene.port)
end

--- The requests of this case that the server got.
local function own_requests(scene)
  local count = 0
  for _, request in ipairs(scene:journal().requests) do
    count = count + (request.caller == caller_of(scene) and 1 or 0)
  end
  return count
end

--- What is asked for goes over HTTP/2 where that is what the server speaks:
--- files and bytes would not.
local function client_of(scene, row, drive)
  local patience = (row.patience or PATIENCE) * SLOWER
  local settings = {
    api_key = "sk-faults-0123456789", base_url = scene.base_url, ca_file = scene.server.ca_file,
    loop = drives.loop(drive), http_version = row.speaks == "h2" and "2" or nil, max_retries = RETRIES,
    headers = { ["X-Caller"] = caller_of(scene) },
    timeout = patience, first_event_timeout = patience, idle_timeout = patience,
  }
  for name, value in pairs(row.settings or {}) do
    settings[name] = name:find "timeout" and value * SLOWER or value
  end
  return oai.client(settings)
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

--- Makes the call and notes what came of it.
local function observe(client, kind, drive, place)
  local seen = {}
  process.forget_peak()
  local memory, started = process.memory(), calls.clock()
  local done, value, facts, events = drives.run(drive, client, function()
    return calls.make[kind](client, place)
  end)
  seen.seconds, seen.megabytes = calls.clock() - started, (process.peak() - memory) / 1048576
  seen.events = events or 0
  if not done then
    seen.raised = tostring(value)
  elseif value == nil then
    seen.err = facts
  else
    seen.value, seen.facts = value, facts
  end
  seen.file = kind == "save" and exists(place)
  return seen
end

local function warm_up(client, row, drive)
  for _ = 1, row.warm or 0 do
    assert(drives.run(drive, client, function()
      return assert(calls.make.call(client))
    end))
  end
end

--- What is wrong with the call after it; nil where nothing is. It is of
--- another model, whose limits nobody has heard of.
local function ask_again(client, drive)
  local started = calls.clock()
  local done, value, err = drives.run(drive, client, function()
    return calls.make.call(client, nil, "another")
  end)
  if not done or not calls.is_right.call(value) then
    return ("afterwards: %s"):format(tostring(err or value))
  elseif calls.clock() - started > AFTERWARDS * SLOWER then
    return ("afterwards: answered after %.1f s"):format(calls.clock() - started)
  end
end

--- What came of a case, as text for people.
local function told(seen)
  if seen.raised then
    return "raised " .. seen.raised
  elseif not seen.err then
    return ("a value (%s), attempts %s, %d events"):format(type(seen.value),
      tostring(seen.facts and seen.facts.attempts),
      seen.events)
  elseif not oai.is_error(seen.err) then
    return "nil, " .. tostring(seen.err)
  end
  local err = seen.err
  return ("%s%s: %s, attempts %s, %d events"):format(err.kind, err.status and " " .. err.status or "",
    (tostring(err.message):gsub("[%c\128-\255]", "?"):sub(1, 100)), tostring(err.attempts), seen.events)
end

local function is_value_right(kind, seen, expected)
  if expected.value == false then -- nobody can say
    return true
  elseif expected.value ~= nil then
    return seen.value == expected.value
  end
  return calls.is_right[kind](seen.value, seen.events)
end

--- The attempts that a call says it made.
local function attempts_of(seen)
  return seen.err and seen.err.attempts or seen.facts and seen.facts.attempts
end

local function is_attempts_right(said, expected)
  if expected.retried == PERHAPS then
    return said >= 1 and said <= RETRIES + 1
  end
  return said == (expected.retried and RETRIES + 1 or 1)
end

--- Each looks at one thing: what is wrong with it, or nil.
local judges = {
  function(_, seen, expected)
    local kind = seen.err and seen.err.kind
    local is_right = kind == expected.kind or kind and kind == expected.or_kind or kind == nil and expected.or_right
    if not is_right then
      return "expected " .. (expected.kind or "a value")
    end
  end,
  function(_, seen, expected)
    if seen.err and expected.status ~= PERHAPS and seen.err.status ~= expected.status then
      return ("expected status %s"):format(tostring(expected.status))
    end
  end,
  function(kind, seen, expected)
    if not seen.err and not is_value_right(kind, seen, expected) then
      return ("the value is not the right one: %s"):format(tostring(seen.value):sub(1, 60))
    end
  end,
  function(_, seen)
    if seen.err and (type(seen.err.message) ~= "string" or seen.err.message == "") then
      return "the error has no message"
    end
  end,
  function(_, seen, expected)
    if expected.message and seen.err and not seen.err.message:find(expected.message) then
      return ("the message has no '%s'"):format(expected.message)
    end
  end,
  function(_, seen, expected)
    if not is_attempts_right(attempts_of(seen), expected) then
      return ("expected %s"):format(expected.retried and "another attempt" or "one attempt")
    end
  end,
  function(_, seen, expected)
    local most = attempts_of(seen)
    local count = expected.requests == PERHAPS and math.min(seen.requests, most) or expected.requests or most
    if seen.requests ~= count then
      return ("the server got %d requests, expected %d"):format(seen.requests, count)
    end
  end,
  function(_, seen, expected)
    if seen.err and expected.events ~= PERHAPS and seen.events ~= (expected.events or 0) then
      return ("expected %d events"):format(expected.events or 0)
    end
  end,
  function(_, seen)
    if seen.file and seen.err then
      return "a file was left behind"
    end
  end,
  function(_, seen, expected)
    local most = (expected.seconds or SECONDS) * SLOWER
    if seen.seconds > most then
      return ("took %.1f s, more than %g"):format(seen.seconds, most)
    end
  end,
  function(_, seen, expected)
    local most = (expected.megabytes or MEGABYTES) * pace.larger
    if seen.megabytes > most then
      return ("took %.0f MB, more than %g"):format(seen.megabytes, most)
    end
  end,
}

local function complaints_of(kind, seen, expected)
  local complaints = {}
  if seen.raised or seen.err and not oai.is_error(seen.err) then
    complaints[1] = seen.raised and "raised" or "no error value"
  else
    for _, judge in ipairs(judges) do
      complaints[#complaints + 1] = judge(kind, seen, expected)
    end
  end
  complaints[#complaints + 1] = seen.after
  return complaints
end

--- What is expected of a row for a kind of call, or nil where it is not meant.
---@param row table
---@param kind string
---@return table?
function case.expected(row, kind)
  local own = row[kind]
  if own == false then
    return nil
  end
  return own or row.outcome
end

--- Runs a case. Returns what came of it, and what of that is wrong.
---@param server table
---@param row table
---@param kind string
---@param drive string
---@return string told
---@return string[] complaints  none where all is as the row says
function case.run(server, row, kind, drive)
  local scene = server:wire(definition_of(row))
  local client = client_of(scene, row, drive)
  warm_up(client, row, drive)
  local place = os.tmpname()
  os.remove(place)
  local seen = observe(client, kind, drive, place)
  seen.requests = own_requests(scene) - (row.warm or 0)
  scene:make_well()
  socket.sleep(row.after or 0)
  seen.after = ask_again(client, drive)
  client:close()
  scene:close()
  os.remove(place)
  return ("%s; %d requests, %.2f s, %.1f MB"):format(told(seen), seen.requests, seen.seconds, seen.megabytes),
    complaints_of(kind, seen, case.expected(row, kind))
end

return case
