-- Streams of an assistant's run and what they add up to: { name, events,
-- want }. `want` has the `run`, the `messages` and the `steps`, compared as in
-- facts/chat_stream.lua. `incomplete`: the run did neither complete nor ask
-- for tool outputs.

local function event(name, data)
  return { event = name, data = data }
end

local function run(status)
  return event("thread.run." .. status, { id = "run_1", object = "thread.run", thread_id = "thread_1",
    status = status == "created" and "queued" or status })
end

local function text(value)
  return { type = "text", text = { value = value, annotations = {} } }
end

local function message(name, content, id)
  return event("thread.message." .. name, { id = id or "msg_1", object = "thread.message", thread_id = "thread_1",
    role = "assistant", status = name == "created" and "in_progress" or name, content = content or {} })
end

local function message_delta(content, id)
  return event("thread.message.delta", { id = id or "msg_1", object = "thread.message.delta",
    delta = { content = content } })
end

local function text_delta(index, value, annotations)
  return message_delta { { index = index, type = "text", text = { value = value, annotations = annotations } } }
end

local function step(name, details, id)
  return event("thread.run.step." .. name, { id = id or "step_1", object = "thread.run.step", run_id = "run_1",
    thread_id = "thread_1", type = details.type, status = name == "created" and "in_progress" or name,
    step_details = details })
end

local function calls(...)
  return { type = "tool_calls", tool_calls = { ... } }
end

local function step_delta(...)
  return event("thread.run.step.delta", { id = "step_1", object = "thread.run.step.delta",
    delta = { step_details = calls(...) } })
end

local function wants_content(...)
  return { messages = { { id = "msg_1", content = { ... } } } }
end

local function wants_calls(...)
  return { steps = { { id = "step_1", type = "tool_calls", step_details = calls(...) } } }
end

local function called(index, id, name, arguments)
  return { index = index, id = id, type = "function", ["function"] = { name = name, arguments = arguments } }
end

local function interpreter(index, fields, id)
  return { index = index, id = id, type = "code_interpreter", code_interpreter = fields }
end

local CREATION = { type = "message_creation", message_creation = { message_id = "msg_1" } }
local BEGUN = calls()
local CITED = { index = 0, type = "file_citation", text = "[0]", start_index = 3, end_index = 6,
  file_citation = { file_id = "file_1" } }

