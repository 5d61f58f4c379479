-- Asks a server of models for whatever it has, of one whose words mean nothing:
-- what is asked twice is held against itself, and values against their schemas:
-- served.lua llama|dasllama BASE_URL EMBEDDINGS_URL

package.path = arg[0]:match "^(.*)served%.lua$" .. "?.lua;" .. package.path

local apis = require "apis"
local oai = require "oai"
local refused = require "refused"

local s = oai.schema
local server, base_url, vectors_url = arg[1], arg[2], arg[3]
local PROFILES = { llama = "llama_cpp" }

local function client_at(url)
  return oai.client { base_url = url, api_key = "sk-peers", profile = PROFILES[server] }
end

local client, vectors = client_at(base_url), client_at(vectors_url)
local root = oai.client { base_url = base_url:gsub("/v1$", ""), api_key = "sk-peers" }

-- What the servers call the model, and what they have not got.
local MODELS = { llama = "tiny", dasllama = "tiny.gguf" }
local LACKS = {
  llama = {},
  dasllama = { responses = true, slots = true, health = true, completions = true, ["a key that is none"] = true,
    ["choices, and how likely their tokens are"] = true, ["a schema that is none"] = true,
    ["vectors of a model that has none"] = true, ["chat, cancelled"] = true }, -- it does not go on when it is told to
}
local model, lacks = MODELS[server], LACKS[server]

local ANSWER = s.object {
  { "reasoning", s.string { max_length = 20 } },
  { "legs", s.integer { minimum = 0, maximum = 99 } },
  { "animals", s.array(s.enum { "spider", "bird" }, { min_items = 1, max_items = 4 }) },
}
local CITY = s.object { { "city", s.string { max_length = 8 } }, { "unit", s.enum { "c", "f" } } }
local ZONE = s.object { { "zone", s.string { max_length = 8 } } }

-- How likely the model ends where it may: the token is model.lua's.
local ENDS, GOES_ON = { ["4"] = 9 }, { ["4"] = -100 }

--- The body of a request that has the same answer each time it is made.
local function body(fields)
  fields.model, fields.seed, fields.temperature, fields.cache_prompt = model, fields.seed or 7, 1, false
  return fields
end

local APIS = apis(client, body)

local function same(one, other)
  local first, second = tostring(oai.json.encode(one)), tostring(oai.json.encode(other))
  assert(first == second, ("%s\nis not\n%s"):format(first, second))
end

local cases = {}

--- What a reply says and thinks, of which it may do but one.
local function said(api, reply)
  return { api.text(reply) or "", api.reasoning(reply) or "" }
end

function cases.text(api)
  local length = 0
  for seed = 1, 5 do
    local plain = assert(api.resource:create(api.body { seed = seed }))
    local stream = assert(api.resource:stream(api.body { seed = seed }))
    local text = ""
    for piece in stream:text() do
      text = text .. piece
    end
    local final = assert(stream:final())
    assert(api.tokens(plain) > 0 and stream.status == "complete")
    same({ text, said(api, final) }, { api.text(plain), said(api, plain) })
    length = length + #text
  end
  assert(length > 0)
end

cases["named events"] = function(api)
  for seed = 1, 5 do
    local stream, whole, finished = assert(api.resource:stream(api.body { seed = seed })), {}, 0
    for event in stream:named_events() do
      finished = finished + (event.type == "finish" and 1 or 0)
      whole[event.type] = event.text or (whole[event.type] or "") .. (event.delta or "")
    end
    assert(finished == 1, finished .. " times finished")
    local told = said(api, assert(stream:final()))
    for _, step in ipairs { "delta", "done" } do
      same({ whole["content." .. step] or "", whole["reasoning." .. step] or "" }, told)
    end
  end
end

function cases.value(api)
  local plain = api.value(assert(api.resource:parse(api.body { [api.format] = ANSWER })))
  assert(s.check(ANSWER, plain))
  local stream = assert(api.resource:parse(api.body { [api.format] = ANSWER, stream = true }))
  local count, last = 0, nil
  for value in stream:partial() do
    count, last = count + 1, oai.json.encode(value)
  end
  assert(count > 3, count .. " values")
  same({ oai.json.decode(last), api.value(assert(stream:final())) }, { plain, plain })
