-- The events of an agent's session: to turns, their items and the session.

local agents = require "oai.dialect.agents"
local connect = require "spec.support.connect"
local followed = require "oai.dialect.followed_agents"
local json = require "oai.codec.json"
local oai = require "oai"
local named = require "oai.events"
local server = require("spec.support.server").start { tls = true }

local SESSION = "asess_1"

--- An event of the session, whose `type` is given without its beginning.
local function event(name, fields)
  fields.type, fields.session_id = "agent.session." .. name, SESSION
  return fields
end

local function turn(status, fields)
  local of = { id = "turn_1", object = "agent.session.turn", session_id = SESSION, status = status,
    subagent_id = oai.null }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return event("turn." .. (status == "queued" and "created" or status), { turn_id = of.id, turn = of })
end

local function session(status)
  return event(status, { session = { id = SESSION, object = "agent.session", status = status, required_actions = {} } })
end

local function item(moment, id, text, fields)
  local of = { type = "message", id = id, turn_id = "turn_1", role = "assistant", status = "completed",
    content = { { type = "output_text", text = text } } }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return event("turn.item." .. moment, { turn_id = of.turn_id, output_index = of.at or 0, item = of })
end

local function piece(id, text, fields)
  local of = event("turn.output_text.delta", { turn_id = "turn_1", item_id = id, output_index = 0, content_index = 0,
    delta = text })
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return of
end

