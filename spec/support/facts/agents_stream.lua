-- Turns of an agent's session, as the official libraries stream them:
-- { name, events, tools?, refused?, posts, waits?, want }. `refused`: what the
-- results of tools are answered first. `posts`: what is sent after the input,
-- each with the key of the one before where `same` is set. `want`: the
-- result's text, or why there is none.

local SESSION = "asess_1"

local number = 0

--- An event of the session; each has an id of its own.
local function event(name, fields)
  number = number + 1
  fields.type, fields.session_id, fields.created_at = "agent.session." .. name, SESSION, 1
  fields.event_id = fields.event_id or "evt_" .. number
  return fields
end

local function turn(status, fields)
  local of = { id = "turn_1", object = "agent.session.turn", session_id = SESSION, created_at = 1,
    status = status == "created" and "in_progress" or status }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return event("turn." .. status, { turn_id = of.id, turn = of })
end

local function session(status, actions)
  return event(status, { session = { id = SESSION, object = "agent.session", status = status, created_at = 1,
    required_actions = actions or {} } })
end

local function message(text, fields)
  local of = { type = "message", id = "it_" .. text, turn_id = "turn_1", role = "assistant", status = "completed",
    phase = "final_answer", content = { { type = "output_text", text = text, annotations = {} } } }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return event("turn.item.done", { turn_id = of.turn_id, output_index = of.at or 0, item = of,
    event_id = of.event_id })
end

local function piece(text)
  return event("turn.output_text.delta", { turn_id = "turn_1", item_id = "it_" .. text, output_index = 0,
    content_index = 0, delta = text })
end

local function call(name, arguments)
  return event("turn.item.added", { turn_id = "turn_1", output_index = 0, item = { type = "function_call",
    id = "it_c1", turn_id = "turn_1", call_id = "c1", name = name, arguments = arguments, status = "completed" } })
end

