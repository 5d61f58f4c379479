-- Responses by named events: events to lines of what they say.

local named = require "spec.support.named"

local function event(name, fields)
  fields.type = "response." .. name
  fields.output_index = fields.output_index or fields.item and 0 or nil
  return fields
end

local function of_text(name, fields, part)
  fields.item_id, fields.output_index = fields.item_id or "m1", fields.output_index or 0
  fields[part or "content_index"] = 0
  return event(name, fields)
end

local function delta(text)
  return of_text("output_text.delta", { delta = text })
end

local function message(text, fields)
  local item = { type = "message", id = "m1", role = "assistant", status = "completed",
    content = { { type = "output_text", text = text } } }
  for name, value in pairs(fields or {}) do
    item[name] = value
  end
  return item
end

local function call(arguments, status)
  return { type = "function_call", id = "f1", call_id = "c1", name = "f", arguments = arguments, status = status }
end

local function completed(output, fields)
  local response = { id = "r", object = "response", status = "completed", output = output,
    usage = { total_tokens = 3 } }
  for name, value in pairs(fields or {}) do
    response[name] = value
  end
  return event(response.status, { response = response })
end

local AT = "output_index=0 item_id=m1 content_index=0 "
local CALL = "output_index=0 item_id=f1 index=0 call_id=c1 name=f kind=function "

local CASES = {
  { "a message", {
    event("output_item.added", { item = message("", { content = {}, status = "in_progress" }) }),
    delta "Hel", delta "lo", of_text("output_text.done", { text = "Hello" }),
    event("output_item.done", { item = message "Hello" }), completed { message "Hello" },
  }, {
    "item.added output_index=0 item_id=m1", "content.delta " .. AT .. "Hel of Hel",
    "content.delta " .. AT .. "lo of Hello", "content.done " .. AT .. "Hello", "item.done output_index=0 item_id=m1",
    "usage 3", "finish completed",
  } },
  { "a message that is whole in the response alone", { delta "Hi", completed { message "Hi" } }, {
    "content.delta " .. AT .. "Hi of Hi", "content.done " .. AT .. "Hi", "usage 3", "finish completed",
  } },
  { "a message that came without deltas", { completed { message("Hi", { phase = "commentary" }) } }, {
    "content.delta output_index=0 item_id=m1 content_index=0 phase=commentary Hi of Hi",
    "content.done output_index=0 item_id=m1 content_index=0 phase=commentary Hi", "usage 3", "finish completed",
  } },
  { "a message that was cut", { delta "Hel", completed({ message("Hel", { status = "incomplete" }) },
    { status = "incomplete", incomplete_details = { reason = "max_output_tokens" } }) }, {
    "content.delta " .. AT .. "Hel of Hel", "usage 3", "finish max_output_tokens, incomplete",
  } },
  { "a call, which is whole when its item is", {
    event("output_item.added", { item = call("", "in_progress") }),
    of_text("function_call_arguments.delta", { item_id = "f1", delta = "{}" }),
    of_text("function_call_arguments.done", { item_id = "f1", arguments = "{}" }),
    event("output_item.done", { item = call("{}", "completed") }), completed { call("{}", "completed") },
  }, {
    "tool_call.delta " .. CALL .. " of ", "item.added output_index=0 item_id=f1",
    "tool_call.delta " .. CALL .. "{} of {}",
    "tool_call.done " .. CALL .. "{}", "item.done output_index=0 item_id=f1", "usage 3", "finish completed",
  } },
  { "a call that was cut", {
    event("output_item.added", { item = call("", "in_progress") }),
    of_text("function_call_arguments.delta", { item_id = "f1", delta = "{" }),
    event("output_item.done", { item = call("{", "incomplete") }),
    completed({ call("{", "incomplete") }, { status = "incomplete" }),
  }, {
    "tool_call.delta " .. CALL .. " of ", "item.added output_index=0 item_id=f1",
    "tool_call.delta " .. CALL .. "{ of {",
    "item.done output_index=0 item_id=f1", "usage 3", "finish incomplete, incomplete",
  } },
  { "a call that came with the response alone", { completed { call "{}" } }, {
    "tool_call.delta " .. CALL .. "{} of {}", "tool_call.done " .. CALL .. "{}", "usage 3", "finish completed",
  } },
  { "a custom tool's input", { completed { { type = "custom_tool_call", id = "f1", call_id = "c1", name = "sh",
    input = "ls" } } }, {
    "tool_call.delta output_index=0 item_id=f1 index=0 call_id=c1 name=sh kind=custom ls of ls",
    "tool_call.done output_index=0 item_id=f1 index=0 call_id=c1 name=sh kind=custom ls", "usage 3", "finish completed",
  } },
  { "what an item that is whole says first", {
    event("output_item.done", { item = { type = "reasoning", id = "r1",
      summary = { { type = "summary_text", text = "so" } },
      content = { { type = "reasoning_text", text = "hm" } } } }),
  }, {
    "reasoning.delta output_index=0 item_id=r1 summary_index=0 kind=summary so of so",
    "reasoning.done output_index=0 item_id=r1 summary_index=0 kind=summary so",
    "reasoning.delta output_index=0 item_id=r1 content_index=0 kind=text hm of hm",
    "reasoning.done output_index=0 item_id=r1 content_index=0 kind=text hm",
    "item.done output_index=0 item_id=r1",
  } },
  { "reasoning, and a refusal", {
    of_text("reasoning_summary_text.delta", { item_id = "r1", delta = "so" }, "summary_index"),
    of_text("reasoning_text.delta", { item_id = "r1", delta = "hm" }),
    of_text("reasoning_text.done", { item_id = "r1", text = "hm" }),
    of_text("refusal.delta", { output_index = 1, delta = "No" }),
    of_text("refusal.done", { output_index = 1, refusal = "No" }),
  }, {
    "reasoning.delta output_index=0 item_id=r1 summary_index=0 kind=summary so of so",
    "reasoning.delta output_index=0 item_id=r1 content_index=0 kind=text hm of hm",
    "reasoning.done output_index=0 item_id=r1 content_index=0 kind=text hm",
    "refusal.delta output_index=1 item_id=m1 content_index=0 No of No",
    "refusal.done output_index=1 item_id=m1 content_index=0 No",
  } },
  { "what the API calls itself", {
    event("output_item.added", { item = { type = "mcp_call", id = "x1", name = "q", arguments = "" } }),
    of_text("mcp_call_arguments.delta", { item_id = "x1", delta = "{}" }),
    of_text("mcp_call_arguments.done", { item_id = "x1", arguments = "{}" }),
  }, {
    "item.added output_index=0 item_id=x1",
    "hosted_call.delta output_index=0 item_id=x1 index=0 name=q kind=mcp {} of {}",
    "hosted_call.done output_index=0 item_id=x1 index=0 name=q kind=mcp {}",
  } },
}

