-- What somebody has missed of a session's events while not connected: asked
-- for item by item, turn by turn, since the API has no way to hear events
-- again. The events' texts in pieces, and what subagents did, stay lost.

local track_module = require "oai.agents.track"

--- Adds all items of a list, page by page.
local function add_all(items, page, err)
  while page do
    for _, item in ipairs(page.data) do
      items[#items + 1] = item
    end
    page, err = page:next()
  end
  return not err and items or nil, err
end

--- The turn that goes on where none was heard of, or nil.
local function newest_turn(session, rest)
  local page, err = session.turns:list({ order = "desc", limit = 1 }, rest)
  if not page then
    return nil, err
  end
  local turn = page.data[1]
  return turn and not track_module.has_ended(turn) and turn.id or nil
end

--- The items after the last that is known; where none is, those of the turn
--- that goes on.
local function items_since(session, track, turn_id, rest)
  local last = track:last_item()
  if last then
    return add_all({}, session.items:list({ order = "asc", after = last }, rest))
  elseif turn_id then
    return add_all({}, session.turns.items:list(turn_id, { order = "asc" }, rest))
  end
  return {}
end

--- The turns of these ids as they are now.
local function turns_of(session, ids, rest)
  local turns = {}
  for i, id in ipairs(ids) do
    local turn, err = session.turns:retrieve(id, nil, rest)
    if not turn then
      return nil, err
    end
    turns[i] = turn
  end
  return turns
end

--- Adds the events of the items of a turn, or of those of none of these turns.
local function add_items(events, track, items, is_wanted)
  for _, item in ipairs(items) do
    events[#events + 1] = is_wanted(item.turn_id) and track:item_event(item) or nil
  end
end

--- The events in the order in which they would have come: turn after turn,
--- then the session.
local function in_order(track, found, items, turns)
  local events, asked = {}, {}
  for _, turn in ipairs(turns) do
    asked[turn.id] = true
  end
  add_items(events, track, items, function(id)
    return id == nil or not asked[id]
  end)
  for _, turn in ipairs(turns) do
    local event, has_ended = track:turn_event(turn), track_module.has_ended(turn)
    events[#events + 1] = not has_ended and event or nil
    add_items(events, track, items, function(id)
      return id == turn.id
    end)
    events[#events + 1] = has_ended and event or nil
  end
  events[#events + 1] = track:session_event(found)
  return events
end

--- The ids of the turns to be asked for: the one that was heard of, and those
--- of the items.
local function turns_to_ask(track, turn_id, items)
  local ids = track:unknown_turns(items)
  for i, id in ipairs(ids) do
    if id == turn_id then
      table.remove(ids, i)
      break
    end
  end
  if turn_id then
    table.insert(ids, 1, turn_id)
  end
  return ids
end

--- The events that were missed, each with `recovered = true`.
---@param session table  an object with its methods
---@param track table    what is known
---@param rest table     the options of each call
---@return table[]? events
---@return oai.Error? err
local function recover(session, track, rest)
  local turn_id, items, turns, found, err = track:open_turn(), nil, nil, nil, nil
  if not turn_id and not track:last_item() then
    turn_id, err = newest_turn(session, rest)
  end
  if not err then
    items, err = items_since(session, track, turn_id, rest)
  end
  if items then
    turns, err = turns_of(session, turns_to_ask(track, turn_id, items), rest)
  end
  if turns then
    found, err = session:retrieve(nil, rest)
  end
  return found and in_order(track, found, items, turns), err
end

require "oai.interpret" ()

return recover
