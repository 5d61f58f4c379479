-- Holds conversations over sockets with a server, turn after turn, and holds
-- what they add up to against the answers over HTTP: conversations.lua BASE_URL

local json = require "oai.json"
local oai = require "oai"

local PATIENCE = 10

local client = oai.client { base_url = arg[1], api_key = "sk-peers", max_retries = 0 }

local function expect(expected, got)
  if expected ~= got then
    error(("expected %.200s, got %.200s"):format(tostring(expected), tostring(got)), 0)
  end
end

--- The next event of that type, and those before it that are deltas of `delta`, put together.
local function until_type(connection, type_name, delta)
  local text = {}
  while true do
    local event = assert(connection:next(PATIENCE))
    if event.type == type_name then
      return event, table.concat(text)
    elseif event.type == "error" then
      error(json.encode(event), 0)
    elseif event.type == delta then
      text[#text + 1] = event.delta
    end
  end
end

--- The answer of a plain call: what it says, and the functions that it calls.
local function plainly(text)
  local message = assert(client.chat.completions:create {
    model = "gpt-4o", messages = { { role = "user", content = text } },
  }).choices[1].message
  local calls = {}
  for i, call in ipairs(message.tool_calls or {}) do
    calls[i] = call["function"].name .. call["function"].arguments
  end
  return type(message.content) == "string" and message.content or "", table.concat(calls, " ")
end

--- What the items of a response say and call.
local function of_items(items)
  local text, calls = "", {}
  for _, item in ipairs(items) do
    if item.type == "message" then
      text = text .. (item.content[1].text or item.content[1].transcript)
    elseif item.type == "function_call" then
      calls[#calls + 1] = item.name .. item.arguments
    end
  end
  return text, table.concat(calls, " ")
end

local function say(connection, text)
  assert(connection.conversation.item:create {
    item = { type = "message", role = "user", content = { { type = "input_text", text = text } } },
  })
  assert(connection.response:create())
end

--- The answer over a socket, up to an event of a type, is that of a call.
local function expect_answer(connection, text, last)
  local done, deltas = until_type(connection, last, "response.output_text.delta")
  local expected, calls = plainly(text)
  local said, called = of_items(done.response.output)
  expect(expected, said)
  expect(calls, called)
  expect(expected, deltas)
end

local cases = {}

cases["a Realtime conversation"] = function()
  local connection = assert(client.realtime:connect { model = "gpt-realtime" })
  local created = until_type(connection, "session.created")
  expect("string", type(created.session.id))
  assert(connection.session:update { session = { type = "realtime", instructions = "Be brief." } })
  expect("Be brief.", until_type(connection, "session.updated").session.instructions)
  for _, text in ipairs { "say", "call", "say" } do
    say(connection, text)
    expect_answer(connection, text, "response.done")
  end
  assert(connection:close())
end

cases["responses over a socket"] = function()
  local connection = assert(client.responses:connect {})
  for _, text in ipairs { "say", "call", "think", "say" } do
    assert(connection.response:create { model = "gpt-4o", input = text })
    expect_answer(connection, text, "response.completed")
  end
  assert(connection:close())
end

cases["what the server closes on is told"] = function()
  local connection = assert(client.realtime:connect {
    model = "gpt-realtime", headers = { ["OpenAI-Beta"] = "realtime=v1" },
  })
  expect("beta_api_shape_disabled", assert(connection:next(PATIENCE)).error.code)
  local event, err = connection:next(PATIENCE)
  expect(nil, event)
  expect(4000, err.code)
  expect("invalid_request_error.beta_api_shape_disabled", err.reason)
end

local passed, failed = 0, 0
for title, case in pairs(cases) do
  local fine, err = pcall(case)
  passed, failed = passed + (fine and 1 or 0), failed + (fine and 0 or 1)
  if not fine then
    print(("%s: %s"):format(title, tostring(err)))
  end
end
client:close()
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
