-- What is done with events of a socket on their way in and out: what begins a
-- conversation, what adds up, whose they are, and what ends a session.

local answer = require "oai.realtime.answer"
local closing = require "oai.socket.closing"
local lanes = require "oai.lanes"
local lazy = require "oai.lazy"
local options_list = require "oai.options"

local calls = lazy "oai.realtime.calls"

local traffic = {}

--- What sends the event that begins each conversation.
local function opening_with(event)
  return function(connection)
    connection:send(event)
  end
end

--- What is done before anything else is sent, each time a socket is open.
---@param target oai.SocketTarget
---@param first table  the fields of the event that begins each conversation
---@param its_calls? oai.SocketCalls
---@return fun(connection: oai.Connection)?
function traffic.opening(target, first, its_calls)
  if its_calls then
    return function(connection)
      calls.open(its_calls, connection)
    end
  end
  return target.first and opening_with(options_list.merge(first, { type = target.first })) or nil
end

--- Gives an event that asks Realtime for a response an id, by which its refusal is
--- known. Where there are lanes, each knows its own response.
local function with_id(state, has_lanes, event)
  if event.type ~= "response.create" then
    return event
  elseif has_lanes then
    state.asked = false
    return event
  end
  state.count = state.count + 1
  state.asked = event.event_id or ("response_" .. state.count)
  return options_list.merge(event, { event_id = state.asked })
end

--- What an event on its way out becomes. A session is closed once.
local function sender(state, has_lanes, its_calls)
  return function(_, event)
    if event.type == "session.close" then
      local is_first = not state.is_leaving
      state.is_leaving = true
      return is_first and event
    elseif its_calls then
      event = calls.sending(its_calls, event)
    end
    return with_id(state, has_lanes, event)
  end
end

--- What hears events that come. Behind a session's last one nothing is left: the
--- connection ends cleanly, whether the other side closes it or not.
local function hearer(state, all, its_calls)
  return function(connection, event)
    answer.add(state, event)
    if its_calls then
      calls.hear(its_calls, event)
    elseif type(event) == "table" and event.type == "session.closed" then
      closing.abandon(connection)
    end
    if all then
      lanes.hear(all, connection, event)
    end
  end
end

--- Adds what becomes of events to what is asked for.
---@param asked oai.SocketRequest
---@return oai.SocketRequest
function traffic.follow(asked)
  local state, all, its_calls = asked.answer --[[@as oai.SocketAnswer]], asked.lanes, asked.calls
  asked.heard = hearer(state, all, its_calls)
  asked.sending = sender(state, asked.target.has_lanes, its_calls)

  function asked.lost(connection, err)
    answer.lost(state, err)
    if all then
      lanes.fail(all, err, connection.status == "reconnecting" and connection._outgoing:unsent() or nil)
    end
  end

  function asked.is_busy()
    return state.is_open or state.is_calling
  end

  function asked.is_leaving()
    return state.is_leaving
  end

  return asked
end

require "oai.interpret" ()

return traffic
