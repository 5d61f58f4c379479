-- Streams of responses and what they add up to: { name, events, want }, the
-- events without their "response." where they have it, `want` being as in
-- facts/chat_stream.lua. `incomplete`: it did not end as completed.

local function response(status, output)
  return { id = "resp_1", object = "response", created_at = 1, status = status, model = "m", output = output }
end

local function created()
  return { type = "created", response = response("in_progress", {}) }
end

local function ended(status, output)
  return { type = status, response = response(status, output) }
end

local function added(index, item)
  return { type = "output_item.added", output_index = index, item = item }
end

local function item_done(index, item)
  return { type = "output_item.done", output_index = index, item = item }
end

local function message(text, status)
  return { id = "msg_1", type = "message", status = status or "completed", role = "assistant",
    content = { { type = "output_text", text = text, annotations = {} } } }
end

local function empty_message()
  return { id = "msg_1", type = "message", status = "in_progress", role = "assistant", content = {} }
end

local function part(index, fields)
  return { type = "content_part.added", item_id = "msg_1", output_index = 0, content_index = index, part = fields }
end

local function at(kind, fields)
  local event = { type = kind, item_id = "msg_1", output_index = 0, content_index = 0 }
  for name, value in pairs(fields) do
    event[name] = value
  end
  return event
end

local function shell_call()
  return { id = "sh_1", type = "shell_call", status = "in_progress", action = { commands = {}, timeout_ms = 5 } }
end

local function shell_event(kind, index, fields)
  fields.type, fields.output_index, fields.command_index = "shell_call_" .. kind, 0, index
  return fields
end

local function text_part()
  return part(0, { type = "output_text", text = "", annotations = {} })
end

local function wants(...)
  return { output = { ... } }
end

local function wants_content(...)
  return { output = { { content = { ... } } } }
end

local function deltas_of(kind, field, place)
  local function event(suffix, name, value)
    local fields = { [name] = value }
    for key, index in pairs(place) do
      fields[key] = index
    end
    return at(kind .. suffix, fields)
  end
  return event(".delta", "delta", "a"), event(".delta", "delta", "b"), event(".done", field, "ab!")
end

