-- Streams of chat completions and what they add up to: { name, deltas, want }.
-- A delta is the first choice's, or a whole chunk; `want` is compared with the
-- final completion, field by field as far as it goes, `false` meaning absent.

local function call(index, id, name, arguments)
  return { index = index, id = id, type = id and "function", ["function"] = { name = name, arguments = arguments } }
end

local function calls(...)
  return { tool_calls = { ... } }
end

local function made(id, name, arguments)
  return { id = id, type = id and "function", ["function"] = { name = name, arguments = arguments }, index = false }
end

local function chunk(choices, fields)
  local event = { id = "c1", object = "chat.completion.chunk", created = 1, model = "m", choices = choices }
  for name, value in pairs(fields or {}) do
    event[name] = value
  end
  return { chunk = event }
end

local function finish(reason)
  return chunk { { index = 0, delta = {}, finish_reason = reason } }
end

local function choice(fields)
  return chunk { fields }
end

local function wants_calls(...)
  return { choices = { { message = { tool_calls = { ... } } } } }
end

local function wants_message(message)
  return { choices = { { message = message } } }
end

local USAGE = { prompt_tokens = 1, completion_tokens = 2, total_tokens = 3 }

local facts = {
  { "text", { { role = "assistant", content = "" }, { content = "Hel" }, { content = "lo" }, finish "stop",
    chunk({}, { usage = USAGE }) },
    { id = "c1", object = "chat.completion", created = 1, model = "m", usage = USAGE, choices = { { index = 0,
      finish_reason = "stop", message = { role = "assistant", content = "Hello" } } } } },
  { "text without a role", { { content = "a" }, { content = "b" } },
    wants_message { role = "assistant", content = "ab" } },
  { "an empty role", { { role = "assistant", content = "a" }, { role = "", content = "b" } },
    wants_message { role = "assistant", content = "ab" } },
  { "a refusal", { { refusal = "I " }, { refusal = "can't" }, finish "stop" },
    wants_message { refusal = "I can't", content = false } },
  { "reasoning beside text", { { reasoning_content = "Hm" }, { reasoning_content = "m." }, { content = "Yes" } },
    wants_message { reasoning_content = "Hmm.", content = "Yes" } },
  { "reasoning under another name", { { reasoning = "Hm" }, { reasoning = "m." } },
    wants_message { reasoning = "Hmm." } },
  { "text and more in one delta", { { content = "a" }, { content = "b", refusal = "r" }, { content = "c" } },
    wants_message { content = "abc", refusal = "r" } },
  { "empty deltas", { {}, { content = "a" }, {}, { content = "b" }, {} }, wants_message { content = "ab" } },
  { "thinking and text in parts", { { role = "assistant", content = "" },
    { content = { { type = "thinking", thinking = { { type = "text", text = "Let me" } } } } },
    { content = { { type = "thinking", thinking = { { type = "text", text = " see." } } } } },
    { content = { { type = "text", text = "Hel" } } }, { content = "lo" }, { content = { "!" } } },
    wants_message { content = { { type = "thinking", thinking = { { type = "text", text = "Let me see." } } },
      { type = "text", text = "Hello!" } } } },
  { "text, then parts", { { content = "a" }, { content = "b" }, { content = { { type = "text", text = "c" },
    { type = "image_url", image_url = { url = "u" } }, { type = "image_url", image_url = { url = "v" } } } },
    { content = "d" } },
    wants_message { content = { { type = "text", text = "abc" }, { type = "image_url", image_url = { url = "u" } },
      { type = "image_url", image_url = { url = "v" } }, { type = "text", text = "d" } } } },
  { "a part that is no list", { { content = { type = "text", text = "a" } }, { content = "b" } },
    wants_message { content = { { type = "text", text = "ab" } } } },
  { "details of reasoning by index", {
    { reasoning_details = { { type = "reasoning.text", text = "Let", format = "f", index = 0 } } },
    { reasoning_details = { { type = "reasoning.text", text = " me", format = "f", index = 0 } } },
    { reasoning_details = { { type = "reasoning.encrypted", data = "x", format = "f", index = 1, id = "r" } } },
    { reasoning_details = { { type = "reasoning.text", signature = "s", format = "f", index = 0 } } } },
    wants_message { reasoning_details = {
      { type = "reasoning.text", text = "Let me", signature = "s", format = "f", index = 0 },
      { type = "reasoning.encrypted", data = "x", format = "f", index = 1, id = "r" } } } },
  { "details of reasoning without an index", { { reasoning_details = { { type = "reasoning.text", text = "a" } } },
    { reasoning_details = { { type = "reasoning.text", text = "b", signature = "s" } } },
    { reasoning_details = { { type = "reasoning.text", text = "c" } } } },
    wants_message { reasoning_details = { { text = "ab", signature = "s" }, { text = "c" } } } },
  { "images", { { images = { { type = "image_url", image_url = { url = "1" } } } },
    { images = { { type = "image_url", image_url = { url = "2" } } } } },
    wants_message { images = { { image_url = { url = "1" } }, { image_url = { url = "2" } } } } },
  { "text under a name of the server's own", { { my_text = "a", my_object = { text = "a", n = 1 } },
    { my_text = "b", my_object = { text = "b" } } },
    wants_message { my_text = "ab", my_object = { text = "ab", n = 1 } } },
  { "a message instead of a delta", { choice { index = 0, message = { role = "assistant", content = "Hi" },
    finish_reason = "stop" } }, { choices = { { finish_reason = "stop", message = { content = "Hi" } } } } },
  { "a message beside a delta", { choice { index = 0, delta = { content = "H" }, message = { content = "H" } },
    choice { index = 0, delta = { content = "i" }, message = { content = "Hi" } } },
    wants_message { content = "Hi" } },
  { "a legacy text", { choice { index = 0, text = "H" }, choice { index = 0, text = "i" } },
    wants_message { content = "Hi" } },
  { "what else stands around the text", {
    chunk({ { index = 0, delta = { content = "a" } } }, { citations = { "u" }, obfuscation = "x" }),
    chunk({ { index = 0, delta = { content = "b" } } }, { provider = "P", x_groq = { id = "q" }, obfuscation = "y" }),
    chunk({ { index = 0, delta = {}, finish_reason = "stop", native_finish_reason = "STOP", stop_reason = 5,
      content_filter_results = { hate = { filtered = false } } } }, { citations = {}, timings = { n = 1.5 },
      x_groq = { usage = { total_tokens = 3 } } }), chunk({}, { cost = "0.1" }) },
    { citations = { "u" }, provider = "P", x_groq = { id = "q", usage = { total_tokens = 3 } }, timings = { n = 1.5 },
      cost = "0.1", obfuscation = false, choices = { { native_finish_reason = "STOP", stop_reason = 5,
        content_filter_results = { hate = { filtered = false } }, message = { content = "ab" } } } } },
  { "usage that says nothing behind one that does", {
    chunk({ { index = 0, delta = { content = "a" } } }, { usage = { total_tokens = 3, details = { cached = 1 } } }),
    chunk({ { index = 0, delta = { content = "b" } } }, { usage = {} }),
    chunk({}, { usage = { total_tokens = 0, details = {} } }) },
    { usage = { total_tokens = 3, details = { cached = 1 } }, choices = { { message = { content = "ab" } } } } },
  { "parts of an output in tokens", { choice { index = 0, delta = { content = "a" }, token_ids = { 1, 2 } },
    choice { index = 0, delta = { content = "b" }, token_ids = { 3 } } },
    { choices = { { token_ids = { 1, 2, 3 } } } } },
  { "choices that are none", { chunk { 1, "x", { index = 0, delta = { content = "a" } }, {} },
    chunk { { index = "0", delta = { content = "b" } } } },
    { choices = { { index = 0, message = { content = "ab" } } } } },
  { "a finish reason with the last text", { { content = "a" },
    choice { index = 0, delta = { content = "b" }, finish_reason = "stop" } },
    { choices = { { finish_reason = "stop", message = { content = "ab" } } } } },
  { "an empty finish reason is none", { choice { index = 0, delta = { content = "a" }, finish_reason = "" } },
    { choices = { { finish_reason = false, message = { content = "a" } } } }, may_end = false },
  { "text that is no string", { { content = "a" }, { content = { { type = "thinking" } } }, { content = "b" } },
    wants_message { content = "ab" } },
  { "usage with text", { { content = "a" }, chunk({ { index = 0, delta = { content = "b" } } }, { usage = USAGE }) },
    { usage = USAGE, choices = { { message = { content = "ab" } } } } },
  { "usage, then chunks without", { chunk({ { index = 0, delta = { content = "hi" } } }, { usage = USAGE }),
    finish "stop" },
    { usage = USAGE, choices = { { message = { content = "hi" } } } }, may_end = true },
  { "usage that grows", { chunk({ { index = 0, delta = { content = "h" } } }, { usage = { total_tokens = 1 } }),
    chunk({ { index = 0, delta = { content = "i" } } }, { usage = { total_tokens = 2 } }) },
    { usage = { total_tokens = 2 }, choices = { { message = { content = "hi" } } } } },
  { "fields that come late", { { content = "a" },
    chunk({ { index = 0, delta = {}, finish_reason = "stop" } },
      { service_tier = "default", system_fingerprint = "fp" }) },
    { service_tier = "default", system_fingerprint = "fp" } },
  { "a filter's report before the first chunk", { chunk({}, { id = "", object = "", created = 0, model = "",
    prompt_filter_results = { { prompt_index = 0 } } }), { role = "assistant", content = "hi" }, finish "stop" },
    { id = "c1", object = "chat.completion", created = 1, model = "m",
      choices = { { message = { content = "hi" } } } } },
  { "a filter's report behind the text", { { content = "hi" }, finish "stop",
    chunk({ { index = 0, content_filter_offsets = { start_offset = 0 } } },
      { id = "", object = "", created = 0, model = "" }) },
    { id = "c1", created = 1, model = "m", choices = { { finish_reason = "stop", message = { content = "hi" } } } } },

  { "two choices", { choice { index = 1, delta = { content = "b" } }, choice { index = 0, delta = { content = "a" } },
    chunk { { index = 0, delta = { content = "A" } }, { index = 1, delta = { content = "B" } } },
    choice { index = 1, delta = { content = "B" }, finish_reason = "stop" } },
    { choices = { { index = 0, finish_reason = false, message = { content = "aA" } },
      { index = 1, finish_reason = "stop", message = { content = "bBB" } } } }, may_end = false },
  { "a choice without an index", { choice { delta = { content = "a" } }, choice { delta = { content = "b" } } },
    { choices = { { index = 0, message = { content = "ab" } } } } },

  { "a tool call", { calls(call(0, "a", "w", "")), calls(call(0, nil, nil, "{\"p\":")), calls(call(0, nil, nil, "1}")),
    finish "tool_calls" }, wants_calls(made("a", "w", "{\"p\":1}")) },
  { "text, then a tool call", { { content = "Let me check" }, calls(call(0, "a", "w", "{}")), finish "tool_calls" },
    { choices = { { finish_reason = "tool_calls",
      message = { content = "Let me check", tool_calls = { made("a", "w", "{}") } } } } } },
  { "two tool calls", { calls(call(0, "a", "w", "")), calls(call(0, nil, nil, "1")), calls(call(1, "b", "v", "")),
    calls(call(1, nil, nil, "2")) }, wants_calls(made("a", "w", "1"), made("b", "v", "2")) },
  { "tool calls in turn", { calls(call(0, "a", "w", ""), call(1, "b", "w", "")),
    calls(call(1, nil, nil, "2"), call(0, nil, nil, "1")), calls(call(0, nil, nil, "1")) },
    wants_calls(made("a", "w", "11"), made("b", "w", "2")) },
  { "tool calls from the last to the first", { calls(call(2, "c", "w", "3")), calls(call(0, "a", "w", "1")),
    calls(call(1, "b", "w", "2")) }, wants_calls(made("a", "w", "1"), made("b", "w", "2"), made("c", "w", "3")) },
  { "tool calls from index 1", { calls(call(1, "a1", "w", "{\"p\":1}")), finish "tool_calls" },
    wants_calls(made("a1", "w", "{\"p\":1}")) },
  -- oai differs: an index without those before it is no error
  { "a tool call at index 500", { calls(call(500, "c", "a", "{}")) }, wants_calls(made("c", "a", "{}")) },
  { "an index that is repeated", { calls(call(0, "a", "w", "1")), calls(call(0, "b", "v", "2")),
    calls(call(0, nil, nil, "3")) }, wants_calls(made("a", "w", "1"), made("b", "v", "23")) },
  { "an index that is repeated in one chunk", { calls(call(0, "a", "w", "1"), call(0, "b", "w", "2")) },
    wants_calls(made("a", "w", "1"), made("b", "w", "2")) },
  { "a repeated index with pieces for either", { calls(call(0, "a", "w", "1"), call(0, "b", "w", "2")),
    calls(call(0, "a", nil, "1")), calls(call(0, "b", nil, "2")) },
    wants_calls(made("a", "w", "11"), made("b", "w", "22")) },
  { "pieces of one call in one chunk", { calls(call(0, "a", "w", ""), call(0, nil, nil, "1"), call(0, nil, nil, "2")) },
    wants_calls(made("a", "w", "12")) },
  { "an id that is repeated", { calls(call(0, "a", "w", "1")), calls(call(0, "a", "w", "2")) },
    wants_calls(made("a", "w", "12")) },
  { "an id that is empty later", { calls(call(0, "a", "w", "1")), calls(call(0, "", "", "2")) },
    wants_calls(made("a", "w", "12")) },
  { "an id that comes late", { calls(call(0, nil, "w", "1")), calls(call(0, "a", nil, "2")) },
    wants_calls { id = "a", ["function"] = { name = "w", arguments = "12" } } },
  { "no index", { calls(call(nil, "a", "w", "1")), calls(call(nil, nil, nil, "2")), calls(call(nil, "b", "v", "3")),
    calls(call(nil, "a", nil, "4")) }, wants_calls(made("a", "w", "124"), made("b", "v", "3")) },
  { "no index and no id", { calls(call(nil, nil, "w", "1"), call(nil, nil, "w", "2")),
    calls(call(nil, nil, nil, "3")) },
    wants_calls(made(nil, "w", "1"), made(nil, "w", "23")) },
  { "one index, no ids, two names", { calls(call(0, nil, "w", "1")), calls(call(0, nil, "v", "2")) },
    wants_calls(made(nil, "w", "1"), made(nil, "v", "2")) },
  { "one index, no ids, a repeated name", { calls(call(0, nil, "w", "1")), calls(call(0, nil, "w", "2")) },
    wants_calls(made(nil, "w", "12")) },
  { "no arguments", { calls { index = 0, id = "a", type = "function", ["function"] = { name = "w" } },
    finish "tool_calls" },
    wants_calls(made("a", "w", false)) },
  { "ids that change with each delta", { calls(call(0, "a", "w", "")), calls(call(0, "b", nil, "1")),
    calls(call(0, "c", nil, "2")), calls(call(1, "d", "v", "")), calls(call(1, "e", nil, "3")),
    calls(call(0, "f", nil, "4")) }, wants_calls(made("a", "w", "124"), made("d", "v", "3")) },
  { "one foreign id for all that follows a head", { calls(call(0, "a", "w", "")), calls(call(0, "x", nil, "1")),
    calls(call(1, "b", "v", "")), calls(call(1, "x", nil, "2")) },
    wants_calls(made("a", "w", "1"), made("b", "v", "2")) },
  { "one id for all calls", { calls(call(0, "x", "w", "1")), calls(call(1, "x", "v", "2")),
    calls(call(0, "x", nil, "3")) }, wants_calls(made("x", "w", "13"), made("x", "v", "2")) },
  { "one index and one id for all calls", { calls(call(0, "x", "w", "1")), calls(call(0, "x", "v", "2")) },
    wants_calls(made("x", "w", "1"), made("x", "v", "2")) },
  { "a head whose index lies", { calls(call(0, "a", "w", "")), calls(call(0, nil, nil, "1")),
    calls(call(0, "b", "v", "")), calls(call(1, nil, nil, "2")), calls(call(1, nil, nil, "3")) },
    wants_calls(made("a", "w", "1"), made("b", "v", "23")) },
  { "pieces whose index and id lie", { calls(call(0, "a", "w", "")), calls(call(1, "x", nil, "1")),
    calls(call(2, "y", nil, "2")) }, wants_calls(made("a", "w", "12")) },
  { "an id before the name", { calls(call(0, "a", nil, nil)), calls(call(0, nil, "w", nil)),
    calls(call(0, nil, nil, "1")), calls(call(1, "b", nil, nil)), calls(call(1, nil, "v", "2")) },
    wants_calls(made("a", "w", "1"), made("b", "v", "2")) },
  { "indexes in texts", { calls(call("0", "a", "w", "1")), calls(call("1", "b", "v", "2")),
    calls(call("0", nil, nil, "3")) }, wants_calls(made("a", "w", "13"), made("b", "v", "2")) },
  { "a name in pieces", { calls(call(0, "a", "get_", nil)), calls(call(0, nil, "wea", "")),
    calls(call(0, "a", "ther", "")), calls(call(0, nil, nil, "1")) }, wants_calls(made("a", "get_weather", "1")) },
  { "a name that grows", { calls(call(0, "a", "get", "")), calls(call(0, "a", "get_weather", "")),
    calls(call(0, "a", "get_weather", "1")), calls(call(0, "a", "get_weather", "2")) },
    wants_calls(made("a", "get_weather", "12")) },
  { "calls that are none", { calls(1, "x", { index = 0, id = "a", ["function"] = { name = "w", arguments = "1" } }),
    calls { index = 0, ["function"] = "x" }, { tool_calls = "x" } },
    wants_calls { id = "a", ["function"] = { name = "w", arguments = "1" } } },
  { "a function that says nothing", { calls(call(0, "a", "w", "1")), calls { index = 0, id = "a", type = "" },
    calls { index = 0, ["function"] = {} } }, wants_calls(made("a", "w", "1")) },
  { "arguments that are empty", { calls(call(0, "a", "w", {})), calls(call(0, nil, nil, {})) },
    wants_calls(made("a", "w", "{}")) },
  { "arguments that are no string", { calls(call(0, "a", "w", { p = 1 })) }, wants_calls(made("a", "w", '{"p":1}')) },
  { "a custom tool call", { calls { index = 0, id = "a", type = "custom", custom = { name = "sh", input = "" } },
    calls { index = 0, custom = { input = "l" } }, calls { index = 0, custom = { input = "s" } } },
    wants_calls { id = "a", type = "custom", custom = { name = "sh", input = "ls" } } },
  { "fields of others in a tool call", { calls { index = 0, id = "a", extra_content = { signature = "s" },
    ["function"] = { name = "w", arguments = "1" } } },
    wants_calls { id = "a", extra_content = { signature = "s" }, ["function"] = { name = "w", arguments = "1" } } },
  { "an empty list of tool calls", { { content = "a", tool_calls = {} } },
    wants_message { content = "a", tool_calls = false } },
  { "a function call", { { function_call = { name = "w", arguments = "" } }, { function_call = { arguments = "1" } },
    { function_call = { arguments = "2" } } }, wants_message { function_call = { name = "w", arguments = "12" } } },
  { "a function call whose name is in pieces", { { function_call = { name = "get_" } },
    { function_call = { name = "weather", arguments = "" } }, { function_call = { arguments = { p = 1 } } } },
    wants_message { function_call = { name = "get_weather", arguments = '{"p":1}' } } },
  { "audio", { { audio = { id = "x" } }, { audio = { data = "AA", transcript = "He" } },
    { audio = { data = "BB", transcript = "y" } }, { audio = { expires_at = 5 } } },
    wants_message { audio = { id = "x", data = "AABB", transcript = "Hey", expires_at = 5 } } },
  { "annotations", { { content = "a", annotations = { { n = 1 } } }, { annotations = { { n = 2 } } } },
    wants_message { content = "a", annotations = { { n = 1 }, { n = 2 } } } },
  { "probabilities", { choice { index = 0, delta = { content = "a" }, logprobs = { content = { { token = "a" } } } },
    choice { index = 0, delta = { content = "b" }, logprobs = { content = { { token = "b" } } } },
    choice { index = 0, delta = { refusal = "r" }, logprobs = { refusal = { { token = "r" } } } } },
    { choices = { { message = { content = "ab", refusal = "r" },
      logprobs = { content = { { token = "a" }, { token = "b" } }, refusal = { { token = "r" } } } } } } },

  { "cut by length", { { content = "a" }, finish "length" }, { choices = { { finish_reason = "length" } } },
    incomplete = true, may_end = true },
  { "cut by a filter", { { content = "a" }, finish "content_filter" },
    { choices = { { finish_reason = "content_filter" } } },
    incomplete = true, may_end = true },
  { "ended by an error of the server's", { { content = "a" }, finish "abort" },
    { choices = { { finish_reason = "abort" } } }, incomplete = true, may_end = true },
  { "finished in another server's words", { { content = "a" }, finish "end_turn" },
    { choices = { { finish_reason = "end_turn" } } }, may_end = true },
  { "a finish reason in capitals", { { content = "a" }, finish "STOP" },
    { choices = { { finish_reason = "STOP" } } }, may_end = true },
  { "no finish reason, in a word", { { content = "a" }, finish "null" },
    { choices = { { finish_reason = false } } }, may_end = false },
  { "no finish reason", { { content = "x" } }, { choices = { { finish_reason = false, message = { content = "x" } } } },
    may_end = false },
  { "no choices", { chunk({}, { usage = USAGE }) }, { usage = USAGE }, may_end = false },
}

return { cases = facts, chunk = chunk }
