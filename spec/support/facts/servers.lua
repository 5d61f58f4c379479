-- What servers that speak the API answer in ways of their own, by the name of
-- their profile: each in the shape that it is known for, in as few words as
-- have that shape.

local json = require "oai.codec.json"

local null = json.null

local function chunk(delta, reason, more)
  local event = { id = "c1", object = "chat.completion.chunk", created = 1, model = "m",
    choices = { { index = 0, delta = delta, finish_reason = reason or null } } }
  for name, value in pairs(more or {}) do
    event[name] = value
  end
  return event
end

local function call(id, name, arguments, index, kind)
  return { id = id, type = kind, index = index, ["function"] = { name = name, arguments = arguments } }
end

local USAGE = { prompt_tokens = 1, completion_tokens = 2, total_tokens = 3 }
local MODEL = { id = "m", object = "model", created = 1, owned_by = "o" }
local LIST = { object = "list", data = { MODEL } }

-- `models`: the list, and how many it has. `error`: a status, a body, and what
-- the error says. `chunks`: of a stream;
-- `calls`, `reasoning`, `content`, `usage`: what they add up to;
-- `kept`: a field beside the choices. `prefix`: what stands before the chunks.
return {
  ollama = {
    models = { { object = "list", data = null }, 0 },
    error = { 404, { error = { message = "model 'x' not found", type = "api_error", param = null, code = null } },
      { kind = "not_found", message = "model 'x' not found" } },
    chunks = {
      chunk { role = "assistant", content = "", reasoning = "Hm" },
      chunk { role = "assistant", content = "", reasoning = "." },
      chunk { role = "assistant", content = "Hi" },
      chunk { role = "assistant", content = "", tool_calls = { call("call_1", "f", "{}", 0, "function") } },
      chunk { role = "assistant", content = "", tool_calls = { call("call_2", "f", '{"a":1}', 0, "function") } },
      chunk({ role = "assistant", content = "" }, "tool_calls", { system_fingerprint = "fp_ollama" }),
      { id = "c1", object = "chat.completion.chunk", model = "m", choices = {}, usage = USAGE },
    },
    reasoning = "Hm.", content = "Hi", calls = { "call_1 f {}", 'call_2 f {"a":1}' }, usage = 3,
    kept = { "system_fingerprint", "fp_ollama" },
  },
  llama_cpp = {
    models = { { models = { { name = "m", model = "m", capabilities = { "completion" } } }, object = "list",
      data = { { id = "m", object = "model", aliases = { "m" }, owned_by = "llamacpp", meta = { n_ctx = 1 } } } }, 1 },
    error = { 503, { error = { message = "Loading model", type = "unavailable_error", code = 503 } },
      { kind = "server", message = "Loading model", type = "unavailable_error" } },
    chunks = {
      chunk { role = "assistant", content = null },
      chunk { reasoning_content = "Hm" }, chunk { content = "H" }, chunk { content = "i" },
      chunk { tool_calls = { call("abc", "f", "{", 0, "function") } },
      chunk { tool_calls = { { index = 0, ["function"] = { arguments = "}" } } } },
      chunk({}, "tool_calls"),
      { id = "c1", object = "chat.completion.chunk", choices = {}, usage = USAGE, timings = { predicted_n = 2 } },
    },
    reasoning = "Hm", content = "Hi", calls = { "abc f {}" }, usage = 3, kept = { "timings" },
  },
  vllm = {
    models = { { object = "list", data = { { id = "m", object = "model", owned_by = "vllm", root = "m", parent = null,
      max_model_len = 4096, permission = { { id = "p", object = "model_permission" } } } } }, 1 },
    error = { 400, { object = "error", message = "too long", type = "BadRequestError", param = null, code = 400 },
      { kind = "bad_request", message = "too long", type = "BadRequestError" } },
    chunks = {
      chunk { role = "assistant", content = "", reasoning_content = null },
      chunk { reasoning = "Hm", reasoning_content = "Hm" }, chunk { content = "Hi" },
      chunk { tool_calls = { call("chatcmpl-tool-1", "f", null, 0, "function") } },
      chunk { tool_calls = { { index = 0, ["function"] = { arguments = "{}" } } } },
      chunk({ content = "" }, "tool_calls"),
      { id = "c1", object = "chat.completion.chunk", choices = {}, usage = USAGE },
    },
    reasoning = "Hm", content = "Hi", calls = { "chatcmpl-tool-1 f {}" }, usage = 3,
  },
  lm_studio = {
    models = { LIST, 1 },
    error = { 400, { error = "'model' is not loaded" }, { kind = "bad_request", message = "'model' is not loaded" } },
    chunks = {
      chunk { role = "assistant", reasoning_content = "Hm" }, chunk { role = "assistant", content = "Hi" },
      chunk { tool_calls = { call("123", "f", "", 0, "function") } },
      chunk { tool_calls = { { index = 0, type = "function", ["function"] = { name = null, arguments = "{}" } } } },
      chunk({}, "tool_calls", { stats = { speculative_decoding = 1 } }),
    },
    reasoning = "Hm", content = "Hi", calls = { "123 f {}" }, kept = { "stats" },
  },
  openrouter = {
    models = { { data = { { id = "a/b", name = "B", pricing = { prompt = "0.1" } } } }, 1 },
    error = { 402, { error = { message = "no credits", code = 402, metadata = { provider_name = "P" } },
      user_id = "u" }, { kind = "bad_request", message = "no credits" } },
    prefix = ": OPENROUTER PROCESSING\n\n",
    chunks = {
      chunk({ role = "assistant", content = "", reasoning = "H",
        reasoning_details = { { type = "reasoning.text", text = "H", index = 0 } } }, nil, { provider = "P" }),
      chunk { role = "assistant", content = "", reasoning = "m",
        reasoning_details = { { type = "reasoning.text", text = "m", signature = "s", index = 0 } } },
      chunk { role = "assistant", content = "Hi" },
      chunk { role = "assistant", content = null, tool_calls = { call("t1", "f", "{}", 0, "function") } },
      chunk({ role = "assistant", content = "" }, "tool_calls"),
      chunk({ role = "assistant", content = "" }, nil, { usage = USAGE }),
    },
    reasoning = "Hm", content = "Hi", calls = { "t1 f {}" }, usage = 3, kept = { "provider", "P" },
  },
  groq = {
    models = { { object = "list", data = { { id = "m", object = "model", owned_by = "Groq", active = true,
      context_window = 8192, public_apps = null } } }, 1 },
    error = { 400, { error = { message = "no such tool", type = "invalid_request_error", code = "tool_use_failed",
      failed_generation = "<function" } }, { kind = "bad_request", code = "tool_use_failed" } },
    chunks = {
      chunk({ role = "assistant", content = "" }, nil, { x_groq = { id = "req_1" } }),
      chunk { reasoning = "Hm", channel = "analysis" }, chunk { content = "Hi" },
      chunk { tool_calls = { call("call_1", "f", "{}", 0, "function") } },
      chunk({}, "tool_calls", { x_groq = { id = "req_1", usage = USAGE } }),
      { id = "c1", object = "chat.completion.chunk", choices = {}, usage = USAGE },
    },
    reasoning = "Hm", content = "Hi", calls = { "call_1 f {}" }, usage = 3, kept = { "x_groq" },
  },
  deepseek = {
    models = { { object = "list", data = { { id = "m", object = "model", owned_by = "deepseek" } } }, 1 },
    error = { 402, { error = { message = "Insufficient Balance", type = "unknown_error", param = null,
      code = "invalid_request_error" } }, { kind = "bad_request", message = "Insufficient Balance" } },
    prefix = ": keep-alive\n\n: keep-alive\n\n",
    chunks = {
      chunk { role = "assistant", content = null, reasoning_content = "" },
      chunk { content = null, reasoning_content = "Hm" }, chunk { content = "Hi", reasoning_content = null },
      chunk { tool_calls = { call("call_0_x", "f", "", 0, "function") } },
      chunk { tool_calls = { { index = 0, ["function"] = { arguments = "{}" } } } },
      chunk({ content = "", reasoning_content = null }, "tool_calls", { usage = USAGE }),
    },
    reasoning = "Hm", content = "Hi", calls = { "call_0_x f {}" }, usage = 3,
  },
  mistral = {
    models = { { object = "list", data = { { id = "m", object = "model", capabilities = { vision = true },
      aliases = { "n" }, TYPE = "base" } } }, 1 },
    error = { 422, { object = "error", message = { detail = { { type = "extra_forbidden", loc = { "body", "store" },
      msg = "Extra inputs are not permitted", input = true } } }, type = "invalid_request_error", param = null,
      code = null }, { kind = "unprocessable", message = "body.store: Extra inputs are not permitted" } },
    chunks = {
      chunk { role = "assistant", content = "" },
      chunk { content = { { type = "thinking", thinking = { { type = "text", text = "Hm" } } } } },
      chunk { content = { { type = "text", text = "H" } } }, chunk { content = "i" },
      chunk({ content = "", tool_calls = { call("D681PevKs", "f", "{}", 0), call("E681PevKs", "g", "{}", 1) } },
        "tool_calls", { usage = USAGE }),
    },
    reasoning = "Hm", content = "Hi", calls = { "D681PevKs f {}", "E681PevKs g {}" }, usage = 3,
  },
  together = {
    models = { { { id = "a/b", object = "model", type = "chat", running = false }, { id = "c", object = "model" } },
      2 },
    error = { 404, { id = "o1", error = { message = "no such model", type = "invalid_request_error", param = null,
      code = "model_not_available" } }, { kind = "not_found", code = "model_not_available" } },
    chunks = {
      { id = "c1", object = "chat.completion.chunk", choices = { { index = 0, text = "", logprobs = null,
        finish_reason = null, seed = null, delta = { token_id = 1, role = "assistant", content = "",
          reasoning = "Hm" } } } },
      { id = "c1", object = "chat.completion.chunk", choices = { { index = 0, text = "Hi", logprobs = null,
        finish_reason = null, delta = { token_id = 2, role = "assistant", content = "Hi", tool_calls = null } } } },
      { id = "c1", object = "chat.completion.chunk", choices = { { index = 0, text = "", finish_reason = "eos",
        seed = 7, delta = { token_id = 3, role = "assistant", content = "",
          tool_calls = { call("call_1", "f", "{}", 0, "function") } } } }, usage = USAGE },
    },
    reasoning = "Hm", content = "Hi", calls = { "call_1 f {}" }, usage = 3,
  },
}
