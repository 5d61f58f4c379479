-- What a listener knows of a session: which items and turns it was told of, so
-- that what it has missed can be told as the API's own events, and nothing
-- twice. Pure.

local kind = require "oai.dialect.kind"
local recent = require "oai.agents.recent"
local set = require "oai.set"

local track = {}

local SESSION, TURN = "agent.session.", "agent.session.turn."
local ADDED, DONE = TURN .. "item.added", TURN .. "item.done"

local ENDED = set { "completed", "failed", "cancelled" }

-- What a turn's event is called where it is not called as its status is.
local NAMES = { queued = "created", waiting = false }

-- Statuses in which a connection may end although a turn has not.
local RESTING = set { "failed", "requires_action" }

---@class oai.AgentTrack
---@field session_id string
---@field recent table          the ids of events
---@field items { id: string, is_done: boolean }[]  those that were told of, from the last before the first not done
---@field by_id table<any, { id: string, is_done: boolean }>  `items` by their ids
---@field below table<any, true>      the ids of subagents' turns
---@field recovered table<any, true>  what recovered events have told: one that still comes and says it is dropped
---@field turn? { id: string, status: any }  the last of the session's own agent
---@field session? table<string, any>  as it was last seen
local Track = {}
Track.__index = Track

--- What a listener knows that has heard nothing yet.
---@param session_id string
---@return oai.AgentTrack
function track.new(session_id)
  return setmetatable({
    session_id = session_id, recent = recent.new(), items = {}, by_id = {}, below = {}, recovered = {},
  }, Track)
end

--- Whether a turn is at its end.
---@param turn table
---@return boolean
function track.has_ended(turn)
  return ENDED[turn.status] == true
end

--- What an event says that a recovered one may have said before it.
local function key_of(event)
  if event.type == ADDED or event.type == DONE then
    return event.type .. " " .. tostring(kind.object(event.item).id)
  elseif kind.is_object(event.turn) then
    return event.type .. " " .. tostring(event.turn.id)
  elseif kind.is_object(event.session) then
    return event.type
  end
end

--- Forgets items that are done, but for the last before the first that is not.
local function trim(self)
  while self.items[2] and self.items[1].is_done and self.items[2].is_done do
    self.by_id[table.remove(self.items, 1).id] = nil
  end
end

local function take_item(self, event)
  local item = kind.object(event.item)
  if type(item.id) ~= "string" or self.below[item.turn_id or event.turn_id or false] then
    return
  end
  local entry = self.by_id[item.id]
  if not entry then
    entry = { id = item.id, is_done = false }
    self.by_id[item.id] = entry
    table.insert(self.items, entry)
  end
  entry.is_done = entry.is_done or event.type == DONE
  trim(self)
end

local function take_turn(self, turn)
  if type(turn.id) ~= "string" then
    return
  elseif type(turn.subagent_id) == "string" then
    self.below[turn.id] = true
  else
    self.turn = { id = turn.id, status = turn.status }
  end
end

local function take_session(self, session)
  if self.session and self.session.status ~= session.status then
    self.recovered[SESSION .. tostring(self.session.status)] = nil
  end
  self.session = session
end

--- Takes an event; false where it says what is known already.
---@param event table
---@return boolean is_new
function Track:take(event)
  local key = key_of(event)
  if not self.recent:add(event.event_id) then
    return false
  elseif event.recovered then
    self.recovered[key] = true
  elseif key and self.recovered[key] then
    self.recovered[key] = nil
    return false
  end
  if event.type == ADDED or event.type == DONE then
    take_item(self, event)
  elseif kind.is_object(event.turn) then
    take_turn(self, event.turn)
  elseif kind.is_object(event.session) then
    take_session(self, event.session)
  end
  return true
end

--- The turn of the session's own agent that has begun and not ended.
---@return string? id
function Track:open_turn()
  return self.turn and not ENDED[self.turn.status] and self.turn.id or nil
end

--- Whether a turn goes on, so that an end of the connection is a cut.
---@return boolean
function Track:is_at_work()
  local status = self.session and self.session.status
  return status == "in_progress" or self:open_turn() ~= nil and not RESTING[status or false]
end

--- The item after which something may have been missed.
---@return string? id
function Track:last_item()
  local first = self.items[1]
  return first and first.is_done and first.id or nil
end

--- The turns that these items are of and that were not heard of, in order.
---@param items table[]
---@return string[] ids
function Track:unknown_turns(items)
  local ids, seen = {}, { [self.turn and self.turn.id or false] = true }
  for _, item in ipairs(items) do
    local id = item.turn_id
    if type(id) == "string" and not seen[id] and not self.below[id] and not self:_knows(item) then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
  return ids
end

--- Whether the listener was told all of an item that there is to tell.
function Track:_knows(item)
  local entry = self.by_id[item.id or false]
  return entry ~= nil and (entry.is_done or item.status == "in_progress")
end

local function event(self, name, fields)
  fields.type, fields.session_id, fields.recovered = name, self.session_id, true
  return fields
end

--- The event that tells of an item; nil where it is known.
---@param item table
---@return table? event
function Track:item_event(item)
  if self:_knows(item) then
    return nil
  end
  return event(self, item.status == "in_progress" and ADDED or DONE, { turn_id = item.turn_id, item = item })
end

--- The event that tells of a turn as it is; nil where it is known, or no event
--- tells of that.
---@param turn table
---@return table? event
function Track:turn_event(turn)
  local name = NAMES[turn.status]
  if name == nil then
    name = turn.status
  end
  if not name or self.turn and self.turn.id == turn.id and self.turn.status == turn.status then
    return nil
  end
  return event(self, TURN .. name, { turn_id = turn.id, turn = turn })
end

--- The event that tells of the session as it is; nil where it is known.
---@param session table
---@return table? event
function Track:session_event(session)
  if type(session.status) ~= "string" or self.session and self.session.status == session.status then
    return nil
  end
  return event(self, SESSION .. session.status, { session = session })
end

require "oai.interpret" ()

return track