local function answered(...)
  local events = { turn "created" }
  for _, one in ipairs { ... } do
    events[#events + 1] = one
  end
  events[#events + 1] = turn "completed"
  events[#events + 1] = session "idle"
  return events
end

local function result(fields)
  fields.type, fields.turn_id, fields.call_id = "agent.session.input.tool_result", "turn_1", "c1"
  return fields
end

local TOO_EARLY = { status = 400, json = { error = { code = "invalid_request_error",
  message = "Unknown pending tool call: c1" } } }

local function x()
  return "x"
end

return {
  event = event, turn = turn, session = session, message = message, piece = piece, call = call, answered = answered,
  result = result, TOO_EARLY = TOO_EARLY, id = SESSION,
  cases = {
    { name = "plain turn", events = answered(message "hi there"), want = "hi there" },
    { name = "commentary", events = answered(message("hm", { phase = "commentary" }), message("answer", { at = 1 })),
      want = "answer" },
    { name = "an event twice", events = answered(message("once", { event_id = "evt_x" }),
      message("once", { event_id = "evt_x" })), want = "once",
      seen = "turn.created turn.item.done turn.completed idle" },
    { name = "messages out of order", events = answered(message("b", { at = 2 }), message("a", { at = 1 })),
      want = "ab" },
    { name = "a message that is incomplete", events = answered(message("ha", { status = "incomplete" }),
      message("whole", { at = 1 })), want = "whole" },
    { name = "a turn of a subagent", events = answered(turn("created", { id = "turn_2", subagent_id = "sub_1" }),
      message("below", { turn_id = "turn_2" }), turn("completed", { id = "turn_2", subagent_id = "sub_1" }),
      session "idle", message "above"), want = "above" },
    { name = "idle at first", events = { session "idle", turn "created", message "late",
      turn "completed", session "idle" }, want = "late" },
    { name = "turn cancelled", events = { turn "created", turn "cancelled", session "idle" },
      want = { reason = "cancelled" } },
    { name = "turn failed", events = { turn "created", turn("failed", { error = { code = "bad", message = "no" } }),
      session "idle" }, want = { reason = "failed", code = "bad" } },
    { name = "session failed", events = { turn "created", session "failed" }, want = { reason = "failed" } },
    { name = "budget reached", events = { turn "created", session "budget_reached" },
      want = { reason = "incomplete" } },
    { name = "budget reached after the answer", events = { turn "created", message "hi", turn "completed",
      session "budget_reached" }, want = "hi" },
    { name = "an end before the end", events = { turn "created", message "hi" },
      want = { reason = "observation_failed", messages = 1 } },
    { name = "an approval is asked for", events = { turn "created", session("requires_action",
      { { type = "mcp_approval_request", request_id = "r1", turn_id = "turn_1" } }) },
      want = { reason = "requires_action" } },
    { name = "a tool that is not there", events = { turn "created", call("g", "{}"), session("requires_action",
      { { type = "function_call", name = "g", call_id = "c1", turn_id = "turn_1" } }) }, tools = { f = x },
      want = { reason = "requires_action" } },
    { name = "an action that was answered", events = answered(call("f", "{}"), session("requires_action",
      { { type = "function_call", name = "f", call_id = "c1", turn_id = "turn_1" } }), session "in_progress",
      message "fine"), tools = { f = x }, posts = { result { success = true, output = "x" } }, want = "fine" },
    { name = "an error is an event", events = answered({ type = "error", event_id = "e_x", session_id = SESSION,
      error = { code = "x", message = "y" } }, message "hi"), want = "hi",
      seen = "turn.created error turn.item.done turn.completed idle" },
    { name = "arguments as an object", events = answered(call("get_weather", { city = "Oslo" }), message "fine"),
      tools = { get_weather = function(arguments)
        return "sunny in " .. arguments.city
      end }, posts = { result { success = true, output = "sunny in Oslo" } }, want = "fine" },
    { name = "a tool that returns nothing", events = answered(call("f", "{}"), message "fine"),
      tools = { f = function() end }, posts = { result { success = true, output = "null" } }, want = "fine" },
    { name = "a tool that returns a table", events = answered(call("f", "{}"), message "fine"),
      tools = { f = function()
        return { b = 1, a = { 2 } }
      end }, posts = { result { success = true, output = '{"a":[2],"b":1}' } }, want = "fine" },
    { name = "a tool that returns content", events = answered(call("f", "{}"), message "fine"),
      tools = { f = function()
        return { { type = "input_text", text = "hi" } }
      end }, posts = { result { success = true, output = { { type = "input_text", text = "hi" } } } }, want = "fine" },
    { name = "arguments that are no object", events = answered(call("f", "[1]"), message "fine"), tools = { f = x },
      posts = { result { success = false, error = "Tool handler failed." } }, want = "fine", failures = "arguments" },
    { name = "arguments that are no JSON", events = answered(call("f", "{"), message "fine"), tools = { f = x },
      posts = { result { success = false, error = "Tool handler failed." } }, want = "fine", failures = "arguments" },
    { name = "a tool that raises", events = answered(call("f", "{}"), message "fine"), tools = { f = function()
      error "secret"
    end }, posts = { result { success = false, error = "Tool handler failed." } }, want = "fine",
      failures = "execution" },
    { name = "a tool that returns nil and an error", events = answered(call("f", "{}"), message "fine"),
      tools = { f = function()
        return nil, "secret"
      end }, posts = { result { success = false, error = "Tool handler failed." } }, want = "fine",
      failures = "execution" },
    { name = "a result that cannot be JSON", events = answered(call("f", "{}"), message "fine"),
      tools = { f = function()
        return { print }
      end }, posts = { result { success = false, error = "Tool handler failed." } }, want = "fine",
      failures = "output" },
    { name = "a call twice", events = answered(call("f", "{}"), call("f", "{}"), message "fine"), tools = { f = x },
      posts = { result { success = true, output = "x" } }, want = "fine" },
    { name = "a result that comes too early", events = answered(call("f", "{}"), message "fine"), tools = { f = x },
      refused = { TOO_EARLY, TOO_EARLY }, waits = 0.4, posts = { result { success = true, output = "x" },
        result { success = true, output = "x" }, result { success = true, output = "x" } }, want = "fine" },
    { name = "a result that is refused", events = answered(call("f", "{}"), message "fine"), tools = { f = x },
      refused = { { status = 400, json = { error = { message = "no" } } } },
      posts = { result { success = true, output = "x" } },
      want = { reason = "observation_failed", kind = "bad_request" } },
  },
}
