-- The stream of responses: typed events to the response they add up to.
-- Facts are in spec/support/facts/responses_stream.lua.

local connect = require "spec.support.connect"
local facts = require "spec.support.facts.responses_stream"
local json = require "oai.codec.json"
local like = require "spec.support.like"
local responses = require "oai.dialect.responses"
local server = require("spec.support.server").start { tls = true }
local told = require "spec.support.told"

local function fold_all(events, look_each_time)
  local state = responses.new_state()
  for _, event in ipairs(events) do
    responses.fold(state, event)
    if look_each_time then
      responses.result(state)
    end
  end
  return state
end

local function copy_of(value)
  return json.decode((json.encode(value)))
end

-- Events that the response does not show: what they bring comes again in
-- their item, or stands in no response.
local UNSEEN = {
  "audio.delta", "audio.done", "audio.transcript.delta", "audio.transcript.done",
  "image_generation_call.partial_image",
  "mcp_list_tools.in_progress", "mcp_list_tools.completed", "mcp_list_tools.failed",
}

describe("dialect.responses", function()
  for _, fact in ipairs(facts) do
    local name, events, want = fact[1], fact[2], fact[3]

    describe(name, function()
      it("adds up", function()
        local response, incomplete = responses.result(fold_all(events))
        assert.is_nil(like(want, response))
        assert.equal(fact.incomplete or false, incomplete)
      end)

      it("adds up when it is looked at in between", function()
        assert.is_nil(like(want, (responses.result(fold_all(events, true)))))
      end)

      it("changes no event", function()
        local before = copy_of(events)
        fold_all(events, true)
        assert.same(before, copy_of(events))
      end)
    end)
  end

  for _, part in ipairs { { "output_text", "content", "content_index" },
    { "reasoning_summary_text", "summary", "summary_index" } } do
    it("folds texts that follow one another into the parts that they are of: " .. part[1], function()
      local events = { { type = "response.created", response = { id = "resp_1", output = {} } } }
      for _, number in ipairs { 0, 0, 1, 1, 0 } do
        events[#events + 1] = { type = ("response.%s.delta"):format(part[1]), item_id = "item_1", output_index = 0,
          [part[3]] = number, delta = tostring(number) }
      end
      local parts = responses.result(fold_all(events)).output[1][part[2]]
      assert.same({ "000", "11" }, { parts[1].text, parts[2].text })
    end)
  end

  for _, name in ipairs(UNSEEN) do
    it("folds nothing of " .. name, function()
      local events = { { type = "response.created", response = { id = "resp_1", status = "in_progress", output = {
        { id = "x_1", type = "x" } } } } }
      local before = copy_of(responses.result(fold_all(events)))
      events[2] = { type = "response." .. name, output_index = 0, item_id = "x_1", delta = "a",
        partial_image_b64 = "AA", sequence_number = 1 }
      assert.same(before, copy_of(responses.result(fold_all(events))))
    end)
  end

  it("remembers the last sequence number", function()
    local events = facts[1][2]
    assert.equal(#events - 1, fold_all(events).sequence_number)
    assert.equal(7, fold_all({ { type = "response.future", sequence_number = 7 }, { type = "x" } }).sequence_number)
  end)

  it("ends with one of four events", function()
    for _, name in ipairs { "completed", "incomplete", "failed", "done" } do
      assert.is_true(responses.is_last { type = "response." .. name })
    end
    for _, name in ipairs { "created", "in_progress", "output_item.done", "output_text.done", "cancelled" } do
      assert.is_false(responses.is_last { type = "response." .. name })
    end
    assert.is_false(responses.is_last {})
  end)

  it("may not end without one", function()
    assert.is_false(responses.may_end(fold_all(facts[2][2])))
  end)

  it("gives text", function()
    assert.equal("a", responses.text { type = "response.output_text.delta", delta = "a" })
    assert.is_nil(responses.text { type = "response.refusal.delta", delta = "a" })
    assert.equal("a", responses.text { type = "response.content_part.delta", delta = { text = "a" } })
    assert.is_nil(responses.text { type = "response.output_text.done", text = "a" })
    for _, delta in ipairs { "", 1, true, {}, { text = 1 } } do
      assert.is_nil(responses.text { type = "response.output_text.delta", delta = delta })
    end
  end)

  it("has nothing before the first event", function()
    assert.is_nil((responses.result(responses.new_state())))
  end)

  it("has an array for an output that never came", function()
    local state = fold_all { { type = "response.completed", response = { status = "completed" } } }
    assert.equal('[]', (json.encode(responses.result(state).output)))
  end)

  it("keeps empty arrays empty arrays", function()
    local state = responses.new_state()
    responses.fold(state, json.decode '{"type":"response.created","response":{"status":"in_progress","output":[]}}')
    assert.equal('[]', (json.encode(responses.result(state).output)))
  end)

  describe("told the texts of events", function()
    local function line(number, item, text, more)
      return ('{"type":"response.output_text.delta","sequence_number":%d,"item_id":"m%d","output_index":%d,'
        .. '"content_index":0,"delta":"%s","logprobs":[],"obfuscation":"%s"%s}'):format(number, item, item, text,
        ("x"):rep(number % 5), more or "")
    end

    it("folds those that are alike", function()
      local texts = {}
      for number = 1, 20 do
        texts[number] = line(number, 0, number % 2 == 0 and [[\n]] or "a")
      end
      local state, count = told.fold_all(responses, texts, "response.output_text.delta")
      assert.equal(("a\n"):rep(10), responses.result(state).output[1].content[1].text)
      assert.equal(17, count) -- those behind the first piece of text without an escape that follows another
      assert.equal(20, state.sequence_number)
    end)

    it("makes the same of them as without", function()
      local pool = {}
      for item = 0, 1 do
        for _, text in ipairs { "a", [[\"]], "", "b" } do
          pool[#pool + 1] = function(number) return line(number, item, text) end
          pool[#pool + 1] = function(number) return line(number, item, text, ',"new":1') end
        end
        pool[#pool + 1] = function(number)
          return ('{"type":"response.output_text.done","sequence_number":%d,"item_id":"m%d","output_index":%d,'
            .. '"content_index":0,"text":"whole"}'):format(number, item, item)
        end
        pool[#pool + 1] = function(number)
          return ('{"type":"response.function_call_arguments.delta","sequence_number":%d,"output_index":%d,'
            .. '"delta":"{}"}'):format(number, item)
        end
      end
      local random = 11
      local function at_most(most) -- the same on each Lua
        random = random * 16807 % 2147483647
        return random % most + 1
      end
      for _ = 1, 200 do
        local one, other, number = responses.new_state(), responses.new_state(), 0
        for _ = 1, 10 do
          local write = pool[at_most(#pool)]
          for _ = 1, at_most(4) do
            number = number + 1
            local event = assert(json.decode(write(number)))
            assert.same(event, (told.fold(responses, one, write(number))))
            responses.fold(other, event)
          end
        end
        assert.same(responses.result(other), responses.result(one))
      end
    end)
  end)
end)

describe("a stream of responses of another server", function()
  local function final_of(sse)
    local scene = server:scenario { replies = { { sse = sse } } }
    local stream = assert(connect.to(scene).responses:create { model = "m", input = "x", stream = true })
    local first = stream:next()
    return assert(stream:final()), first, stream
  end

  it("is read where the name alone says what an event is", function()
    local response, first, stream = final_of {
      { event = "response.created", data = { response = { id = "resp_1", status = "in_progress" } } },
      { event = "response.output_text.delta", data = { output_index = 0, content_index = 0, delta = "Hi" } },
      { event = "response.completed", data = { response = { id = "resp_1", status = "completed" } } },
    }
    assert.equal("response.created", first.type)
    assert.same({ "Hi", "complete" }, { response.output_text, stream.status })
  end)

  it("gives the text as one piece where it comes at the end alone, and its beginning was not missed", function()
    local function texts_of(events)
      local state, texts = responses.new_state(), {}
      for i, event in ipairs(events) do
        responses.fold(state, event)
        texts[i] = responses.text(event, state) or ""
      end
      return texts
    end
    local created = { type = "response.created", sequence_number = 0, response = { id = "r" } }
    local delta = { type = "response.output_text.delta", sequence_number = 1, delta = "H" }
    local completed = { type = "response.completed", sequence_number = 2, response = { output = {
      { type = "message", content = { { type = "output_text", text = "H" }, { type = "refusal", refusal = "x" } } },
      { type = "message", content = "i" }, { type = "reasoning", content = "no" } } } }
    assert.same({ "", "Hi" }, texts_of { created, completed })
    assert.same({ "", "H", "" }, texts_of { created, delta, completed })
    assert.same({ "" }, texts_of { completed })
    completed.sequence_number = nil
    assert.same({ "Hi" }, texts_of { completed })
  end)

  it("has the text of messages that are no parts", function()
    local response = final_of { { event = "response.completed", data = { type = "response.completed", response = {
      id = "resp_1", status = "completed", output = { { type = "message", content = "Hi" } } } } } }
    assert.equal("Hi", response.output_text)
  end)
end)

describe("a stream of beta.responses", function()
  it("is folded as one of responses", function()
    local agent, item = { agent_name = "/root" }, { id = "msg_1", type = "message", content = {} }
    local text = { type = "output_text", text = "Hi" }
    local sse = {}
    for i, event in ipairs {
      { type = "response.created", response = { id = "resp_1", object = "response", status = "in_progress" } },
      { type = "response.output_item.added", output_index = 0, item = item },
      { type = "response.output_text.delta", output_index = 0, content_index = 0, delta = "Hi" },
      { type = "response.completed", response = { id = "resp_1", object = "response", status = "completed",
        output = { { id = "msg_1", type = "message", content = { text } } } } },
    } do
      event.agent = agent
      sse[i] = { event = event.type, data = event }
    end
    local scene = server:scenario { replies = { { sse = sse } } }
    local stream = assert(connect.to(scene).beta.responses:create { model = "m", input = "x", stream = true })
    assert.same(agent, stream:next().agent)
    local texts = {}
    for piece in stream:text() do
      texts[#texts + 1] = piece
    end
    assert.same({ "Hi" }, texts)
    assert.same({ "completed", "complete" }, { stream:final().status, stream.status })
    assert.equal("beta=true", scene:requests()[1].query)
  end)
end)