end

cases["cut value"] = function(api)
  local value, err = api.resource:parse(api.body { [api.format] = ANSWER, limit = 12 })
  assert(value == nil and api.cut[err.kind] and err.completion, tostring(err))
end

function cases.calls(api)
  local function ask(is_streamed)
    local reply = assert(api.resource:parse(api.body {
      tools = { api.tool("get_weather", CITY), api.tool("get_time", ZONE) }, tool_choice = "required",
      parallel_tool_calls = true, logit_bias = ENDS, stream = is_streamed,
    }))
    return api.calls(is_streamed and assert(reply:final()) or reply)
  end
  local plain, streamed = ask(), ask(true)
  assert(#plain > 0 and #plain == #streamed, #plain .. " calls, streamed " .. #streamed)
  for i, call in ipairs(plain) do
    assert(s.check(call.name == "get_time" and ZONE or CITY, call.parsed_arguments))
    same({ call.name, call.parsed_arguments }, { streamed[i].name, streamed[i].parsed_arguments })
  end
end

local function check_run(api, is_streamed)
  local seen = {}
  local tools = {
    { name = "get_weather", parameters = CITY, run = function(arguments)
      seen[#seen + 1] = assert(arguments.city)
      return "cold"
    end },
    { name = "get_time", parameters = ZONE, run = function(arguments)
      seen[#seen + 1] = assert(arguments.zone)
      return "late"
    end },
  }
  local run = api.resource:run(api.body { tools = tools, tool_choice = "required", max_turns = 3, at_limit = "answer",
    logit_bias = ENDS, stream = is_streamed })
  assert(run:final())
  assert(run.status == "completed" and run.turns > 1 and #run.errors == 0, tostring(run))
  assert(#seen > 0 and #run.completed == #seen, #seen .. " calls")
end

cases["calls as named events"] = function(api)
  local stream = assert(api.resource:stream(api.body {
    tools = { api.tool("get_weather", CITY), api.tool("get_time", ZONE) }, tool_choice = "required",
    parallel_tool_calls = true, logit_bias = ENDS,
  }))
  local pieces, done = {}, {}
  for event in stream:named_events() do
    if event.type == "tool_call.delta" then
      pieces[event.call_id] = (pieces[event.call_id] or "") .. event.delta
    elseif event.type == "tool_call.done" then
      assert(event.text == pieces[event.call_id], event.text)
      done[#done + 1] = { event.name, event.text }
      assert(s.check(event.name == "get_time" and ZONE or CITY, event.parsed))
    end
  end
  local calls = {}
  for i, call in ipairs(api.calls(assert(stream:final()))) do
    calls[i] = { call.name, call.arguments }
  end
  assert(#calls > 0)
  same(done, calls)
end

cases["tool run"] = function(api)
  check_run(api)
  check_run(api, true)
end

--- How many of the server's slots are at work, when there has been time.
local function busy()
  local count = 0
  if lacks.slots then
    return count
  end
  for _ = 1, 50 do
    count = 0
    for _, slot in ipairs(assert(root:request("GET", "/slots"))) do
      count = count + (slot.is_processing and 1 or 0)
    end
    if count == 0 then
      break
    end
    oai.sleep(0.02)
  end
  return count
end

function cases.closed(api)
  local stream = assert(api.resource:stream(api.body { limit = 10000, logit_bias = GOES_ON }))
  assert(stream:next() and stream:next() and stream:next())
  stream:close()
  assert(stream.status == "cut" and busy() == 0, "still at work")
  assert(api.resource:create(api.body { limit = 3 }))
end

function cases.cancelled(api)
  local events = 0
  local task = client:spawn(function()
    local stream = assert(api.resource:stream(api.body { limit = 10000, logit_bias = GOES_ON }))
    while stream:next() do
      events = events + 1
    end
    return stream:final()
  end)
  for _ = 1, 200 do
    if events > 3 then
      break
    end
    oai.sleep(0.01)
  end
  task:cancel()
  local _, err = task:await(1)
  assert(events > 3 and err and err.kind == "cancelled", events .. " events: " .. tostring(err))
  assert(busy() == 0, "still at work")
end

cases["side by side"] = function(api)
  local ids, count = {}, 0
  assert(client:map({ 1, 2, 3, 4, 5, 6, 7, 8 }, function(seed)
    local stream, text = oai.check(api.resource:stream(api.body { seed = seed, limit = 40 })), ""
    for piece in stream:text() do
      text = text .. piece
    end
    local final = oai.check(stream:final())
    same({ text }, { api.text(final) or "" })
    count = count + (ids[final.id] and 0 or 1)
    ids[final.id] = true
    return final
  end))
  assert(count == 8, count .. " replies")
end

local alone = {}

function alone.health()
  assert(assert(root:request("GET", "/health")).status == "ok")
end

function alone.models()
  local list = assert(client.models:list())
  assert(list.data[1].id == model and list.data[1].object == "model")
  local count = 0
  for item in client.models:each() do
    count = count + 1
    assert(item.id == model)
  end
  assert(count == 1)
end

function alone.completions()
  local function ask(is_streamed)
    return client.completions:create(body { prompt = "Say", max_tokens = 30, stream = is_streamed })
  end
  local plain, final = assert(ask()), assert(assert(ask(true)):final())
  same({ plain.choices[1].text, plain.choices[1].finish_reason, plain.usage.completion_tokens },
    { final.choices[1].text, final.choices[1].finish_reason, final.usage.completion_tokens })
end

alone["choices, and how likely their tokens are"] = function()
  local chat = APIS.chat
  local function ask(is_streamed)
    return client.chat.completions:create(chat.body { n = 2, logprobs = true, top_logprobs = 2, limit = 10,
      stream = is_streamed })
  end
  local plain, final = assert(ask()), assert(assert(ask(true)):final())
  assert(#plain.choices == 2 and #final.choices == 2)
  for i = 1, 2 do
    local one, other = plain.choices[i], final.choices[i]
    same({ one.message.content or "", one.message.reasoning_content or "", one.finish_reason },
      { other.message.content or "", other.message.reasoning_content or "", other.finish_reason })
    -- A token that waited for the next one has lost its logprobs in the stream.
    assert(#one.logprobs.content >= #other.logprobs.content and #other.logprobs.content > 0)
  end
end

function alone.embeddings()
  local input = { "one", "two and three" }
  local floats = assert(vectors.embeddings:create { model = model, input = input, encoding_format = "float" })
  local default = assert(vectors.embeddings:create { model = model, input = input })
  assert(#floats.data == 2 and #floats.data[1].embedding == #default.data[1].embedding)
  for i = 1, 2 do
    for j = 1, #floats.data[i].embedding do
      assert(math.abs(floats.data[i].embedding[j] - default.data[i].embedding[j]) < 1e-6)
    end
  end
end

local passed, failed, skipped = 0, 0, 0
local function try(name, check, api)
  if lacks[name] or lacks[name:match "^%a+"] then
    skipped = skipped + 1
    return
  end
  local well, err = pcall(check, api)
  passed, failed = passed + (well and 1 or 0), failed + (well and 0 or 1)
  if not well then
    print(("%s: %s"):format(name, tostring(err)))
  end
end
assert(client:with({ max_retries = 8 }).models:list()) -- it may only just have been started
for name, check in pairs(cases) do
  for which, api in pairs(APIS) do
    try(which .. ", " .. name, check, api)
  end
end
for _, checks in ipairs { alone, refused(client, model, APIS.chat) } do
  for name, check in pairs(checks) do
    try(name, check)
  end
end
print(("%d passed, %d failed, %d skipped"):format(passed, failed, skipped))
os.exit(failed == 0 and 0 or 1)
