-- What a turn comes to, event by event.

local outcome = require "oai.agents.outcome"

local NONE = { has = function() return false end }
local TOOLS = { has = function(_, name) return name == "known" end }

local function turn(status, fields)
  local all = { id = "turn_1", status = status }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  return { type = "agent.session.turn." .. status, turn = all }
end

local function session(status, actions)
  return { type = "agent.session." .. status, session = { id = "s", status = status, required_actions = actions } }
end

local function message(id, text, fields)
  local item = { id = id, type = "message", role = "assistant", status = "completed", turn_id = "turn_1",
    content = { { type = "output_text", text = text } } }
  local event = { type = "agent.session.turn.item.done", item = item }
  for name, value in pairs(fields or {}) do
    if name == "output_index" then
      event[name] = value
    else
      item[name] = value
    end
  end
  return event
end

--- What has taken these events.
local function of(...)
  local one = outcome.new()
  for _, event in ipairs { ... } do
    one:take(event)
  end
  return one
end

local function text_of(...)
  return of(turn "in_progress", ...):result().output_text
end

describe("the outcome of a turn", function()
  it("is that of the first own turn that begins", function()
    local one = of(turn("completed", { id = "before" }), turn("in_progress", { id = "sub", subagent_id = "a" }),
      turn "in_progress", turn("in_progress", { id = "next" }), turn "completed")
    assert.same({ "turn_1", "completed", true }, { one.turn.id, one.turn.status, one:has_ended() })
    for _, other in ipairs { turn("completed", { id = "before" }), turn("in_progress", { subagent_id = "a" }),
      { type = "agent.session.turn.created", turn = "x" } } do
      one = of(other, turn "created", other)
      assert.same({ "turn_1", "created" }, { one.turn.id, one.turn.status })
    end
    assert.equal("turn_1", of(turn "created", turn("in_progress", { id = "next" })).turn.id)
    assert.is_false(of(turn "in_progress"):has_ended())
    assert.is_false(of():has_ended())
    for _, status in ipairs { "failed", "cancelled" } do
      assert.is_true(of(turn "created", turn(status)):has_ended())
    end
  end)

  it("has the messages of the answer, in its order", function()
    assert.equal("abcd", text_of(message("m3", "c"), message("m2", "b", { output_index = 1 }),
      message("m1", "a", { output_index = 0 }), message("m4", "d")))
    assert.equal("ba", text_of(message("m1", "x"), message("m2", "a"), message("m1", "b")))
    local events, text = { turn "in_progress" }, ""
    for i = 1, 30 do
      events[i + 1], text = message("n" .. i, i .. " "), text .. i .. " "
    end
    assert.equal(text, of((table.unpack or unpack)(events)):result().output_text) -- luacheck: ignore
    local messages = of(turn "in_progress", message("m1", "a"), message("m2", "b")):result().messages
    assert.same({ "m1", "m2" }, { messages[1].id, messages[2].id })
  end)

  it("has nothing else", function()
    for name, value in pairs { type = "reasoning", role = "user", phase = "commentary", status = "incomplete",
      turn_id = "another" } do
      assert.equal("", text_of(message("m", "x", { [name] = value })))
    end
    assert.equal("", of(message("m", "before its turn")):result().output_text)
    assert.equal("", text_of(message("m", 1), message("n", "x", { content = { { type = "refusal", text = "x" } } })))
    assert.equal("", text_of({ type = "agent.session.turn.item.done", item = 1 },
      { type = "agent.session.turn.item.added", item = message("m", "x").item }))
  end)

  it("is a copy of what was told", function()
    local event, begun = message("m", "a"), turn "in_progress"
    local one = of(begun, event)
    event.item.content[1].text, begun.turn.status = "changed", "changed"
    assert.same({ "a", "in_progress" }, { one:result().output_text, one.turn.status })
  end)

  it("is over when the session is at its end as far as the turn goes", function()
    for _, case in ipairs {
      { true, session "failed" }, { true, session "budget_reached" }, { false, session "idle" },
      { false, session "running" }, { false, turn "created", turn "completed" },
      { true, turn "created", turn "completed", session "idle" }, { false, turn "created", session "idle" },
    } do
      assert.equal(case[1], of(case[2], case[3], case[4]).is_over == true)
    end
    local one = outcome.new()
    assert.is_false(one:take(turn "created"))
    for _, event in ipairs { "no event", 5, true, {} } do
      assert.is_false(one:take(event))
    end
    assert.is_false(one:take(nil))
    assert.is_true(one:take(session "failed"))
  end)

  local function action(name, type)
    return { type = type or "function_call", name = name }
  end

  it("is in trouble that has a reason", function()
    local known, unknown = session("requires_action", { action "known" }), session("requires_action",
      { action "known", action "unknown" })
    for _, case in ipairs {
      { nil, turn "in_progress" }, { "failed", session "failed" }, { "failed", turn "created", turn "failed" },
      { "cancelled", turn "created", turn "cancelled" }, { nil, known }, { "requires_action", unknown },
      { "requires_action", session("requires_action", { action("known", "approval") }) },
      { nil, unknown, session "running" }, { nil, turn "created", unknown, turn "completed" },
    } do
      assert.equal(case[1], of(case[2], case[3], case[4]):trouble(TOOLS))
    end
    assert.equal("requires_action", of(known):trouble(NONE))
    assert.is_nil(of(session("running", { action "unknown" })):trouble(NONE))
  end)

  it("is told as an error with what there is", function()
    local one = of(turn "in_progress", message("m", "a"),
      session("requires_action", { action "known", action "other" }))
    local err = one:error("requires_action", nil, TOOLS)
    assert.same({ "failed", "requires_action", "the turn waits for an action of the program's: function_call other" },
      { err.kind, err.reason, err.message })
    assert.same({ "a", 2 }, { err.partial.output_text, #err.partial.required_actions })
    one = of(session("requires_action", { { type = "approval", request_id = "r1" } }))
    assert.truthy(one:error("requires_action", nil, NONE).message:find ": approval r1$")
    assert.equal("the session has ended before the turn did: budget_reached",
      of(session "budget_reached"):error("incomplete", nil, NONE).message)
    assert.equal("the turn was cancelled", of():error("cancelled", nil, NONE).message)
  end)

  it("is told as what kept it from being seen", function()
    local cause = { kind = "connection", message = "cut" }
    local err = of():error("observation_failed", cause, NONE)
    assert.same({ "connection", cause, "the turn could not be followed to its end, and may go on: cut" },
      { err.kind, err.cause, err.message })
    assert.equal("failed", of():error("observation_failed", nil, NONE).kind)
  end)

  it("is told as what the API says of a failure", function()
    local failed = turn("failed", { error = { code = "c", message = "no more" } })
    local err = of(turn "created", failed):error("failed", nil, NONE)
    assert.same({ "failed", "c", "the turn has failed: no more" }, { err.kind, err.code, err.message })
    local MESSAGE = "the turn has failed"
    for said, expected in pairs { [{ code = "c" }] = { "c", MESSAGE },
      [{ message = "m" }] = { nil, "the turn has failed: m" }, [{ message = 1, code = 2 }] = { nil, MESSAGE },
      [{}] = { nil, MESSAGE } } do
      err = of(turn "created", turn("failed", { error = said })):error("failed", nil, NONE)
      assert.same(expected, { err.code, err.message })
    end
    assert.equal("of the session", of(turn "created", turn("failed", { error = {} }), { session = { status = "failed",
      error = { message = "of the session" } } }):error("failed", nil, NONE).message:match ": (.*)$")
    assert.is_nil(of(turn "created", turn("cancelled", { error = { code = "c" } })):error("cancelled", nil, NONE).code)
  end)
end)
