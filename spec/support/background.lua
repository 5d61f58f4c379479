-- A response in the background whose stream can be cut anywhere and taken up
-- again: its events, and what a server sends of them.

local json = require "oai.codec.json"
local retry = require "oai.call.retry"

local ID = "r1"
local TEXTS = { '{"a":', "1", "}" }

local background = { id = ID, path = "/responses/" .. ID, text = table.concat(TEXTS) }

local function response(status, output)
  return { id = ID, object = "response", background = true, status = status, output = output or json.array() }
end

local MESSAGE = { id = "m", type = "message", role = "assistant", status = "completed",
  content = { { type = "output_text", text = background.text } } }

--- The response at its end.
function background.whole(status)
  return response(status or "completed", { MESSAGE })
end

--- The response while it is made.
function background.unfinished()
  return response "in_progress"
end

local function list_of()
  local list = {
    { type = "response.created", response = response "queued" },
    { type = "response.in_progress", response = response "in_progress" },
    { type = "response.output_item.added", output_index = 0,
      item = { id = "m", type = "message", role = "assistant", status = "in_progress", content = json.array() } },
  }
  for _, text in ipairs(TEXTS) do
    list[#list + 1] = { type = "response.output_text.delta", item_id = "m", output_index = 0, content_index = 0,
      delta = text }
  end
  list[#list + 1] = { type = "response.completed", response = background.whole() }
  for i, event in ipairs(list) do
    event.sequence_number = i - 1
  end
  return list
end

--- All events, numbered from 0.
background.events = list_of()

--- Three of them and as few bytes, for what is tried at every one.
background.few = {
  { type = "response.created", sequence_number = 0, response = { id = ID, output = json.array() } },
  { type = "response.output_text.delta", sequence_number = 1, delta = "a" },
  { type = "response.completed", sequence_number = 2, response = { id = ID } },
}

--- Events as a server sends them, from a number on.
---@param events table[]
---@param from? integer
---@param to? integer
---@return string
function background.sent(events, from, to)
  local texts = {}
  for i = (from or 0) + 1, (to or #events - 1) + 1 do
    texts[#texts + 1] = "data: " .. json.encode(events[i]) .. "\n\n"
  end
  return table.concat(texts)
end

local HEADER = { ["content-type"] = "text/event-stream" }

--- A reply of this text, and what happens then: the end of the connection,
--- unless it is said.
---@param text string
---@param last? table  a step
---@return table
function background.reply(text, last)
  return { headers = HEADER, steps = { { write = text }, last } }
end

background.CUT, background.RESET, background.STALL = { close = true }, { reset = true }, { stall = true }

--- A reply that refuses by its status.
function background.refusal(status, message, header)
  return { status = status, headers = header, json = { error = { message = message or "no" } } }
end

--- The reply to who asks for a stream that is too old.
background.TOO_OLD = background.refusal(400,
  "This response can no longer be streamed because it is more than 5 minutes old")

--- A scene in which responses are created and then asked for so.
---@param server table
---@param created table[]  replies
---@param found? table[]   replies
---@return table
function background.scene(server, created, found)
  return server:scenario { repeat_last = true, routes = { ["POST /responses"] = created,
    ["GET " .. background.path] = found or { background.refusal(599, "it was asked for") } } }
end

--- What creates one that is streamed.
---@return table
function background.params()
  return { model = "m", input = "i", background = true, stream = true }
end

--- What was asked for, in short: "POST GET?3 GET" is a creation, a stream after
--- event 3, and a look.
---@param scene table
---@return string
function background.asked(scene)
  local words = {}
  for i, request in ipairs(scene:requests()) do
    local after = request.query and request.query:match "starting_after=(%d+)"
    local streamed = request.query and request.query:find("stream=true", 1, true)
    words[i] = request.method .. (streamed and "?" .. (after or "") or "")
  end
  return table.concat(words, " ")
end

--- Reads all events: their numbers, and that of what was recovered is "*". And
--- the error.
---@param stream table
---@return string
---@return any err
function background.heard(stream)
  local numbers, event, err = {}, stream:next()
  while event do
    numbers[#numbers + 1] = event.recovered and "*" or tostring(event.sequence_number)
    event, err = stream:next()
  end
  return table.concat(numbers, " "), err
end

--- Calls a function while nobody rests between tries.
---@param fn fun(): any, any
function background.without_rest(fn)
  local backoff = retry.backoff
  retry.backoff = function() -- luacheck: ignore 122
    return 0
  end
  local done, a, b = pcall(fn)
  retry.backoff = backoff -- luacheck: ignore 122
  if not done then
    error(a, 0)
  end
  return a, b
end

return background
