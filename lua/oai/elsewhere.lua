-- What other libraries for the API call what is here under another name:
-- openai-python, openai-node, lua-openai. Used in messages only.

local elsewhere = {}

local CLIENT, AZURE = "oai.client { api_key = ... }", "oai.azure { ... }"
local FINAL, TEXT, EVENTS, CLOSE = "stream:final()", "stream:text()", "stream:events()", "stream:close()"
local NEXT = "connection:next()"
local SEND, RUN = "talk:send(text)", "run:final()"
local REFRESH = "object:refresh() and oai.sleep, in a loop (docs/tasks.md)"
local WAIT = "object:wait() (docs/waiting.md)"
local REQUEST = 'client:request("%s", path, params)'
local TRANSPORT = "the options proxy, ca_file and client_cert (docs/options.md)"
local SIMILARITY = "oai.similarity(a, b)"
local FACTS = "the second value that each call returns"
local ERRORS = "err.kind (docs/errors.md)"

--- What to use instead, by the kind of thing that has no such name.
---@type table<string, table<string, string>>
local CALLED = {
  oai = {
    new = CLIENT, new_client = CLIENT, init = CLIENT, openai = CLIENT, OpenAI = CLIENT, AsyncOpenAI = CLIENT,
    Client = CLIENT, AzureOpenAI = AZURE, AsyncAzureOpenAI = AZURE, BedrockOpenAI = "oai.bedrock { ... }",
    cosine_similarity = SIMILARITY, cosine = SIMILARITY, cosine_sim = SIMILARITY, dot = SIMILARITY,
    await = "task:await()", run = "client:spawn and client:run", create_task = "client:spawn",
    spawn = "client:spawn", first = "client:first", errors = ERRORS, OpenAIError = ERRORS,
    PermissionDeniedError = ERRORS, ConflictError = ERRORS, UnprocessableEntityError = ERRORS,
    InternalServerError = ERRORS,
    NOT_GIVEN = "nil", NotGiven = "nil", omit = "nil", APIError = ERRORS, APIStatusError = ERRORS,
    APIConnectionError = ERRORS, APITimeoutError = ERRORS, AuthenticationError = ERRORS, BadRequestError = ERRORS,
    NotFoundError = ERRORS, RateLimitError = ERRORS,
  },
  json = { null = "oai.null", array = "oai.array", object = "oai.object", parse = "oai.json.decode(text)",
    stringify = "oai.json.encode(value)", dumps = "oai.json.encode(value)", loads = "oai.json.decode(text)" },
  ["an accumulator"] = { final = "accumulator:value()", result = "accumulator:value()",
    push = "accumulator:add(event)", feed = "accumulator:add(event)", close = "accumulator:finish()" },
  client = {
    new_chat_session = "client:talk", new_responses_chat_session = "client:talk",
    create_chat_completion = "client.chat.completions:create", chat_completion = "client.chat.completions:create",
    base_url = "tostring(client)", create_response = "client.responses:create",
    stream = "client.responses:stream", create = "client.responses:create", parse = "client.responses:parse",
    run_tools = "client.responses:run", with_options = "client:with", copy = "client:with",
    get = REQUEST:format "GET", post = REQUEST:format "POST", put = REQUEST:format "PUT",
    patch = REQUEST:format "PATCH", delete = REQUEST:format "DELETE", with_raw_response = FACTS,
    with_streaming_response = FACTS, agents = "client.beta.agents", sessions = "client.beta.agents.sessions",
    costs = "client.admin.organization.usage:costs",
    organization = "client.admin.organization", projects = "client.admin.organization.projects",
    batch = "client.batches", webhook_endpoints = "client.webhooks", speech = "client.audio.speech",
    transcriptions = "client.audio.transcriptions",
    race = "client:first", any = "client:first", wait_any = "client:first", all = "client:gather",
    wait_all = "client:gather", runs = "client.beta.threads.runs",
  },
  ["client.beta"] = { chat = "client.chat", completions = "client.chat.completions", files = "client.files",
    vector_stores = "client.vector_stores", sessions = "client.beta.agents.sessions" },
  ["client.chat"] = { create = "client.chat.completions:create", stream = "client.chat.completions:stream",
    parse = "client.chat.completions:parse", run = "client.chat.completions:run" },
  ["client.admin"] = { usage = "client.admin.organization.usage", projects = "client.admin.organization.projects" },
  ["client.admin.organization"] = { costs = "client.admin.organization.usage:costs" },
  ["client.beta.agents.sessions"] = { run = "client.beta.agents.sessions:stream" },
  ["client.uploads"] = { wait = "upload:wait()", poll = "upload:wait()",
    upload_file_chunked = "client.files:upload (docs/files.md)" },
  ["client.admin.organization.usage"] = { each = "client.admin.organization.usage:each_completions",
    list = "client.admin.organization.usage:completions" },
  ["client.fine_tuning"] = { create = "client.fine_tuning.jobs:create", list = "client.fine_tuning.jobs:list" },
  ["client.audio"] = { transcribe = "client.audio.transcriptions:create",
    translate = "client.audio.translations:create" },
  ["client.webhooks"] = { endpoints = "client.webhooks:list", construct_event = "client.webhooks:unwrap",
    verify = "client.webhooks:verify_signature" },
  ["a stream"] = {
    get_final_completion = FINAL, get_final_response = FINAL, get_final_message = FINAL, final_message = FINAL,
    final_completion = FINAL, final_response = FINAL, final_chat_completion = FINAL, until_done = FINAL,
    wait = FINAL, await = FINAL, result = FINAL, done = FINAL, choices = FINAL, output_text = FINAL, usage = FINAL,
    text_stream = TEXT, text_deltas = TEXT, content = TEXT, iter = EVENTS, lines = EVENTS, each = EVENTS,
    read = "stream:next()", on = "stream:named_events()", cancel = CLOSE, abort = CLOSE, controller = CLOSE,
  },
  ["a run"] = {
    wait = RUN, await = RUN, result = RUN, until_done = RUN, run_until_done = RUN, get_final_response = RUN,
    get_final_completion = RUN, final_chat_completion = RUN, final_content = "run.output_text",
    content = "run.output_text",
    text_stream = "run:text()", stream = "run:events()", output = "run.items", history = "run.items",
    choices = "run.reply", parsed = "run.output_parsed", stop = "run:cancel()",
  },
  ["a talk"] = {
    ask = SEND, chat = SEND, say = SEND, add = SEND, append = SEND, append_message = SEND, prompt = SEND,
    complete = SEND, create = SEND, generate_response = SEND, load = "client:talk { from = saved }",
    resume = "client:talk { from = saved }", reset = "client:talk, for a new one", clear = "client:talk, for a new one",
    history = "talk.items, or talk.messages", text = "talk:stream(text):text()", retry = "talk:regenerate()",
    state = "talk:save()",
  },
  ["a tool"] = {
    func = "run", ["function"] = "run", fn = "run", callback = "run", handler = "run", execute = "run", call = "run",
    schema = "parameters", arguments = "parameters", input_schema = "parameters", parse = "parameters",
  },
  schema = { list = "s.array(...)", str = "s.string()", text = "s.string()", int = "s.integer()",
    float = "s.number()", bool = "s.boolean()", union = "s.any_of(...)", one_of = "s.any_of(...)",
    literal = "s.const(...)", dict = "s.map(...)", struct = "s.object { ... }", validate = "s.check(schema, value)" },
  ["an object"] = {
    model_dump = "oai.dump(object)", model_dump_json = "oai.json.encode(object)", to_dict = "the object, a table",
    _request_id = FACTS, del = "object:delete()", destroy = "object:delete()",
  },
  ["an option"] = { http_client = TRANSPORT, http_agent = TRANSPORT, transport = TRANSPORT, fetch = TRANSPORT },
  connection = { recv = NEXT, receive = NEXT, recv_bytes = NEXT, read = NEXT, iter = "connection:events()",
    disconnect = "connection:close()", on = "connection:events()" },
  ["a task"] = { is_done = "task.done", result = "task:await(), or task.value", join = "task:await()",
    shutdown = "task:cancel()", abort = "task:cancel()", exception = "task.err",
    status = "task.done and task.err" },
  ["a page"] = { auto_paging_iter = "page:each()", iter = "page:each()", iter_pages = "page:pages()",
    get_next_page = "page:next()", has_next_page = "page.has_more" },
}

