-- Wrong use of the API, one fault a marked line: `make types` fails unless
-- the checker reports each of them, by this name, and nothing else. Older ones
-- need not find what has a plus.

local oai = require "oai"

local client = oai.client {}

-- Misspelt: a resource, a method, a field of a reply and of an event, one of
-- the parameters that is optional, one that is not, and one within another.
print(client.respnses) -- ! undefined-field
client.files:delet("file-1") -- ! undefined-field
local store = assert(client.vector_stores:create {})
print(store.file_count) -- ! undefined-field
print(assert(client.batches:wait "batch_1").statis) -- !+ undefined-field
local call = client.beta.responses:at("resp_1").reasoning --[[@as oai.Reasoning]]
print(call.efort) -- ! undefined-field
local stream = assert(client.responses:create { model = "gpt-4o-mini", input = "x", stream = true })
for event in stream:events() do
  print(event.kind) -- !+ undefined-field
end
---@class Beast
---@field legs integer
---@type oai.ParsedResponse<Beast>
local beast = assert(client.responses:parse { model = "gpt-4o-mini", input = "x" })
print(beast.output_parsed.wings) -- ! undefined-field
print(beast.output_passed) -- ! undefined-field
print(oai.check(client.responses:create { input = "x" }).output_txt) -- ! undefined-field
client.chat.completions:create { model = "gpt-4o-mini", messages = {}, temprature = 1 } -- ! assign-type-mismatch
client.embeddings:create { modle = "text-embedding-3-small", input = "x" } -- ! missing-fields assign-type-mismatch
client.responses:follow(7) -- ! param-type-mismatch
client.chat.completions:create { model = "m", messages = { { role = "user", contents = 1 } } } -- ! assign-type-mismatch

client.chat.completions:create { model = "m", messages = {}, stream = true, temprature = 1 } -- ! assign-type-mismatch
client.chat.completions:create({ model = "m", messages = {}, temprature = 1 }, { timeout = 5 }) -- ! param-type-mismatch
local is_stream = os.time() % 2 == 0
client.chat.completions:create { model = "m", messages = {}, stream = is_stream, tool = {} } -- ! assign-type-mismatch
client.responses:stream { model = "gpt-4o-mini", inputs = "x" } -- ! param-type-mismatch
client.chat.completions:create { model = "gpt-4o-mini", messages = {}, tool = {} } -- ! assign-type-mismatch
client.vector_stores:create { nam = "notes" } -- ! param-type-mismatch
---@type oai.ResponsesCreateParams
local params = {}
params.temprature = 1 -- ! assign-type-mismatch
print(params)

-- Misspelt options: of a call, of a wait, of a client; those of a single call given to
-- a client, and the reverse.
client.models:list(nil, { timeot = 5 }) -- ! param-type-mismatch
client.responses:create({ model = "gpt-4o-mini", input = "x" }, { max_retrys = 5 }) -- ! param-type-mismatch
client.models:list(nil, { timeot = 5, wait = false }) -- ! param-type-mismatch
client.responses:create({ model = "gpt-4o-mini", inputs = "x" }, { wait = false }) -- ! param-type-mismatch
print(client.models:list(nil, { wait = false }).dune) -- ! undefined-field
client.batches:wait("batch_1", { intervall = 5 }) -- ! param-type-mismatch
client.batches:run({}, { sate = "batch.state" }) -- ! param-type-mismatch
oai.client { timeot = 5 } -- ! param-type-mismatch
oai.client { save_to = "reply" } -- ! param-type-mismatch
oai.client { on_done = print } -- ! param-type-mismatch
client:with { save_to = "reply" } -- ! assign-type-mismatch
client:with { proxy = "http://127.0.0.1:3128" } -- ! assign-type-mismatch
client.models:list(nil, { proxy = "http://127.0.0.1:3128" }) -- ! param-type-mismatch
oai.azure { api_versoin = "v" } -- ! param-type-mismatch
client.realtime:connect { ping_intervall = 5 } -- ! assign-type-mismatch

