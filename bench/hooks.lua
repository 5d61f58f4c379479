-- What a hook costs: CPU microseconds of a chat completion without one, with
-- one that does nothing, with all of them, and with tokens counted, in turns:
-- hooks.lua COUNT BASE_URL, with a server that replies (bench/run).

local oai = require "oai"

local count, base = tonumber(arg[1]), arg[2] .. "/v1"
local ROUNDS = 15

local function client_of(names, usage)
  local client = oai.client { api_key = "sk-bench-0000", base_url = base, usage = usage }
  for _, name in ipairs(names) do
    client:on(name, function() end)
  end
  return client
end

local function microseconds(client)
  local started = os.clock()
  for _ = 1, count do
    assert(client.chat.completions:create { model = "gpt-4o", messages = { { role = "user", content = "hello" } } })
  end
  return (os.clock() - started) / count * 1e6
end

local function median(values)
  table.sort(values)
  return values[math.ceil(#values / 2)]
end

local kinds = {
  { "none", client_of {} }, { "request", client_of { "request" } }, { "response", client_of { "response" } },
  { "both", client_of { "request", "response" } }, { "usage", client_of({}, true) },
}
local differences = {}
for round = 1, ROUNDS do
  local plain = microseconds(kinds[1][2])
  for i = 2, #kinds do
    differences[i] = differences[i] or {}
    differences[i][round] = microseconds(kinds[i][2]) - plain
  end
end
for i = 2, #kinds do
  print(("%-10s %6.2f us"):format(kinds[i][1], median(differences[i])))
end