elsewhere.names = CALLED

--- What resources have in place of these methods: the first that is there.
---@type table<string, string[]>
local METHODS = {
  get = { "retrieve" }, fetch = { "retrieve" }, upload = { "create" }, download = { "content", "download_content" },
  retrieve_content = { "content", "download_content" }, remove = { "delete" }, del = { "delete" },
  destroy = { "delete" }, list_auto_paging = { "each" }, create_edit = { "edit" }, create_image = { "generate" },
  modify = { "update" },
  edit = { "update" }, list_all = { "each" }, iter = { "each" }, auto_paging_iter = { "each" }, send = { "create" },
  ask = { "create" }, chat = { "create" }, complete = { "create" }, create = { "generate" }, generate = { "create" },
  stream = { "stream_generate" }, create_stream = { "stream" },
  create_and_stream = { "stream" }, create_and_run_stream = { "stream_create_and_run" },
  acreate = { "create" }, create_async = { "create" }, run_tools = { "run" }, run_functions = { "run" },
}

local OF_ALL = { with_raw_response = FACTS, with_streaming_response = FACTS }

local WAITING = { poll = true, wait = true, wait_for_processing = true, wait_until_done = true }

--- What waits for what is made by the method `first`, if any is named, of a
--- resource or an object.
local function waiting(where, first, names)
  if first and names[first] then
    return ("%s:%s, then %s"):format(where, first, names.wait and WAIT or REFRESH)
  elseif names.wait then
    return where == "an object" and WAIT or where .. ":wait"
  end
  return REFRESH
end

--- What a resource has for what is called `key` elsewhere, or nil.
local function of_resource(where, key, names)
  for _, method in ipairs(METHODS[key] or {}) do
    if names[method] then
      return where .. ":" .. method
    end
  end
  local first = key:match "^(.-)_and_poll$" or key:match "^(.-)_poll$"
  if first or WAITING[key] then
    return waiting(where, first, names)
  end
  return OF_ALL[key]
end

--- What to use in place of a name that other libraries have, or nil.
---@param where string  what has no such name: "a stream", "client.chat.completions"
---@param key any
---@param names table<string, any>  a set: its keys are the real names
---@return string?
function elsewhere.called(where, key, names)
  if type(key) ~= "string" then
    return nil
  end
  local called, snake = CALLED[(where:gsub("^oai%.", ""))] or {}, key:gsub("(%l)(%u)", "%1_%2"):lower()
  return called[key] or called[snake] or where:find "^client%." and of_resource(where, snake, names)
    or where == "an object" and WAITING[snake] and waiting(where, nil, names) or nil
end

return elsewhere
