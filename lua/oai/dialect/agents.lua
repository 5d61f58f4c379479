-- The events of an agent's session: turns, of the agent and of its subagents,
-- whose items come as those of a response do, and the session whenever its
-- status changes. Errors are events like others. The stream of
-- `sessions.create` is over when the session has ended its turn; that of a
-- session's events goes on (followed_agents.lua).

local copy = require "oai.dialect.copy"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local responses = require "oai.dialect.responses"
local set = require "oai.set"

---@class oai.AgentsDialect : oai.Dialect
local agents = { name = "agents", errors_are_events = true }

local TURN = "agent.session.turn."
local DELTA = TURN .. "output_text.delta"

-- What happens to an item, by the name of a response's event.
local ITEMS = { ["item.added"] = "response.output_item.added", ["item.done"] = "response.output_item.done" }

-- Output of commands, which is the text of a field of an item too.
local OUTPUT = { ["agent.output.command_execution_output.delta"] = "response.command_execution_output.delta" }

-- Statuses in which nothing more of an answer follows.
local OVER = set { "idle", "failed", "budget_reached" }
local KEPT = set { "failed", "budget_reached", "cancelled" }
local ENDED = set { "completed", "failed", "cancelled" }

function agents.new_state()
  return { turns = {}, order = {}, commentary = {} }
end

--- The turn of an id: { id, turn = its object, folding = its items }.
local function entry_of(state, id)
  id = type(id) == "string" and id or ""
  local entry = state.turns[id]
  if not entry then
    entry = { id = id, turn = { id = id, object = "agent.session.turn" }, folding = responses.new_state() }
    state.turns[id] = entry
    table.insert(state.order, entry)
  end
  return entry
end

--- Whether a turn is one of the session's own agent.
local function is_root(entry)
  return type(entry.turn.subagent_id) ~= "string"
end

local function take_turn(state, event)
  local turn = kind.object(event.turn)
  local entry = entry_of(state, turn.id or event.turn_id)
  entry.turn = latest.fill(copy(turn), entry.turn)
  if kind.is_object(event.usage) and not kind.is_object(entry.turn.usage) then
    entry.turn.usage = copy(event.usage)
  end
  if is_root(entry) then
    state.root = entry
  end
end

--- An event about an item, as the event of a response that it is but for its
--- name; nil for another one.
local function renamed(event)
  local name = tostring(event.type)
  if not OUTPUT[name] and name:sub(1, #TURN) ~= TURN then
    return nil
  end
  local what = name:sub(#TURN + 1)
  local copied = copy(event)
  copied.type = OUTPUT[name] or ITEMS[what] or "response." .. what
  return copied
end

local function entry_of_item(state, event)
  return entry_of(state, event.turn_id or kind.object(event.item).turn_id)
end

local function take_item(state, event)
  local item, of_response = event.item, renamed(event)
  if not of_response then
    return
  elseif kind.is_object(item) and item.phase == "commentary" and item.id ~= nil then
    state.commentary[item.id] = true
  end
  responses.fold(entry_of_item(state, event).folding, of_response)
end

local function take_session(state, event)
  state.session = latest.fill(copy(event.session), state.session or {})
end

--- Takes an event into the state.
function agents.fold(state, event)
  event = kind.object(event)
  state.session_id = state.session_id or event.session_id
  if kind.is_object(event.session) then
    take_session(state, event)
  elseif kind.is_object(event.turn) then
    take_turn(state, event)
  else
    take_item(state, event)
  end
end

--- What an event is about that was folded: its turn, the state of the response
--- that this is, and the event as one of that response. Nil without a turn.
---@param state table
---@param event table
---@return table? turn
---@return table? folding
---@return table? of_response  nil for an event of the turn itself
function agents.place(state, event)
  if kind.is_object(event.session) then
    return nil
  elseif kind.is_object(event.turn) then
    local entry = entry_of(state, event.turn.id or event.turn_id)
    return entry.turn, entry.folding
  end
  local of_response = renamed(event)
  if of_response then
    local entry = entry_of_item(state, event)
    return entry.turn, entry.folding, of_response
  end
end

--- The text of an event: of the agent's answer, not of what it says on the way
--- or of its subagents.
---@param event table
---@param state? table
function agents.text(event, state)
  event = kind.object(event)
  if event.type ~= DELTA or type(event.delta) ~= "string" or event.delta == "" then
    return nil
  end
  local entry = state and state.turns[event.turn_id]
  if entry and not is_root(entry) or state and state.commentary[event.item_id] then
    return nil
  end
  return event.delta
end

--- Whether nothing follows this event: the session has ended its turn, or
--- cannot go on.
function agents.is_last(event, state)
  local session = kind.object(kind.object(event).session)
  if session.status == "idle" then
    return state.root ~= nil and ENDED[state.root.turn.status] == true
  end
  return OVER[session.status] == true
end

--- Whether the connection may end here: no turn goes on.
function agents.may_end(state)
  local turn, session = kind.object(state.root and state.root.turn), kind.object(state.session)
  if turn.status ~= nil and not ENDED[turn.status] then
    return session.status == "failed" or session.status == "requires_action"
  end
  return session.status ~= "in_progress"
end

--- The session as it was last seen, and whether it was kept from answering.
---@return table? session
---@return boolean incomplete
function agents.result(state)
  local session = state.session
  if not session and state.session_id then
    session = { id = state.session_id, object = "agent.session" }
  end
  local turn = kind.object(state.root and state.root.turn)
  return session, KEPT[kind.object(session).status] or KEPT[turn.status] or false
end

--- The items of a turn so far.
local function items_of(entry)
  local response = responses.result(entry.folding)
  return response and response.output or {}
end

--- The messages of the agent's answers so far, without what it says on the
--- way.
---@return table[]
function agents.messages(state)
  local messages = {}
  for _, entry in ipairs(state.order) do
    for _, item in ipairs(is_root(entry) and items_of(entry) or {}) do
      if item.type == "message" and item.role ~= "user" and item.phase ~= "commentary" then
        messages[#messages + 1] = item
      end
    end
  end
  return messages
end

--- The last turn of the session's own agent, and its items.
---@return table? turn
---@return table[] items
function agents.turn(state)
  if not state.root then
    return nil, {}
  end
  return state.root.turn, items_of(state.root)
end

--- Forgets the turns that have ended, but for the last one of the session's own
--- agent.
function agents.forget(state)
  local order = {}
  for _, entry in ipairs(state.order) do
    if entry == state.root or not ENDED[entry.turn.status] then
      order[#order + 1] = entry
    else
      state.turns[entry.id] = nil
      for _, item in ipairs(items_of(entry)) do
        state.commentary[item.id or false] = nil
      end
    end
  end
  state.order = order
end

require "oai.interpret" ()

return agents