describe("events.responses", function()
  for _, case in ipairs(CASES) do
    it("tells " .. case[1], function()
      assert.same(case[3], (named.of("responses", case[2])))
    end)
  end

  it("tells a call as whole in a response that is, whatever its own status is left at", function()
    assert.same({ "tool_call.delta " .. CALL .. "{} of {}", "item.added output_index=0 item_id=f1",
      "tool_call.done " .. CALL .. "{}", "usage 3", "finish completed" }, (named.of("responses", {
        event("output_item.added", { item = call("{}", "in_progress") }), completed { call("{}", "in_progress") } })))
    assert.same({ "tool_call.delta " .. CALL .. "{} of {}", "tool_call.done " .. CALL .. "{}",
      "item.done output_index=0 item_id=f1" },
      (named.of("responses", { event("output_item.done", { item = call("{}", "in_progress") }) })))
  end)

  it("goes on with a text whose item came whole meanwhile", function()
    for status, place in pairs { completed = 4, incomplete = 3 } do
      local lines = named.of("responses", { delta "Hel",
        event("output_item.done", { item = message("Hello", { status = status }) }), delta "!" })
      assert.is_truthy(lines[place]:find("^content.delta .*! of Hello!$"), lines[place])
    end
  end)

  it("has the snapshot of an event after others have come", function()
    local accumulator = require("oai").accumulate "responses"
    local first = accumulator:add(delta "Hel")[1]
    accumulator:add(delta "lo")
    accumulator:add(event("output_item.done", { item = message "Hello" }))
    accumulator:add(completed { message "Hello" })
    assert.equal("Hel", first.snapshot)
  end)
end)
