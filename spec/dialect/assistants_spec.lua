-- The stream of an assistant's run: named events to the run, its messages and
-- its steps. Facts are in spec/support/facts/assistants_stream.lua.

local assistants = require "oai.dialect.assistants"
local connect = require "spec.support.connect"
local facts = require "spec.support.facts.assistants_stream"
local json = require "oai.codec.json"
local like = require "spec.support.like"
local server = require("spec.support.server").start { tls = true }

local DONE = "event: done\ndata: [DONE]\n\n"

local function fold_all(events, look_each_time)
  local state = assistants.new_state()
  for _, event in ipairs(events) do
    assistants.fold(state, event)
    if look_each_time then
      assistants.messages(state)
      assistants.steps(state)
    end
  end
  return state
end

local function copy_of(value)
  return json.decode((json.encode(value)))
end

local function result_of(state)
  return { run = assistants.result(state), messages = assistants.messages(state), steps = assistants.steps(state) }
end

local function events_of(name)
  for _, fact in ipairs(facts) do
    if fact[1] == name then
      return fact[2]
    end
  end
end

describe("dialect.assistants", function()
  for _, fact in ipairs(facts) do
    local name, events, want = fact[1], fact[2], fact[3]

    describe(name, function()
      it("adds up", function()
        local state = fold_all(events)
        assert.is_nil(like(want, result_of(state)))
        assert.equal(fact.incomplete or false, select(2, assistants.result(state)))
      end)

      it("adds up when it is looked at in between", function()
        assert.is_nil(like(want, result_of(fold_all(events, true))))
      end)

      it("changes no event", function()
        local before = copy_of(events)
        fold_all(events, true)
        assert.same(before, copy_of(events))
      end)

      it("may not end without done", function()
        assert.is_false(assistants.may_end(fold_all(events)))
      end)
    end)
  end

  it("has nothing before the first event", function()
    assert.same({ messages = {}, steps = {} }, result_of(assistants.new_state()))
    assert.is_false(select(2, assistants.result(assistants.new_state())))
  end)

  it("ends with done", function()
    assert.is_true(assistants.is_last { event = "done", data = {} })
    assert.is_false(assistants.is_last { event = "thread.run.completed", data = {} })
  end)

  it("gives the text of messages", function()
    local function text_of(content, name)
      return assistants.text { event = name or "thread.message.delta", data = { object = "thread.message.delta",
        delta = { content = content } } }
    end
    local part = { index = 0, type = "text", text = { value = "a" } }
    assert.equal("a", text_of { part })
    assert.equal("aa", text_of { part, { index = 1, type = "image_file" }, part })
    assert.is_nil(text_of { { index = 0, type = "text", text = { annotations = {} } } })
    assert.is_nil(text_of(nil))
    assert.is_nil(text_of({ part }, "thread.message.completed"))
    assert.equal("a", assistants.text { data = { object = "thread.message.delta", delta = { content = { part } } } })
  end)

  it("keeps empty arrays empty arrays", function()
    local state = fold_all { { event = "thread.message.delta", data = json.decode [[{"id":"m","delta":{"content":[
      {"index":0,"type":"text","text":{"value":"a","annotations":[]}}]}}]] } }
    assert.truthy(json.encode(assistants.messages(state)[1]):find('"annotations":[]', 1, true))
  end)

  it("keeps texts in time with their number", function()
    local state = assistants.new_state()
    for _ = 1, 50000 do
      assistants.fold(state, { event = "thread.message.delta", data = { id = "m",
        delta = { content = { { index = 0, text = { value = "x" } } } } } })
    end
    assert.equal(50000, #assistants.messages(state)[1].content[1].text.value)
  end)
end)

describe("a stream of an assistant's run", function()
  local function open(events, last)
    local sse = {}
    for i, event in ipairs(events) do
      sse[i] = { event = event.event, data = event.data }
    end
    sse[#sse + 1] = last or DONE
    local scene = server:scenario { replies = { { sse = sse } } }
    local client = connect.to(scene)
    return assert(client.beta.threads.runs:create("thread_1", { assistant_id = "asst_1", stream = true })), scene
  end

  it("gives events with their names", function()
    local events, got = events_of "a message", {}
    local stream, scene = open(events)
    for event in stream:events() do
      got[#got + 1] = event
    end
    assert.equal(#events, #got)
    for i, event in ipairs(events) do
      assert.is_nil(like(event, got[i]))
    end
    assert.equal("complete", stream.status)
    local request = scene:requests()[1]
    assert.same({ "/v1/threads/thread_1/runs", "assistants=v2", "text/event-stream" },
      { request.path, request.header["openai-beta"], request.header.accept })
  end)

  it("gives text", function()
    local stream, texts = open(events_of "a message"), {}
    for text in stream:text() do
      texts[#texts + 1] = text
    end
    assert.same({ "Hel", "lo" }, texts)
  end)

  it("ends with the run, its messages and its steps", function()
    local stream = open(events_of "a message")
    local run, err = stream:final()
    assert.is_nil(err)
    assert.same({ "completed", "oai.ThreadRun run_1" }, { run.status, tostring(run) })
    local message, step = stream:messages()[1], stream:steps()[1]
    assert.same({ "Hello", "oai.ThreadMessage msg_1" }, { message.content[1].text.value, tostring(message) })
    assert.same({ "completed", "oai.ThreadRunStep step_1" }, { step.status, tostring(step) })
  end)

  it("shows messages while they grow", function()
    local stream = open(events_of "a message")
    assert.same({}, stream:messages())
    for event in stream:events() do
      if event.event == "thread.message.delta" then
        assert.equal("Hel", stream:messages()[1].content[1].text.value)
        break
      end
    end
    stream:close()
  end)

  it("is complete where tool outputs are wanted", function()
    local stream = open(events_of "functions")
    assert.equal("requires_action", stream:final().status)
    assert.equal("complete", stream.status)
    assert.equal('{"a":1}', stream:steps()[1].step_details.tool_calls[1]["function"].arguments)
  end)

  for _, status in ipairs { "failed", "cancelled", "expired" } do
    it("is incomplete where the run has " .. status, function()
      local stream = open(events_of(status))
      local run, err = stream:final()
      assert.same({ status, nil, "incomplete" }, { run.status, err, stream.status })
    end)
  end

  it("breaks where it ends without done", function()
    local stream = open(events_of "an end within a message", "")
    local run, err = stream:final()
    assert.same({ "stream", "in_progress", "in_progress", "cut" },
      { err.kind, run.status, err.partial.status, stream.status })
    assert.equal("Hello", stream:messages()[1].content[1].text.value)
    local whole = open(events_of "a message", "")
    assert.equal("stream", select(2, whole:final()).kind)
  end)

  it("breaks where an error comes", function()
    local stream = open({ events_of("a message")[2] },
      'event: error\ndata: {"code":"server_error","message":"boom","param":null,"type":"server"}\n\n')
    local run, err = stream:final()
    assert.same({ "stream", "boom", "server_error", "server", "run_1" },
      { err.kind, err.message, err.code, err.type, run.id })
  end)

  it("may take tool outputs", function()
    local scene = server:scenario { replies = { { sse = { events_of("failed")[1], DONE } } } }
    local stream = assert(connect.to(scene).beta.threads.runs:submit_tool_outputs("thread_1", "run_1",
      { stream = true, tool_outputs = { { tool_call_id = "call_1", output = "1" } } }))
    assert.equal("run_1", stream:final().id)
    assert.equal("/v1/threads/thread_1/runs/run_1/submit_tool_outputs", scene:requests()[1].path)
  end)

  it("may begin with its thread", function()
    local begun, created = events_of("a message")[1], events_of("failed")[1]
    local scene = server:scenario { replies = { { sse = { begun, created, DONE } } } }
    local stream = assert(connect.to(scene).beta.threads:create_and_run { stream = true, assistant_id = "asst_1" })
    assert.same({ event = "thread.created", data = { id = "thread_1", object = "thread" } }, stream:next())
    assert.equal("thread_1", stream:final().thread_id)
  end)
end)
