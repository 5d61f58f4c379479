-- Right use of the API: a checker of LuaCATS types finds nothing here, not
-- even where a type is named that must come out. Run by `make types` only as
-- far as types go; nothing is called.

local oai = require "oai"

local client = oai.client { timeout = 30, max_retries = 4 }
print(oai.client { profile = "ollama" }, oai.client {
  profile = { base_url = "http://h/v1", roles = { ["responses.create"] = { developer = "system" } } },
})

-- A resource object, the resources in it, and its methods.
local store = assert(client.vector_stores:create { name = "notes", metadata = { team = "red" } })
---@type oai.VectorStore
local same_store = store
---@type oai.VectorStoreFilePage
local files = assert(same_store.files:list { limit = 10 })
for file in files:each():take(3) do
  ---@type oai.VectorStoreFile
  local one = file
  print(one.id, one.status == "completed")
  one:delete()
end
client.vector_stores.files:update(store.id, "file-1", { attributes = { page = 1, final = true } }, { timeout = 5 })

-- Lists; bytes are strings.
for file in client.files:each { purpose = "batch" } do
  ---@type string
  local bytes = assert(file:content())
  print(file.filename, #bytes)
end

-- Files: a path, an open file, or a description of one.
assert(client.files:create { file = "batch.jsonl", purpose = "batch" })
assert(client.files:create { file = assert(io.open "batch.jsonl"), purpose = "batch" })
assert(client.files:create { file = { data = "{}\n", filename = "batch.jsonl" }, purpose = "batch" })

-- Without a stream, and with one.
local response = assert(client.responses:create {
  model = "gpt-4o-mini",
  input = { { role = "user", content = { { type = "input_text", text = "Hello" } } } },
  tools = { { type = "function", name = "now", parameters = { type = "object" }, strict = true, async = true } },
  metadata = oai.null,
})
---@type string
local text = response.output_text
print(text, response.status)

-- What goes back, and what events say.
---@type table[]
local input = response:to_input()
for event in assert(client.responses:stream { model = "gpt-4o-mini", input = input }):named_events() do
  ---@type oai.NamedEvent
  local named = event
  print(named.type, named.delta, named.snapshot)
end
for _, event in ipairs(assert(oai.accumulate("chat"):add "[DONE]")) do
  print(event.text)
end
local completion = assert(client.chat.completions:create { model = "gpt-4o-mini", messages = {} })
---@type table?
local said = completion:to_message { choice = 1, reasoning = true }
print(said)

local stream = assert(client.responses:create { model = "gpt-4o-mini", input = text, stream = true })
for event in stream:events() do
  ---@type oai.ResponseStreamEvent
  local one = event
  if one.type == "response.output_text.delta" then
    print(one.delta)
  end
end
for event in stream do
  ---@type oai.ResponseStreamEvent
  local one = event
  print(one.type)
end
---@type oai.ResponseStream
local same_stream = assert(client.responses:stream { model = "gpt-4o-mini", input = text })
same_stream:close()
---@type oai.ResponseObject?
local whole = stream:final()
print(stream.status, whole and whole.output_text)

local chat = assert(client.chat.completions:create {
  model = "any model", -- the names that are known are suggestions
  messages = { { role = "system", content = "Be brief." }, { role = "user", content = "Hello" } },
  stream = true,
})
for piece in chat:text() do
  ---@type string
  local one = piece
  print(one:upper())
end

-- Whether it is a stream may come from elsewhere; options change nothing in what is
-- returned, but that a call is not waited for.
---@param one oai.ChatCompletionStream
local function read(one)
  print(one:final())
end
---@param one oai.ChatCompletion
local function show(one)
  print(one.choices)
end
local is_stream = os.time() % 2 == 0
local options = { timeout = 5 }
read(assert(client.chat.completions:create({ model = "m", messages = {}, stream = true }, { timeout = 5 })))
read(assert(client.chat.completions:create { model = "m", messages = {}, stream = true }))
read(assert(client.chat.completions:stream({ model = "m", messages = {} }, options)))
show(assert(client.chat.completions:create { model = "m", messages = {} }))
show(assert(client.chat.completions:create({ model = "m", messages = {} }, options)))
local either = assert(client.chat.completions:create { model = "m", messages = {}, stream = is_stream })
if is_stream then
  read(either)
end
local with_options = client.chat.completions:create({ model = "m", messages = {}, stream = is_stream }, options)
for event in assert(with_options):events() do
  print(event.choices)
end
---@type oai.ChatCompletion?
local kept
kept = client.chat.completions:create({ model = "m", messages = {} }, { timeout = 5 })
print(kept)
---@type oai.ModelPage
local page = assert(client.models:list(nil, { timeout = 5 }))
print(page.data, assert(client.models:list(nil, options)).data)

-- What `oai.check` returns is what was given, but nil.
show(oai.check(client.chat.completions:create { model = "m", messages = {} }))
read(oai.check(client.chat.completions:create { model = "m", messages = {}, stream = true }))
---@type string
local id_of_checked = oai.check(client.responses:create { input = "x" }).id
print(id_of_checked)
local checked, checked_facts = oai.check(client.models:retrieve "m")
print(checked.owned_by, checked_facts.request_id)

-- What is not waited for is a task.
---@param one oai.Task
local function await(one)
  print(one.done, one:await())
end
await(client.chat.completions:create({ model = "m", messages = {} }, { wait = false }))
await(client.chat.completions:create({ model = "m", messages = {}, stream = true }, { wait = false, timeout = 5 }))
await(client.chat.completions:stream({ model = "m", messages = {} }, { on_event = print }))
print(client.models:list(nil, { on_done = print }).done)
local unwaited = store:update({ name = "n" }, { wait = false })
unwaited:cancel()
print(unwaited.done, unwaited.value)

-- Objects in objects.
local thread = client.threads:at "thread_1"
local run = assert(thread.runs:retrieve "run_1")
for step in run.steps:each() do
  ---@type oai.ThreadRunStep
  local one = step
  print(one.id)
end
assert(run:refresh())
print(run.thread_id, run:cancel())

-- A session of an agent: the stream of a turn, what that comes to, and what a
-- session can do.
local new_turn = assert(client.beta.agents.sessions:stream({
  agent_id = "agent_1",
  environment = { type = "none" },
  input = "Hello",
}, { tools = {
  now = function(arguments, call)
    return { zone = arguments.zone, id = call.call_id }
  end,
} }))
---@type oai.AgentTurnStream
local same_turn = new_turn
for event in same_turn do
  ---@type oai.AgentSessionEvent
  local one = event
  print(one.type)
end
for piece in new_turn:text() do
  ---@type string
  local one = piece
  print(one)
end
---@type oai.AgentResult
local result = assert(new_turn:result())
print(result.output_text, result.turn.status == "completed", result.turn.usage)
for _, message in ipairs(new_turn:messages()) do
  ---@type oai.AgentSessionAssistantMessage
  local one = message
  print(one.phase, #one.content)
end

---@type oai.AgentSession
local session = assert(assert(client.beta.agents.sessions:at("session_1"):wait { timeout = 60 }):refresh())
local taken_up = assert(client.responses:follow("resp_1", { after = 3, total_timeout = 60 }))
print(taken_up.status, assert(assert(client.responses:retrieve "resp_1"):follow { include = { "x" } }):final())
local job, job_facts, outcome = client.fine_tuning.jobs:wait("ftjob-1", { on_event = function(event)
  print(event.message)
end })
if job and outcome == "needs_action" then
  print(job.status, job_facts.status)
end
local added = assert(client.vector_stores:at("vs_1").file_batches:upload_and_poll { files = {} })
print(added.file_counts.completed, assert(added:wait()).status)
for _, action in ipairs(session.required_actions) do
  if action.type == "mcp_approval_request" then
    assert(session:answer(action, true, { timeout = 5 }))
  end
end
print(session:send "More", session:cancel(), session.status == "idle")
print(assert(session:stream("Again", { tools = {} })):final())
local followed = assert(session:events { resume = 3 })
---@type oai.AgentEvents
local same_events = followed
for event in same_events do
  ---@type oai.AgentSessionEvent
  local one = event
  print(one.type)
end
for turn in session.turns:each() do
  ---@type oai.AgentSessionTurn
  local one = turn
  print(assert(one:wait()).status)
end
for artifact in session.artifacts:each() do
  print(artifact:download "report.pdf")
end

-- The messages of a stream, where it brings some.
local of_session = assert(client.beta.agents.sessions:create {
  agent_id = "agent_1",
  environment = { type = "none" },
  stream = true,
})
---@type oai.AgentSessionAssistantMessage[]
local answers = of_session:messages()
---@type oai.ThreadMessage[]
local of_run = assert(thread.runs:stream { assistant_id = "asst_1" }):messages()
print(#answers, #of_run)

-- Endpoints of webhooks.
local endpoint = assert(client.webhooks:create {
  name = "all",
  url = "https://example.com/hook",
  event_types = { "response.completed", "batch.failed" },
})
---@type string
local secret = endpoint.signing_secret
print(#secret, endpoint:rotate_secret { keep_old_secret_active_for_24_hours = true })
print(client.webhooks:test(endpoint.id, { event_type = "batch.failed" }))
for one in client.webhooks:each() do
  ---@type oai.WebhookEndpoint
  local same_endpoint = one
  same_endpoint:update { name = "some" }
end
local event = client.webhooks:unwrap("{}", { ["webhook-id"] = "wh_1" }, { secret, { env = "OTHER" } }, 60)
if event and event.type == "response.completed" then
  ---@type string?
  local of_event = event.data.id
  print(of_event, client.webhooks:subject(event, { timeout = 5 }))
end
print(oai.webhooks.verify_signature("{}", {}, secret), oai.webhooks.unwrap("{}", {}))
print(oai.client { webhook_secret = { secret } }, oai.client { webhook_secret = { file = "secret" } })

-- Conversations.
local talk = client:talk { model = "m", instructions = "Be brief.", max_input_tokens = 1000, history = "client" }
---@type oai.ToolRun
local answered = assert(talk:send("Hello", { timeout = 5 }))
print(answered.output_text, talk.usage.total_tokens, talk.answering == nil)
for piece in assert(talk:stream { { type = "input_text", text = "And?" } }):text() do
  print(piece)
end
---@type oai.Talk
local forked = talk:fork { model = "n" }
---@type string
local saved_talk = forked:save()
print(#saved_talk, talk:regenerate { stream = true }, talk:undo(), talk:cancel())

-- Decisions, whose answers are of several types.
local decision = assert(client.decisions:create {
  model = "any model",
  input = "The parcel has not come.",
  questions = {
    { type = "predicate", name = "angry", instructions = "Is the writer angry?" },
    { type = "choice", instructions = "What is it about?", choices = { { value = "parcel" }, { value = false } } },
  },
})
for _, answer in ipairs(decision.answers) do
  ---@type oai.DecisionAnswer
  local one = answer
  if one.type == "predicate" then
    print(one.probability > 0.5)
  elseif one.type == "choice" then
    print(one.choice, one.confidence)
  end
end

-- Values and errors.
local model, err = client.models:retrieve("no-such-model", nil, { total_timeout = 5 })
if not model then
  print(err.kind, err.status, err.request_id)
  return
end
print(model.owned_by)
local deleted = assert(client.responses:delete "resp_1")
print(deleted == true)

-- Schemas, and answers that are values.
local s = oai.schema
local shape = s.object({ { "legs", s.integer { minimum = 0 } }, { "note", s.nullable(s.string "why") } }, "an animal")
local strict, reason = s.strict(shape)
print(strict, reason and reason.kind == "bad_schema")
local well, faults = s.check(shape, { legs = 8 })
print(well, faults and faults[1].path, faults and tostring(faults))
local parsed, wrong = client.responses:parse({ model = "gpt-4o-mini", input = "x", text_format = shape },
  { ask_again = 1 })
if parsed then
  ---@type string
  local id = parsed.id
  print(id, parsed.output_parsed.legs)
else
  ---@cast wrong oai.Error
  print(wrong.kind == "wrong_shape", wrong.completion, wrong.faults)
end
---@class Animal
---@field legs integer
---@type oai.ParsedResponse<Animal>
local animal = assert(client.responses:parse { model = "gpt-4o-mini", input = "x", text_format = shape })
---@type integer
local legs = animal.output_parsed.legs
---@type oai.ParsedCompletion<Animal>
local chosen = assert(client.chat.completions:parse { model = "gpt-4o-mini", messages = {}, response_format = shape })
---@type integer
local more = assert(chosen.choices[1]).message.parsed.legs
print(legs, more)
local coming = client.responses:parse { model = "m", input = "x", text_format = shape, stream = true }
for so_far in assert(coming):partial() do
  print(so_far)
end
local choice = assert(completion.choices[1])
print(response.output_text, choice.message.parsed)
for value in assert(client.responses:stream { model = "gpt-4o-mini", input = "x" }):partial() do
  print(value)
end

-- Providers: of others, and of one's own.
local azure = oai.azure { endpoint = "https://r.openai.azure.com", api_version = "v", token = { env = "TOKEN" } }
---@type oai.ModelPage
local deployed = assert(azure.models:list())
print(#deployed.data)
oai.bedrock { region = "us-east-1", access_key = "a", secret_key = "b", timeout = 5 }
oai.vertex { project = "p", location = "global", token = function(request, send)
  local reply = send("GET", "http://metadata/token", nil, { timeout = request.timeout })
  return reply and reply.access_token, 3600
end }
oai.client { provider = {
  name = "relay", base_url = "https://relay.example/v1", header = "x-key", credential = { file = "key" },
  path = function(method, path, params)
    return params.model and path .. "?queue=" .. method or path
  end,
  sign = function(request)
    return { ["X-Length"] = tostring(#(request.body or "")) }
  end,
} }
oai.client { workload_identity = { identity_provider_id = "i", service_account_id = "s", subject = "kubernetes" } }
oai.client { workload_identity = { identity_provider_id = "i", service_account_id = "s",
  subject = { kind = "azure", client_id = "c" } } }

-- Conversations over sockets.
local connection = assert(client.realtime:connect {
  model = "gpt-realtime", ping_interval = 5, timeout = 10, reconnect_before = 60,
  on_reconnect = function(again, told)
    assert(again:send { type = "session.update", session = {} })
    print(told.attempt + 1, told.err.kind, #told.unsent)
  end,
  on_reconnecting = function(told)
    return { abort = told.attempt > 2 }
  end,
})
---@type oai.Connection
local same_connection = connection
assert(same_connection:send_bytes "bytes")
local next_event, next_err = connection:next(0.5)
print(next_event and next_event.type, next_err and next_err.unsent)
print(connection.status == "open", connection.facts.status)
for told in connection:events() do
  print(told.type)
end
assert(connection:drain(1))
assert(connection:close(1000, "done"))

-- The API's own: what is sent by name, what comes, and what adds up.
assert(connection.session:update { session = { type = "realtime", output_modalities = { "text" } } })
assert(connection.input_audio_buffer:append "bytes")
assert(connection.input_audio_buffer:append { audio = "YQ==" })
assert(connection.input_audio_buffer:commit())
assert(connection.conversation.item:create { item = { type = "message", role = "user",
  content = { { type = "input_text", text = "Hello." } } } })
assert(connection.response:create { response = { output_modalities = { "text" } } })
local spoken = assert(connection:response(function(told)
  print(told.type)
end))
print(spoken.status == "completed", connection:text() .. connection:audio())
for told in connection:events() do
  if told.type == "response.output_audio.delta" then
    print(told.delta)
  end
end
local lanes = assert(client.responses:connect { max_lanes = 4, tools = oai.tools { now = { run = os.time } } })
assert(lanes.response:create { model = "gpt-4o-mini", input = "x" })
print(assert(lanes:response()).output_text)
print(assert(assert(lanes:lane "a"):final()).id)
local translated = assert(client.realtime.translations:connect { model = "gpt-realtime-translate" })
assert(translated.session.input_audio_buffer:append "bytes")
assert(translated.session:close())
local live = assert(client.live:connect { session = { model = "gpt-live-1" } })
assert(live.session.input_audio:append "bytes")
assert(live.session.input_audio:mute())
assert(client.live.sideband:connect("live_1", { graceful_close = true })).transport.dtmf:send { event = "1" }