local function fold(events)
  local state, texts = agents.new_state(), {}
  for _, one in ipairs(events) do
    assert.is_nil(agents.fold(state, one))
    texts[#texts + 1] = agents.text(one, state)
  end
  return state, table.concat(texts, "|")
end

local function texts_of(messages)
  local texts = {}
  for i, message in ipairs(messages) do
    texts[i] = message.content[1].text
  end
  return texts
end

local ANSWER = {
  session "in_progress", turn "queued", turn "in_progress", item("added", "m1", ""), piece("m1", "hi "),
  piece("m1", "there"), item("done", "m1", "hi there"),
  event("turn.completed", { turn_id = "turn_1", usage = { total_tokens = 7 },
    turn = { id = "turn_1", object = "agent.session.turn", status = "completed", usage = oai.null } }),
  session "idle",
}

describe("dialect.agents", function()
  it("adds up to the session, its turn and messages", function()
    local state, text = fold(ANSWER)
    local value, incomplete = agents.result(state)
    assert.equal("idle", value.status)
    assert.is_false(incomplete)
    assert.equal("hi |there", text)
    assert.same({ "hi there" }, texts_of(agents.messages(state)))
    local last, items = agents.turn(state)
    assert.equal("completed", last.status)
    assert.equal(7, last.usage.total_tokens)
    assert.equal("m1", items[1].id)
  end)

  it("knows a turn by its own id or by the event's", function()
    local by_event = event("turn.completed", { turn_id = "turn_1", turn = { status = "completed" } })
    local by_turn = event("turn.completed", { turn = { id = "turn_1", status = "completed" } })
    for _, last in ipairs { by_event, by_turn } do
      local state = fold { turn "in_progress", last }
      for _, one in ipairs { by_event, by_turn } do
        local of = agents.place(state, one) ---@cast of table
        assert.same({ "turn_1", "completed" }, { of.id, of.status })
      end
    end
  end)

  it("changes no event", function()
    local before = json.decode((json.encode(ANSWER)))
    fold(ANSWER)
    assert.same(before, json.decode((json.encode(ANSWER))))
  end)

  it("has what came of a message that was cut", function()
    local state = fold { turn "in_progress", item("added", "m1", "", { status = "in_progress" }), piece("m1", "hal") }
    assert.same({ "hal" }, texts_of(agents.messages(state)))
    assert.same({ id = SESSION, object = "agent.session" }, (agents.result(state)))
  end)

  it("keeps commentary and subagents out of the answer", function()
    local state, text = fold {
      turn "in_progress",
      item("added", "c1", "", { phase = "commentary", status = "in_progress" }), piece("c1", "thinking"),
      item("done", "c1", "thinking", { phase = "commentary" }),
      turn("in_progress", { id = "turn_2", subagent_id = "sub_1" }),
      piece("m9", "below", { turn_id = "turn_2" }), item("done", "m9", "below", { turn_id = "turn_2" }),
      item("done", "m1", "answer", { phase = "final_answer", at = 1 }),
    }
    assert.equal("", text)
    assert.same({ "answer" }, texts_of(agents.messages(state)))
    assert.equal("turn_1", agents.turn(state).id)
  end)

  it("adds up what a command writes", function()
    local command = { type = "command_execution", id = "x1", turn_id = "turn_1", status = "in_progress" }
    local state = fold {
      turn "in_progress", event("turn.item.added", { turn_id = "turn_1", output_index = 0, item = command }),
      { type = "agent.output.command_execution_output.delta", turn_id = "turn_1", item_id = "x1", output_index = 0,
        delta = "a\n" },
      { type = "agent.output.command_execution_output.delta", turn_id = "turn_1", item_id = "x1", output_index = 0,
        delta = "b\n" },
    }
    local _, items = agents.turn(state)
    assert.equal("a\nb\n", items[1].output)
  end)

  it("is over when the session is idle after its turn, or cannot go on", function()
    local state = fold { turn "in_progress" }
    assert.is_false(agents.is_last(session "idle", state))
    assert.is_false(agents.is_last(session "requires_action", state))
    assert.is_true(agents.is_last(session "failed", state))
    assert.is_true(agents.is_last(session "budget_reached", state))
    agents.fold(state, turn "completed")
    assert.is_true(agents.is_last(session "idle", state))
    assert.is_false(agents.is_last(piece("m1", "x"), state))
    assert.is_false(agents.is_last(session "idle", fold { turn("completed", { subagent_id = "sub_1" }) }))
  end)

  it("may not end while a turn goes on", function()
    assert.is_false(agents.may_end((fold { turn "in_progress" })))
    assert.is_false(agents.may_end((fold { session "in_progress" })))
    assert.is_true(agents.may_end((fold { turn "in_progress", session "requires_action" })))
    assert.is_true(agents.may_end((fold { turn "in_progress", turn "cancelled" })))
    assert.is_true(agents.may_end((fold { session "idle" })))
  end)

  it("says of a turn that failed or was cancelled that it is incomplete", function()
    assert.is_true(select(2, agents.result((fold { turn "failed" }))))
    assert.is_true(select(2, agents.result((fold { turn "cancelled", session "idle" }))))
    assert.is_true(select(2, agents.result((fold { session "budget_reached" }))))
  end)

  it("has nothing before the first event", function()
    assert.is_nil((agents.result(agents.new_state())))
    assert.same({}, agents.messages(agents.new_state()))
    assert.is_nil((agents.turn(agents.new_state())))
  end)
end)

describe("dialect.followed_agents", function()
  it("goes on after a turn", function()
    assert.is_nil(followed.is_last)
    assert.equal(agents.result, followed.result)
    assert.not_equal(agents.name, followed.name)
  end)
end)

--- Events as they are sent.
local function sent(events)
  local lines = {}
  for i, one in ipairs(events) do
    lines[i] = "data: " .. json.encode(one) .. "\n\n"
  end
  return lines
end

local function sessions_of(reply)
  local scene = server:scenario { replies = { reply } }
  return connect.to(scene, { max_retries = 0 }).beta.agents.sessions, scene
end

describe("the stream of an agent's session", function()
  it("ends with its turn, though the connection stays, and is the session", function()
    local sessions, scene = sessions_of { steps = { { write = table.concat(sent(ANSWER)) }, { stall = true } },
      headers = { ["content-type"] = "text/event-stream" } }
    local stream = assert(sessions:stream { environment = { type = "none" }, input = "hello" })
    local texts = {}
    for text in stream:text() do
      texts[#texts + 1] = text
    end
    local value = assert(stream:final())
    assert.equal("hi there", table.concat(texts))
    assert.equal("oai.AgentSession asess_1", tostring(value))
    assert.equal("complete", stream.status)
    assert.equal("hi there", stream:messages()[1].content[1].text)
    assert.equal("agents=v1", scene:requests()[1].header["openai-beta"])
  end)

  it("goes on after an error, which is an event like others", function()
    local failed = { type = "error", event_id = "e1", session_id = SESSION, error = { type = "x", message = "m" } }
    local sessions = sessions_of { sse = sent { turn "in_progress", failed, turn "completed", session "idle" } }
    local stream = assert(sessions:stream { environment = { type = "none" }, input = "hello" })
    local seen = {}
    for one in stream:events() do
      seen[#seen + 1] = one.type
    end
    local types = { "agent.session.turn.in_progress", "error", "agent.session.turn.completed", "agent.session.idle" }
    assert.same(types, seen)
  end)

  it("that is cut while a turn goes on says so, and has its part", function()
    local sessions = sessions_of { sse = sent { turn "in_progress", item("added", "m1", ""), piece("m1", "hal") } }
    local stream = assert(sessions:stream { environment = { type = "none" }, input = "hello" })
    local value, err = stream:final()
    assert.equal("stream", err.kind)
    assert.equal("cut", stream.status)
    assert.equal(SESSION, value.id)
    assert.equal("hal", stream:messages()[1].content[1].text)
  end)
end)

describe("the events of an agent's session", function()
  it("are a stream without being asked for, turn after turn", function()
    local events = {}
    for _, one in ipairs(ANSWER) do
      events[#events + 1] = one
    end
    for _, one in ipairs { turn("completed", { id = "turn_2" }), session "idle" } do
      events[#events + 1] = one
    end
    local sessions, scene = sessions_of { sse = sent(events) }
    local stream = assert(sessions.events:stream(SESSION, { include_obfuscation = false }))
    local count = 0
    for _ in stream:events() do
      count = count + 1
    end
    assert.equal(#events, count)
    assert.equal("complete", stream.status)
    local request = scene:requests()[1]
    assert.equal("text/event-stream", request.header.accept)
    assert.equal("include_obfuscation=false", request.query)
  end)

  it("take no more room for more turns, told by named events too", function()
    local state = followed.new_state()
    local told = named.of(followed, state)
    local function count_after(turns)
      for i = 1, turns do
        for _, id in ipairs { "turn_" .. i, "below_" .. i } do
          local fields = { id = id, subagent_id = id:find "below" and "sub" or nil }
          local text = piece("m" .. i, ("x"):rep(5000))
          text.turn_id = id
          local whole = item("done", "m" .. i, text.delta, { turn_id = id })
          for _, one in ipairs { turn("in_progress", fields), text, whole, turn("completed", fields) } do
            followed.fold(state, one)
            told:add(one)
            assert.truthy(told:take_all()[1].type)
          end
        end
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage "count"
    end
    local before = count_after(20)
    assert.truthy(count_after(100) < before + 100)
    assert.equal(5000, #followed.messages(state)[1].content[1].text)
  end)

  it("take the key by which a request that is sent again is known", function()
    local sessions, scene = sessions_of {}
    assert.is_true(sessions.events:create(SESSION, { events = {}, idempotency_key = "key1" }))
    local request = scene:requests()[1]
    assert.equal("key1", request.header["idempotency-key"])
    assert.equal('{"events":[]}', request.body)
    assert.equal("*/*", request.header.accept)
  end)
end)