local cases = {
  { "text", { created(), { type = "in_progress", response = response("in_progress", {}) }, added(0, empty_message()),
    text_part(), at("output_text.delta", { delta = "Hel" }), at("output_text.delta", { delta = "lo" }),
    at("output_text.done", { text = "Hello" }), item_done(0, message "Hello"),
    ended("completed", { message "Hello" }) },
    { id = "resp_1", status = "completed", output = { message "Hello" } } },
  { "an end before the last event", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hel" }), at("output_text.delta", { delta = "lo" }) },
    { id = "resp_1", status = "in_progress", output = { { id = "msg_1", content = { { type = "output_text",
      text = "Hello" } } } } }, incomplete = true },
  { "an end behind the item", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hel" }), item_done(0, message "Hello") },
    { status = "in_progress", output = { message "Hello" } }, incomplete = true },
  { "incomplete", { created(), ended("incomplete", { message("{\"a\": 1", "incomplete") }) },
    { status = "incomplete", output = { message("{\"a\": 1", "incomplete") } }, incomplete = true },
  { "failed", { created(), added(0, empty_message()), ended("failed", {}) }, { status = "failed" }, incomplete = true },
  { "queued first", { { type = "queued", response = response("queued", {}) }, added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "a" }) }, { id = "resp_1", output = { { content = { { text = "a" } } } } },
    incomplete = true },
  { "in_progress again", { created(), added(0, empty_message()), text_part(), at("output_text.delta", { delta = "a" }),
    { type = "in_progress", response = response("in_progress", {}) }, at("output_text.delta", { delta = "b" }) },
    wants_content { text = "ab" }, incomplete = true },
  { "in_progress first", { { type = "in_progress", response = response("in_progress", {}) },
    added(0, empty_message()) },
    { id = "resp_1", status = "in_progress", output = { { id = "msg_1" } } }, incomplete = true },
  -- oai differs: a stream that begins in the middle is folded, too
  { "text first", { at("output_text.delta", { delta = "a" }), at("output_text.delta", { delta = "b" }) },
    { object = "response", output = { { id = "msg_1", content = { { text = "ab" } } } } }, incomplete = true },
  -- oai differs: what text it is tells of which type its item is
  { "text of an item that was not told", { created(), at("output_text.delta", { delta = "a" }) },
    wants { id = "msg_1", type = "message", role = "assistant", content = { { type = "output_text", text = "a" } } },
    incomplete = true },
  { "reasoning of an item that was not told", { created(), at("reasoning_text.delta", { delta = "a" }) },
    wants { type = "reasoning", content = { { type = "reasoning_text", text = "a" } } }, incomplete = true },
  { "arguments that are an object", { created(), added(0, { id = "fc_1", type = "function_call", arguments = "" }),
    at("function_call_arguments.delta", { delta = { a = 1 } }),
    at("function_call_arguments.done", { arguments = { a = 1 } }) },
    wants { id = "fc_1", arguments = '{"a":1}' }, incomplete = true },
  { "the whole text without deltas", { created(), added(0, empty_message()), text_part(),
    at("output_text.done", { text = "Hello" }) }, wants_content { text = "Hello" }, incomplete = true },
  { "two parts in turn", { created(), added(0, empty_message()), text_part(),
    part(1, { type = "refusal", refusal = "" }),
    at("refusal.delta", { content_index = 1, delta = "N" }), at("output_text.delta", { delta = "a" }),
    at("refusal.delta", { content_index = 1, delta = "o" }) },
    wants_content({ text = "a" }, { type = "refusal", refusal = "No" }), incomplete = true },
  { "two items in turn", { created(), added(0, { id = "fc_1", type = "function_call", name = "v", arguments = "" }),
    added(1, { id = "fc_2", type = "function_call", name = "w", arguments = "" }),
    at("function_call_arguments.delta", { output_index = 1, delta = "2" }),
    at("function_call_arguments.delta", { output_index = 0, delta = "1" }),
    at("function_call_arguments.delta", { output_index = 1, delta = "2" }) },
    wants({ id = "fc_1", name = "v", arguments = "1" }, { id = "fc_2", name = "w", arguments = "22" }),
    incomplete = true },
  { "annotations", { created(), added(0, empty_message()), text_part(),
    at("output_text.annotation.added", { annotation_index = 0, annotation = { n = 1 } }),
    at("output_text.annotation.added", { annotation = { n = 2 } }) },
    wants_content { annotations = { { n = 1 }, { n = 2 } } }, incomplete = true },
  { "a part that is done", { created(), added(0, empty_message()), text_part(),
    at("content_part.done", { part = { type = "output_text", text = "x" } }) },
    wants_content { text = "x" }, incomplete = true },
  { "a summary", { created(), added(0, { id = "rs_1", type = "reasoning", summary = {} }),
    at("reasoning_summary_part.added", { summary_index = 0, part = { type = "summary_text", text = "" } }),
    at("reasoning_summary_text.delta", { summary_index = 0, delta = "a" }),
    at("reasoning_summary_text.delta", { summary_index = 0, delta = "b" }),
    at("reasoning_summary_part.added", { summary_index = 1, part = { type = "summary_text", text = "" } }),
    at("reasoning_summary_text.delta", { summary_index = 1, delta = "c" }) },
    wants { summary = { { type = "summary_text", text = "ab" }, { text = "c" } } }, incomplete = true },
  { "commands of a shell", { created(), added(0, shell_call()), shell_event("command.added", 0, { command = "" }),
    shell_event("command.delta", 0, { delta = "l" }), shell_event("command.delta", 0, { delta = "s" }),
    shell_event("command.done", 0, { command = "ls" }), shell_event("command.added", 1, { command = "p" }),
    shell_event("command.delta", 1, { delta = "wd" }) },
    wants { id = "sh_1", action = { timeout_ms = 5, commands = { "ls", "pwd" } } }, incomplete = true },
  { "commands of a shell without its item", { shell_event("command.delta", 0, { delta = "l" }),
    shell_event("command.delta", 0, { delta = "s" }) }, wants { action = { commands = { "ls" } } }, incomplete = true },
  { "output of a shell", { created(), added(0, { id = "so_1", type = "shell_call_output", output = {} }),
    shell_event("output_content.delta", 0, { delta = { stdout = "a", stderr = "!" } }),
    shell_event("output_content.delta", 0, { delta = { stdout = "b" } }),
    shell_event("output_content.delta", 1, { delta = { stderr = "x" } }),
    shell_event("output_content.done", 1,
      { output = { { stdout = "", stderr = "xy", outcome = { exit_code = 1 } } } }) },
    wants { id = "so_1", output = { { stdout = "ab", stderr = "!" }, { stdout = "", stderr = "xy",
      outcome = { exit_code = 1 } } } }, incomplete = true },
  { "reasoning as content", { created(), added(0, { id = "rs_1", type = "reasoning", summary = {} }),
    part(0, { type = "reasoning_text", text = "" }), at("reasoning_text.delta", { delta = "Hm" }),
    at("reasoning_text.delta", { delta = "m" }), at("reasoning_text.done", { text = "Hmm." }),
    at("content_part.done", { part = { type = "reasoning_text", text = "Hmm." } }),
    at("reasoning_summary_part.done", { summary_index = 0, part = { type = "summary_text", text = "s" } }) },
    wants { content = { { type = "reasoning_text", text = "Hmm." } }, summary = { { text = "s" } } },
    incomplete = true },
  { "whose agents are told apart", { created(), added(0, { id = "msg_1", type = "message", agent = { name = "a" } }),
    at("content_part.added", { agent = { name = "a" }, part = { type = "output_text", text = "" } }),
    at("output_text.delta", { agent = { name = "a" }, delta = "hi" }) },
    wants { agent = { name = "a" }, content = { { text = "hi", agent = false } } }, incomplete = true },
  { "an end without output", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hel" }), at("output_text.delta", { delta = "lo" }),
    item_done(0, message "Hello"), item_done(1, { id = "fc_1", type = "function_call", name = "w", arguments = "{}" }),
    { type = "completed", response = { id = "resp_1", status = "completed", usage = { total_tokens = 3 } } } },
    { status = "completed", model = "m", usage = { total_tokens = 3 },
      output = { message "Hello", { id = "fc_1", arguments = "{}" } } } },
  { "an end with an empty output behind deltas alone", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hel" }), at("output_text.delta", { delta = "lo" }), ended("completed", {}) },
    { status = "completed", output = { { id = "msg_1", type = "message", content = { { type = "output_text",
      text = "Hello" } } } } } },
  { "an end whose items are empty", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hello" }), added(1, { id = "fc_1", type = "function_call", arguments = "" }),
    at("function_call_arguments.delta", { item_id = "fc_1", output_index = 1, delta = "{}" }),
    ended("completed", { { id = "msg_1", type = "message", content = { { type = "output_text", text = "" } } },
      { id = "fc_1", type = "function_call", name = "w", arguments = "" } }) },
    { output = { { id = "msg_1", role = "assistant", content = { { text = "Hello" } } },
      { id = "fc_1", name = "w", arguments = "{}" } } } },
  { "an end with other ids", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hello" }),
    ended("completed", { { id = "other", type = "message", content = {} } }) },
    { output = { { id = "other", content = { { text = "Hello" } } } } } },
  { "an end that leaves out an item", { created(), item_done(0, { id = "rs_1", type = "reasoning", summary = {} }),
    item_done(1, message "Hello"), ended("completed", { message "Hello" }) },
    { output = { { id = "rs_1" }, message "Hello" } } },
  { "an end that says more", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "H" }),
    ended("completed", { message "Hello", { id = "fc_1", type = "function_call" } }) },
    { output = { message "Hello", { id = "fc_1" } } } },
  { "an end without a response", { created(), item_done(0, message "Hello"), { type = "completed" } },
    { id = "resp_1", status = "completed", output = { message "Hello" } } },
  { "an end in another server's word", { created(), item_done(0, message "Hello"),
    { type = "done", response = { usage = { total_tokens = 3 } } } },
    { id = "resp_1", status = "completed", usage = { total_tokens = 3 }, output = { message "Hello" } } },
  { "an end that takes back no usage", { { type = "created", response = { id = "resp_1", status = "in_progress",
    usage = { total_tokens = 3 } } }, { type = "completed", response = { status = "completed", usage = {} } } },
    { usage = { total_tokens = 3 } } },
  { "a failure that is over", { { type = "created", response = { id = "resp_1", status = "queued", error = { code = 1 },
    incomplete_details = { reason = "x" } } }, { type = "completed", response = { status = "completed" } } },
    { error = false, incomplete_details = false } },
  { "wholes that are empty", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { delta = "Hel" }), at("output_text.delta", { delta = "lo" }),
    at("output_text.done", { text = "" }),
    at("content_part.done", { part = { type = "output_text", text = "", annotations = {} } }),
    item_done(0, { id = "msg_1", type = "message", status = "completed", content = {} }) },
    wants { status = "completed", role = "assistant", content = { { type = "output_text", text = "Hello" } } },
    incomplete = true },
  { "an index without those before it", { created(), at("output_text.delta", { output_index = 3, delta = "d" }),
    at("output_text.delta", { item_id = "msg_2", output_index = 1, delta = "b" }),
    at("output_text.delta", { output_index = 3, delta = "D" }) },
    wants({ id = "msg_2", content = { { text = "b" } } }, { id = "msg_1", content = { { text = "dD" } } }),
    incomplete = true },
  { "indexes that are absurd", { created(),
    at("output_text.delta", { output_index = 1e9, content_index = 1e9, delta = "c" }),
    at("output_text.delta", { item_id = "a", output_index = -1, content_index = -7, delta = "a" }),
    at("output_text.delta", { item_id = "b", output_index = "0.5", content_index = 0.5, delta = "b" }),
    at("output_text.delta", { item_id = "d", output_index = true, content_index = {}, delta = "d" }) },
    wants({ id = "a", content = { { text = "a" } } }, { id = "b", content = { { text = "b" } } },
      { id = "msg_1", content = { { text = "c" } } }, { id = "d", content = { { text = "d" } } }), incomplete = true },
  { "one index for all items", { created(), added(0, empty_message()),
    added(0, { id = "msg_2", type = "message", content = {} }), at("output_text.delta", { delta = "a" }),
    at("output_text.delta", { item_id = "msg_2", delta = "b" }), at("output_text.delta", { delta = "A" }) },
    wants({ id = "msg_1", content = { { text = "aA" } } }, { id = "msg_2", content = { { text = "b" } } }),
    incomplete = true },
  { "an item that is done without its index", { created(), added(0, empty_message()),
    added(1, { id = "fc_1", type = "function_call" }), item_done(nil, message "a") },
    wants(message "a", { id = "fc_1" }), incomplete = true },
  { "one index for all items that are done", { created(), item_done(0, message "a"),
    item_done(0, { id = "msg_2", type = "message" }), item_done(0, { id = "fc_1", type = "function_call" }) },
    wants({ id = "msg_1" }, { id = "msg_2" }, { id = "fc_1" }), incomplete = true },
  { "ids that change with each event", { created(), added(0, empty_message()), text_part(),
    at("output_text.delta", { item_id = "x", delta = "Hel" }), at("output_text.delta", { item_id = "y", delta = "lo" }),
    item_done(0, { id = "z", type = "message", content = {} }) },
    wants { content = { { text = "Hello" } } }, incomplete = true },
  { "neither ids nor indexes", { created(), { type = "output_item.added", item = { type = "message" } },
    { type = "output_text.delta", delta = "a" }, { type = "output_text.delta", delta = "b" } },
    wants { type = "message", content = { { text = "ab" } } }, incomplete = true },
  { "deltas that are parts", { created(), added(0, empty_message()), at("content_part.delta", { delta = "a" }),
    at("content_part.delta", { delta = { type = "output_text", text = "b" } }) },
    wants_content { type = "output_text", text = "ab" }, incomplete = true },
  { "texts of kinds that are not known", { created(), added(0, { id = "msg_1", type = "future_call" }),
    { type = "future_call_patch.delta", output_index = 0, delta = "a" },
    { type = "future_call_patch.delta", output_index = 0, delta = "b" },
    { type = "future_text.delta", output_index = 1, content_index = 0, delta = "c" },
    { type = "future_text.done", output_index = 1, content_index = 0, text = "cd" },
    { type = "future_text.delta", delta = "x" } },
    wants({ patch = "ab" }, { content = { { text = "cd" } } }), incomplete = true },
  { "commands in no order", { created(), added(0, shell_call()), shell_event("command.delta", 2, { delta = "c" }),
    shell_event("command.delta", 0, { delta = "a" }), shell_event("command.delta", 2, { delta = "C" }),
    shell_event("command.done", 0, { command = "" }) },
    wants { action = { commands = { "a", "cC" } } }, incomplete = true },
  { "items and responses that are none", { created(), added(0, "x"), item_done(1, { 1 }), added(2, nil),
    { type = "completed", response = { status = "completed", output = { 1, "x", true } } } },
    { status = "completed", output = {} } },
  { "unknown events", { created(), { type = "of.the.future", delta = "x" }, { type = "output_text.future", delta = 1 },
    {}, ended("completed", {}) }, { status = "completed" } },
}