return {
  { "a message", { event("thread.created", { id = "thread_1", object = "thread" }), run "created", run "queued",
    run "in_progress", step("created", CREATION), step("in_progress", CREATION), message "created",
    message "in_progress", text_delta(0, "Hel", {}), text_delta(0, "lo"), message("completed", { text "Hello" }),
    step("completed", CREATION), run "completed" },
    { run = { id = "run_1", status = "completed" },
      messages = { { id = "msg_1", status = "completed", role = "assistant", content = { text "Hello" } } },
      steps = { { id = "step_1", status = "completed", step_details = CREATION } } } },
  { "an end within a message", { run "in_progress", message "created", message "in_progress", text_delta(0, "Hel"),
    text_delta(0, "lo") },
    { run = { status = "in_progress" }, messages = { { id = "msg_1", status = "in_progress",
      content = { { type = "text", text = { value = "Hello" }, index = false } } } }, steps = {} },
    incomplete = true },
  { "the whole instead of what was folded", { run "in_progress", message "created", text_delta(0, "Hel"),
    message("completed", { text "Other" }) }, wants_content(text "Other"), incomplete = true },
  { "a message that is empty when it is done", { run "in_progress", message "created", text_delta(0, "Hel"),
    text_delta(0, "lo"), message("completed", {}), run "completed" },
    { run = { status = "completed" }, messages = { { id = "msg_1", status = "completed", role = "assistant",
      content = { { type = "text", text = { value = "Hello" } } } } } } },
  { "a message without content when it is done", { message "created", text_delta(0, "Hello"),
    event("thread.message.completed", { id = "msg_1", status = "completed" }) },
    { messages = { { role = "assistant", content = { { text = { value = "Hello" } } } } } } },
  { "a run that is no more than its name", { run "in_progress", event("thread.run.completed", {}) },
    { run = { id = "run_1" } }, incomplete = true },
  { "a message that was cut short", { run "in_progress", message "created", text_delta(0, "Hel"),
    message("incomplete", { text "Hel" }), run "incomplete" },
    { run = { status = "incomplete" }, messages = { { status = "incomplete" } } }, incomplete = true },
  { "in_progress after text", { message "created", text_delta(0, "a"), message "in_progress", text_delta(0, "b") },
    wants_content { text = { value = "ab" } } },
  { "parts in turn", { message "created", text_delta(0, "a"),
    message_delta { { index = 1, type = "image_file", image_file = { file_id = "file_1" } } }, text_delta(2, "b"),
    text_delta(0, "A"), message_delta { { index = 2, type = "text", text = { value = "B" } } } },
    wants_content({ text = { value = "aA" } }, { type = "image_file", image_file = { file_id = "file_1" } },
      { text = { value = "bB" } }) },
  { "parts in no order", { message "created", text_delta(2, "c"), text_delta(0, "a"), text_delta(1, "b"),
    text_delta(2, "C") },
    wants_content({ text = { value = "a" } }, { text = { value = "b" } }, { text = { value = "cC" } }) },
  { "parts that stood there before", { message("created", { text "a" }), text_delta(0, "b"), text_delta(1, "c") },
    wants_content({ text = { value = "ab" } }, { text = { value = "c" } }) },
  { "twice the same part in one delta", { message "created", message_delta { { index = 0, type = "text",
    text = { value = "a" } }, { index = 0, type = "text", text = { value = "b" } } } },
    wants_content { text = { value = "ab" } } },
  { "a refusal", { message "created", message_delta { { index = 0, type = "refusal", refusal = "I " } },
    message_delta { { index = 0, type = "refusal", refusal = "can't" } } },
    wants_content { type = "refusal", refusal = "I can't" } },
  { "annotations", { message "created", text_delta(0, "abc"), text_delta(0, "[0]", { CITED }),
    text_delta(0, "[1]", { { index = 1, type = "file_path", text = "[1]", file_path = { file_id = "file_2" } } }) },
    wants_content { text = { value = "abc[0][1]", annotations = {
      { type = "file_citation", text = "[0]", start_index = 3, end_index = 6, file_citation = { file_id = "file_1" },
        index = false },
      { type = "file_path", file_path = { file_id = "file_2" } } } } } },
  { "a role that comes with each delta", { event("thread.message.delta", { id = "msg_1", delta = { role = "assistant",
    content = { { index = 0, type = "text", text = { value = "a" } } } } }), event("thread.message.delta", {
    id = "msg_1", delta = { role = "assistant", content = { { index = 0, text = { value = "b" } } } } }) },
    { messages = { { id = "msg_1", object = "thread.message", role = "assistant",
      content = { { text = { value = "ab" } } } } } } },
  { "two messages", { message "created", text_delta(0, "a"), message("completed", { text "a" }),
    message("created", {}, "msg_2"), message_delta({ { index = 0, type = "text", text = { value = "b" } } }, "msg_2") },
    { messages = { { id = "msg_1" }, { id = "msg_2", content = { { text = { value = "b" } } } } } } },
  { "functions", { run "in_progress", step("created", BEGUN), step_delta(called(0, "call_1", "f", "")),
    step_delta { index = 0, type = "function", ["function"] = { arguments = '{"a"' } },
    step_delta { index = 0, ["function"] = { arguments = ":1}" } }, step_delta(called(1, "call_2", "g", "{}")),
    run "requires_action" },
    { run = { status = "requires_action" }, steps = wants_calls(
      { id = "call_1", type = "function", ["function"] = { name = "f", arguments = '{"a":1}' }, index = false },
      { id = "call_2", ["function"] = { name = "g", arguments = "{}" } }).steps } },
  { "a call whose id and name come again", { step("created", BEGUN), step_delta(called(0, "call_1", "f", "1")),
    step_delta(called(0, "call_1", "f", "2")) },
    wants_calls { id = "call_1", ["function"] = { name = "f", arguments = "12" } } },
  { "a code interpreter", { step("created", BEGUN), step_delta(interpreter(0, { input = "", outputs = {} }, "call_1")),
    step_delta(interpreter(0, { input = "print" })), step_delta(interpreter(0, { input = "(1)" })),
    step_delta(interpreter(0, { outputs = { { index = 0, type = "logs", logs = "1" } } })),
    step_delta(interpreter(0, { outputs = { { index = 0, type = "logs", logs = "\n" } } })),
    step_delta(interpreter(0, { outputs = { { index = 1, type = "image", image = { file_id = "file_1" } } } })) },
    wants_calls { id = "call_1", type = "code_interpreter", code_interpreter = { input = "print(1)", outputs = {
      { type = "logs", logs = "1\n", index = false }, { type = "image", image = { file_id = "file_1" } } } } } },
  { "a file search", { step("created", BEGUN),
    step_delta { index = 0, id = "call_1", type = "file_search", file_search = {} } },
    wants_calls { id = "call_1", type = "file_search", file_search = {} } },
  { "a step that is done", { step("created", BEGUN), step_delta(called(0, "call_1", "f", "{")),
    step("completed", calls { id = "call_1", type = "function", ["function"] = { name = "f", arguments = "{}",
      output = "1" } }) },
    wants_calls { ["function"] = { arguments = "{}", output = "1" } } },
  -- oai differs: a stream that begins in the middle is folded, too
  { "deltas first", { text_delta(0, "a"), text_delta(0, "b"), step_delta(called(0, "call_1", "f", "{}")) },
    { messages = { { id = "msg_1", object = "thread.message", content = { { text = { value = "ab" } } } } },
      steps = { { id = "step_1", object = "thread.run.step" } } } },
  { "events without a name", { event(nil, run("created").data), event(nil, message("created").data),
    event(nil, text_delta(0, "a").data), event(nil, text_delta(0, "b").data), event(nil, step("created", BEGUN).data),
    event(nil, step_delta(called(0, "call_1", "f", "{}")).data), event(nil, run("completed").data) },
    { run = { status = "completed" }, messages = { { content = { { text = { value = "ab" } } } } },
      steps = { { step_details = { tool_calls = { { id = "call_1" } } } } } } },
  { "unknown events", { run "created", event("thread.future", { id = "x" }), event("thread.message.audio.delta", {}),
    event("thread.message.delta", { id = "msg_1" }), event("of.the.future", { id = "y", object = "future" }),
    event(nil, {}), run "completed" }, { run = { id = "run_1" }, messages = { { id = "msg_1" } }, steps = {} } },
  { "failed", { run "created", run "failed" }, { run = { status = "failed" } }, incomplete = true },
  { "cancelled", { run "created", run "cancelling", run "cancelled" }, { run = { status = "cancelled" } },
    incomplete = true },
  { "expired", { run "created", run "expired" }, { run = { status = "expired" } }, incomplete = true },
  { "cancelling", { run "created", run "cancelling" }, { run = { status = "cancelling" } }, incomplete = true },
}
