-- Runs over three turns of which two call two functions side by side, by both
-- APIs, whole and streamed: tools.lua BASE_URL

local oai = require "oai"

local client = oai.client { base_url = arg[1], api_key = "sk-peers", max_retries = 5 }
local s = oai.schema

local ROUNDS = { Paris = "first", UTC = "first", Oslo = "second", CET = "second" }

local function tools_with(log)
  local function noting(name, field)
    return function(arguments)
      log[#log + 1] = name
      oai.sleep(name == "get_weather" and 0.02 or 0.01)
      log[#log + 1] = "/" .. name
      return arguments[field] .. ", " .. ROUNDS[arguments[field]]
    end
  end
  return {
    { name = "get_weather", parameters = s.object { { "city", s.string() }, { "unit", s.enum { "c", "f" } } },
      run = noting("get_weather", "city") },
    { name = "get_time", parameters = s.object { { "zone", s.string() } }, run = noting("get_time", "zone") },
  }
end

local STARTS = {
  responses = function(given)
    given.input = "travel"
    return client.responses:run(given)
  end,
  ["chat.completions"] = function(given)
    given.messages = { { role = "user", content = "travel" } }
    return client.chat.completions:run(given)
  end,
}

local ROUND = "get_weather get_time /get_time /get_weather"

local function check(start, is_streamed)
  local log, text = {}, ""
  local run = start { model = "gpt-4o", stream = is_streamed or nil, tools = tools_with(log) }
  for piece in run:text() do
    text = text .. piece
  end
  assert(run.status == "completed" and run.turns == 3, tostring(run))
  assert(text == "Take a coat." and run.output_text == text, text)
  assert(table.concat(log, " ") == ROUND .. " " .. ROUND, table.concat(log, " "))
  assert(#run.completed == 4 and #run.errors == 0, #run.completed .. " calls")
end

local passed, failed = 0, 0
for name, start in pairs(STARTS) do
  for _, is_streamed in ipairs { false, true } do
    local well, err = pcall(check, start, is_streamed)
    passed, failed = passed + (well and 1 or 0), failed + (well and 0 or 1)
    if not well then
      print(("%s, streamed: %s: %s"):format(name, tostring(is_streamed), tostring(err)))
    end
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