-- Misspelt among what is given to a run, a conversation, and what asks for a value; of a
-- wrong type there, and an option of one of them in the place of those of its calls.
client.responses:run { model = "m", inputs = "x" } -- ! assign-type-mismatch
client.responses:run { model = "m", input = "x", max_turn = 3 } -- ! assign-type-mismatch
client.responses:run { model = "m", input = "x", temperature = "hot" } -- ! assign-type-mismatch
client.responses:run({ model = "m", input = "x" }, { max_turns = 3 }) -- ! param-type-mismatch
client.chat.completions:run { model = "m", messages = {}, concurency = 2 } -- ! assign-type-mismatch
client:talk { model = "m", instruction = "Be brief." } -- ! assign-type-mismatch
client:talk { model = "m", max_input_tokens = "all" } -- ! assign-type-mismatch
client.responses:parse { model = "m", input = "x", textformat = {} } -- ! assign-type-mismatch
client.chat.completions:parse { model = "m", messages = {}, reponse_format = {} } -- ! assign-type-mismatch

-- In what programs give besides: a tool, by itself and in a run; of many calls; of a hook; a
-- price; a profile and a provider; who a machine is; a request of a batch.
oai.tools { now = { run = os.time, descripton = "The time." } } -- ! param-type-mismatch
oai.tools { now = { run = "os.time" } } -- ! param-type-mismatch
client:gather({}, { error = "collect" }) -- ! param-type-mismatch
client:map({}, print, { concurency = 2 }) -- ! param-type-mismatch
client:on("reqest", print) -- ! param-type-mismatch
client:on("request", print, { body = true }) -- ! param-type-mismatch
client:request("GET", "/models", nil, { timeot = 5 }) -- ! param-type-mismatch
oai.cost({}, { m = { input = 1, output = 2, cachd = 0 } }) -- ! assign-type-mismatch
oai.client { profile = { base_ulr = "http://127.0.0.1/v1" } } -- ! param-type-mismatch
oai.client { provider = { name = "relay", base_ulr = "http://127.0.0.1/v1" } } -- ! param-type-mismatch
oai.client { api_key = { fil = "key" } } -- ! param-type-mismatch
oai.client { webhook_secret = { evn = "SECRET" } } -- ! param-type-mismatch
client:talk({ model = "m" }):fork { modl = "n" } -- ! param-type-mismatch
oai.accumulate "chats" -- ! param-type-mismatch
client.videos:create_and_poll { promt = "Waves." } -- ! assign-type-mismatch missing-fields
client.vector_stores.files:upload_and_poll("vs_1", { fil = "a.md" }) -- ! assign-type-mismatch missing-fields
client.vector_stores.file_batches:upload_and_poll("vs_1", { files = 5 }) -- ! assign-type-mismatch
client.batches:run { { body = {}, custm_id = "a" } } -- ! param-type-mismatch

-- Of what replies have: in a list, in what is nested there, in each item of a list, in a
-- task, and a type that no event has.
local page = assert(client.models:list())
print(page.dta) -- ! undefined-field
print(assert(page.data[1]).owner) -- ! undefined-field
for model in client.models:each() do
  print(model.nam) -- ! undefined-field
end
print(assert(assert(client.responses:create { model = "m", input = "x" }).usage).input_token) -- ! undefined-field
local task = client.models:list(nil, { wait = false })
print(task.vlue) -- ! undefined-field
task:awit() -- ! undefined-field
local _, err = client.models:retrieve "m"
print(err.knd) -- !+ undefined-field
print(oai.schema.strng "why") -- ! undefined-field
client.responses.create { model = "m", input = "x" } -- ! param-type-mismatch
client.images:generate { prompt = 5 } -- ! assign-type-mismatch
client.embeddings:create { model = "m", input = 5 } -- ! assign-type-mismatch
client.models:list({}, {}, {}) -- ! redundant-parameter
client.responses:retrieve() -- ! missing-parameter

