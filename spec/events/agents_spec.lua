-- An agent's session by named events.

local named = require "spec.support.named"

local function event(name, fields)
  fields.type, fields.session_id = "agent.session." .. name, "s"
  fields.turn_id = fields.turn_id or "t1"
  return fields
end

local function turn(status, fields)
  local of = { id = "t1", status = status }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return event("turn." .. status, { turn = of, turn_id = of.id })
end

local function piece(text, turn_id)
  return event("turn.output_text.delta", { turn_id = turn_id, item_id = "m1", output_index = 0, content_index = 0,
    delta = text })
end

describe("events.agents", function()
  it("tells of each turn, of the agent and of its subagents", function()
    local call = { type = "function_call", id = "f1", call_id = "c1", name = "f", arguments = "{}" }
    assert.same({
      "content.delta turn_id=t1 output_index=0 item_id=m1 content_index=0 Hi of Hi",
      "content.delta turn_id=t2 subagent_id=a1 output_index=0 item_id=m1 content_index=0 x of x",
      "content.delta turn_id=t1 output_index=0 item_id=m1 content_index=0 ! of Hi!",
      "tool_call.delta turn_id=t1 output_index=1 item_id=f1 index=1 call_id=c1 name=f kind=function {} of {}",
      "tool_call.done turn_id=t1 output_index=1 item_id=f1 index=1 call_id=c1 name=f kind=function {}",
      "item.done turn_id=t1 output_index=1 item_id=f1",
      "usage turn_id=t1 7", "finish turn_id=t1 completed", "finish turn_id=t2 subagent_id=a1 failed, incomplete",
    }, (named.of("agents", {
      turn "in_progress", turn("in_progress", { id = "t2", subagent_id = "a1" }),
      piece "Hi", piece("x", "t2"), piece "!",
      event("turn.item.done", { output_index = 1, item = call }), turn("completed", { usage = { total_tokens = 7 } }),
      turn("completed", { usage = { total_tokens = 7 } }), turn("failed", { id = "t2", subagent_id = "a1" }),
      event("idle", { session = { id = "s", status = "idle" } }),
    })))
  end)

  it("passes on the event as it came", function()
    local events = require("oai").accumulate("agents"):add(piece "Hi")
    assert.equal("agent.session.turn.output_text.delta", events[1].raw.type)
  end)

  it("takes an error as an event", function()
    local accumulator = require("oai").accumulate "agents"
    assert.equal("other", accumulator:add({ type = "error", message = "no" })[1].type)
  end)
end)
