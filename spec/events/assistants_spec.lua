-- An assistant's run by named events.

local named = require "spec.support.named"

local function event(name, data)
  return { event = "thread." .. name, data = data }
end

local function run(status, fields)
  local data = { id = "run_1", object = "thread.run", status = status }
  for name, value in pairs(fields or {}) do
    data[name] = value
  end
  return event("run." .. status, data)
end

local function text_delta(index, value)
  return event("message.delta", { id = "m1", delta = { content = { { index = index, type = "text",
    text = { value = value } } } } })
end

local function step_delta(call)
  return event("run.step.delta", { id = "s1",
    delta = { step_details = { type = "tool_calls", tool_calls = { call } } } })
end

local function called(id, name, arguments)
  return { index = 0, id = id, type = "function", ["function"] = { name = name, arguments = arguments } }
end

local ASKS = run("requires_action", { required_action = { submit_tool_outputs = { tool_calls = {
  called("c1", "f", "{}") } } } })
local CALL = "item_id=s1 index=0 call_id=c1 name=f kind=function "

describe("events.assistants", function()
  it("tells the texts of a message", function()
    assert.same({
      "content.delta item_id=m1 content_index=0 Hel of Hel", "content.delta item_id=m1 content_index=0 lo of Hello",
      "refusal.delta item_id=m1 content_index=1 No of No", "content.done item_id=m1 content_index=0 Hello",
      "refusal.done item_id=m1 content_index=1 No", "usage 4", "finish completed",
    }, (named.of("assistants", {
      run "queued",
      event("message.created", { id = "m1", object = "thread.message", status = "in_progress", content = {} }),
      text_delta(0, "Hel"), text_delta(0, "lo"),
      event("message.delta", { id = "m1", delta = { content = { { index = 1, type = "refusal", refusal = "No" } } } }),
      event("message.completed", { id = "m1", object = "thread.message", status = "completed", content = {
        { type = "text", text = { value = "Hello" } }, { type = "refusal", refusal = "No" } } }),
      run("completed", { usage = { total_tokens = 4 } }),
    })))
  end)

  it("tells the texts of messages apart whose ids are the same up to a NUL", function()
    local function created(id)
      return event("message.created", { id = id, object = "thread.message", status = "in_progress", content = {} })
    end
    local function delta(id, value)
      return event("message.delta", { id = id, delta = { content = { { index = 0, type = "text",
        text = { value = value } } } } })
    end
    assert.same({
      "content.delta item_id=m\0a content_index=0 A of A", "content.delta item_id=m\0b content_index=0 B of B",
    }, (named.of("assistants", { created "m\0a", delta("m\0a", "A"), created "m\0b", delta("m\0b", "B") })))
  end)

  it("tells a part without an index as that which it was folded into", function()
    assert.same({
      "content.delta item_id=m1 content_index=0 a of a", "content.delta item_id=m1 content_index=2 b of b",
      "content.delta item_id=m1 content_index=1 c of bc",
    }, (named.of("assistants", { text_delta(0, "a"), text_delta(2, "b"), text_delta(nil, "c") })))
    assert.same({
      "content.delta item_id=m1 content_index=0 a of a", "refusal.delta item_id=m1 content_index=1 b of b",
    }, (named.of("assistants", { event("message.delta", { id = "m1", delta = { content = {
        { type = "text", text = { value = "a" } }, { type = "refusal", refusal = "b" } } } }) })))
  end)

  it("tells a call as whole when the run asks for its output", function()
    assert.same({
      "tool_call.delta " .. CALL .. " of ", "tool_call.delta " .. CALL .. "{} of {}", "tool_call.done " .. CALL .. "{}",
      "finish requires_action",
    }, (named.of("assistants", {
      step_delta(called("c1", "f", "")), step_delta(called(nil, nil, "{}")),
      ASKS,
    })))
  end)

  it("tells of a call what the run says of it at last", function()
    local unnamed = CALL:gsub("name=f ", "")
    assert.same({ "tool_call.delta " .. unnamed .. "{} of {}", "tool_call.done " .. CALL .. "{}",
      "finish requires_action" }, (named.of("assistants", { step_delta(called("c1", nil, "{}")), ASKS })))
  end)

  it("tells a call that came when the run asks for its output alone", function()
    local lines = named.of("assistants", { ASKS })
    assert.same({ "tool_call.delta index=0 call_id=c1 name=f kind=function {} of {}",
      "tool_call.done index=0 call_id=c1 name=f kind=function {}", "finish requires_action" }, lines)
  end)

  it("tells each end of a run", function()
    for status, is_complete in pairs { completed = true, incomplete = false, failed = false, cancelled = false,
      expired = false } do
      assert.same({ "finish " .. status .. (is_complete and "" or ", incomplete") },
        (named.of("assistants", { run "in_progress", run(status) })))
    end
    assert.same({ "usage 1", "finish completed" }, (named.of("assistants", {
      run("completed", { usage = { total_tokens = 1 } }) })))
    assert.same({ "finish max_tokens, incomplete" }, (named.of("assistants", {
      run("incomplete", { incomplete_details = { reason = "max_tokens" } }) })))
  end)

  it("tells what the API has called itself without deltas", function()
    local whole = { type = "code_interpreter", id = "x1", code_interpreter = { input = "1+1" } }
    assert.same({ "hosted_call.delta item_id=s1 index=0 call_id=x1 kind=code_interpreter 1+1 of 1+1",
      "hosted_call.done item_id=s1 index=0 call_id=x1 kind=code_interpreter 1+1" }, (named.of("assistants", {
        event("run.step.completed", { id = "s1", status = "completed", step_details = { type = "tool_calls",
          tool_calls = { whole } } }) })))
  end)

  it("tells what the API calls itself when the step is whole", function()
    local function interpreter(input)
      return { index = 0, id = "x1", type = "code_interpreter", code_interpreter = { input = input } }
    end
    assert.same({
      "hosted_call.delta item_id=s1 index=0 call_id=x1 kind=code_interpreter 1+1 of 1+1",
      "hosted_call.done item_id=s1 index=0 call_id=x1 kind=code_interpreter 1+1", "finish expired, incomplete",
    }, (named.of("assistants", {
      step_delta(interpreter "1+1"),
      event("run.step.completed", { id = "s1", status = "completed", step_details = { type = "tool_calls",
        tool_calls = { interpreter "1+1" } } }), run "expired",
    })))
  end)
end)