-- events that bring an item's new status, and no more
local STATUSES = {
  code_interpreter_call = { "in_progress", "interpreting", "completed" },
  file_search_call = { "in_progress", "searching", "completed" },
  image_generation_call = { "in_progress", "generating", "completed" },
  mcp_call = { "in_progress", "completed", "failed" },
  web_search_call = { "in_progress", "searching", "completed" },
}

for kind, statuses in pairs(STATUSES) do
  for _, status in ipairs(statuses) do
    cases[#cases + 1] = { ("%s %s"):format(kind, status), { created(),
      added(0, { id = "msg_1", type = kind, status = "?" }), at(kind .. "." .. status, {}) },
      wants { id = "msg_1", type = kind, status = status }, incomplete = true }
  end
end

-- where the text of each kind goes
local KINDS = {
  { "output_text", "text", "content", { content_index = 0 } },
  { "refusal", "refusal", "content", { content_index = 0 } },
  { "reasoning_text", "text", "content", { content_index = 0 } },
  { "reasoning_summary_text", "text", "summary", { summary_index = 0 } },
  { "function_call_arguments", "arguments" },
  { "mcp_call_arguments", "arguments" },
  { "custom_tool_call_input", "input" },
  { "code_interpreter_call_code", "code" },
}

for _, kind in ipairs(KINDS) do
  local name, field, list = kind[1], kind[2], kind[3]
  local one, two = deltas_of(name, field, kind[4] or {})
  local function want(text)
    return list and wants { [list] = { { [field] = text } } } or wants { [field] = text }
  end
  cases[#cases + 1] = { name .. " in pieces", { created(), added(0, { id = "msg_1", [field] = not list and "" or nil }),
    one, two }, want "ab", incomplete = true }
  local three, four, done = deltas_of(name, field, kind[4] or {})
  cases[#cases + 1] = { name .. " as a whole", { created(), added(0, { id = "msg_1" }), three, four, done }, want "ab!",
    incomplete = true }
end

for _, case in ipairs(cases) do
  for number, event in ipairs(case[2]) do
    event.type = event.type and "response." .. event.type
    event.sequence_number = number - 1
  end
end

return cases
