-- What an editor shows at a place in a program, which is where `|` stands: names that are
-- offered there and some that are not, words of a hover; and names in which a fault is.

local cases = {}

--- What each program begins with.
cases.BEGINNING = [[
local oai = require "oai"
local client = oai.client {}
]]

local OF_A_CALL = { "timeout", "max_retries", "headers", "wait", "on_done", "on_event", "save_to", "client_request_id" }
local OF_A_CLIENT = { "proxy", "ca_file", "profile", "loop", "verify" }
local OF_A_CALL_ALONE = { "wait", "on_done", "on_event", "save_to", "client_request_id", "body" }
local PAGE = "https://developers.openai.com/api/reference/"
local OF_A_STREAM = { "events", "next", "text", "final", "close" }

cases.offers = {
  { "oai.|", needs = { "client", "null", "schema", "tools" } },
  { "client.|", needs = { "chat", "responses", "files", "models", "with", "talk", "request" }, lacks = { "budget" } },
  { "client.chat.completions:|", needs = { "create", "stream", "list", "each", "parse", "delete" } },
  { "client.batches:|", needs = { "create", "run", "wait" } },
  { "client.vector_stores.files:|", needs = { "create_and_poll", "poll", "upload", "upload_and_poll", "wait" } },
  { 'local batch = assert(client.batches:retrieve "b")\nbatch:|', needs = { "cancel", "refresh", "wait" } },
  { "client.responses:run { | }", needs = { "model", "input", "tools", "text_format", "max_turns", "approve" } },
  { "client.responses:parse { | }", needs = { "model", "input", "text_format" }, lacks = { "max_turns" } },
  { "client:talk { | }", needs = { "model", "instructions", "tools", "input", "messages", "max_turns", "history" } },
  { "client.chat.completions:create { | }", needs = { "model", "messages", "stream", "temperature" },
    lacks = { "timeout", "wait" } },
  { "client.chat.completions:create { messages = { { | } } }", needs = { "role", "content" } },
  { 'client.responses:create { model = "|" }', needs = { "gpt-4o-mini" } },
  { 'client.files:create { purpose = "|" }', needs = { "batch", "fine-tune" } },
  { "oai.client { | }", needs = { "api_key", "timeout", "profile", "proxy" }, lacks = OF_A_CALL_ALONE },
  { 'oai.client { profile = "|" }', needs = { "ollama", "vllm" } },
  { "client:with { | }", needs = { "timeout", "headers" }, lacks = { "save_to", "wait", "proxy", "loop" } },
  { "client.models:list(nil, { | })", needs = OF_A_CALL, lacks = OF_A_CLIENT },
  { "client.chat.completions:create({}, { | })", needs = OF_A_CALL, lacks = OF_A_CLIENT },
  { 'local stream = assert(client.responses:stream { input = "x" })\nstream:|', needs = OF_A_STREAM },
  { 'local stream = assert(client.responses:create { input = "x", stream = true })\nstream:|', needs = OF_A_STREAM },
  { 'local stream = assert(client.responses:create({ input = "x", stream = true }, { timeout = 5 }))\nstream:|',
    needs = OF_A_STREAM },
  { 'local stream = oai.check(client.responses:stream { input = "x" })\nfor event in stream do\n  print(event.|)\nend',
    needs = { "type" } },
  { 'local reply = oai.check(client.responses:create { input = "x" })\nprint(reply.|)', needs = { "output_text" } },
  { 'local reply = assert(client.responses:create { input = "x" })\nprint(reply.|)',
    needs = { "output_text", "status", "to_input" } },
  { "local page = assert(client.models:list())\nprint(page.|)", needs = { "data", "each", "pages", "next" } },
  { "local _, err = client.models:list()\nprint(err.|)", needs = { "kind", "message", "status", "request_id" } },
  { 'local task = client.responses:create({ input = "x" }, { wait = false })\ntask:|', needs = { "await", "cancel" } },
  { 'local task = client.models:list(nil, { on_done = print })\nprint(task.|)', needs = { "done", "value", "err" },
    lacks = { "scheduler", "told", "raised" } },
}

cases.hovers = {
  { "client.chat.completions:cre|ate { messages = {} }", "Asks a model", PAGE },
  { "client.models:li|st()", "Returns the models", PAGE },
  { "client.mod|els:list()", "which models there are" },
  { "client.chat.completions:create { temp|erature = 1 }", "the more varied" },
  { "oai.client { time|out = 5 }", "seconds in which nothing of an attempt moves" },
  { "oai.cli|ent {}", "makes a client" },
  { 'local reply = assert(client.responses:create { input = "x" })\nprint(reply.output|_text)', "the whole text" },
  { "local _, err = client.models:list()\nprint(err.ki|nd)", "what to decide by" },
  { 'local stream = assert(client.responses:stream { input = "x" })\nstream:fi|nal()', "reads to the end" },
}

--- Each a line, which is reported by this name.
cases.faults = {
  { 'client.chat.completions:create { model = "m", messages = {}, temprature = 1 }', "temprature" },
  { 'client.chat.completions:create { model = "m", mesages = {} }', "mesages" },
  { 'client.chat.completions:create({ messages = {}, stream = true, topp = 1 }, { timeout = 5 })', "topp" },
  { "oai.client { timeot = 5 }", "timeot" },
  { 'oai.client { save_to = "x" }', "save_to" },
  { "client.models:list(nil, { timeuot = 5 })", "timeuot" },
  { 'client.vector_stores:create { nam = "notes" }', "nam" },
  { 'client.responses:run { model = "m", inputt = "x" }', "inputt" },
  { 'client:talk { model = "m", instruktions = "x" }', "instruktions" },
  { "print(client.chat.completons)", "completons" },
  { 'print(assert(client.responses:create { input = "x" }).ouput_text)', "ouput_text" },
}

return cases