-- What is the library's own is offered to nobody.
print(client._shared) -- ! access-invisible
print(stream._exchange) -- ! access-invisible

-- Of a wrong type: a parameter, one of a fixed set, one within another, an
-- item of a list, a file, what comes back, and an id that is not there.
client.responses:create { model = "gpt-4o-mini", input = "x", temperature = "hot" } -- ! assign-type-mismatch
client.files:create { file = "a.jsonl", purpose = "fun" } -- ! assign-type-mismatch
oai.client { profile = "olama" } -- ! param-type-mismatch
oai.client { profile = { base64 = "yes" } } -- ! param-type-mismatch
client.responses:create { model = "m", input = "x", reasoning = { effort = "very" } } -- ! assign-type-mismatch
client.vector_stores:create { file_ids = { 1, 2 } } -- ! param-type-mismatch
client.files:create { file = 3, purpose = "batch" } -- ! assign-type-mismatch
---@type integer
local count = store.name -- ! assign-type-mismatch
print(count)
client.vector_stores.files:update(store.id, { attributes = {} }) -- ! missing-parameter
client.responses:create { input = "x", tools = { { type = "function", asynch = 1 } } } -- ! assign-type-mismatch

-- Of agents: a method of sessions, of a session and of a stream that is none,
-- one of an object that a resource does not have, a parameter, an option and a
-- tool of a wrong type, and a field of what comes back.
local sessions = client.beta.agents.sessions
print(sessions.streem) -- ! undefined-field
sessions:cancel() -- ! undefined-field
sessions:stream { agent_id = "agent_1", environment = { type = "nowhere" } } -- ! assign-type-mismatch
sessions:stream { agent_id = 1, environment = { type = "none" } } -- ! assign-type-mismatch
local session = sessions:at "session_1"
session:sent "Hello" -- ! undefined-field
session:wait { timeout = "long" } -- ! param-type-mismatch
print(session.status == "idle", session.stauts) -- ! undefined-field
local turn = assert(session:stream("Hello", { tools = { now = "now" } })) -- ! param-type-mismatch
for event in turn do
  print(event.kind) -- !+ undefined-field
end
print(turn.output) -- ! undefined-field
print(assert(turn:result()).text) -- ! undefined-field
---@type string
local first = turn:messages()[1] -- ! assign-type-mismatch
print(first)
print(assert(session:events { resume = "often" }):text()) -- ! param-type-mismatch undefined-field

-- Of webhooks and decisions.
client.webhooks:create { name = "a", url = "b", event_types = { "batch.done" } } -- ! assign-type-mismatch
local endpoint = client.webhooks:at "we_1"
print(endpoint.secret) -- ! undefined-field
endpoint:rotate_secret { keep_old_secret_active_for_24_hours = 24 } -- ! param-type-mismatch
local hook = client.webhooks:unwrap("{}", {})
print(hook and hook.kind) -- !+ undefined-field
client.webhooks:unwrap("{}", {}, 5) -- ! param-type-mismatch
local decision = assert(client.decisions:create { model = "m", input = "x" }) -- ! missing-fields param-type-mismatch
print(decision.answer) -- ! undefined-field

-- Of providers.
oai.azure { endpoint = 5 } -- ! param-type-mismatch
oai.client { provider = { name = 5 } } -- ! param-type-mismatch
oai.client { workload_identity = { subject = 5 } } -- ! param-type-mismatch missing-fields

-- Of sockets: a node and a method that are none, a field of a wrong type, a
-- parameter that is missing, and a field of what comes.
local connection = assert(client.realtime:connect { model = 5 }) -- ! assign-type-mismatch
print(connection.sesion) -- ! undefined-field
connection.session:updat() -- ! undefined-field
connection.session:update { session = 5 } -- ! assign-type-mismatch
connection.input_audio_buffer:append(5) -- ! param-type-mismatch
connection.conversation.item:create {} -- ! missing-fields param-type-mismatch
for told in connection:events() do
  print(told.tipe) -- !+ undefined-field
end
