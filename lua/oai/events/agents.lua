-- The named events of an agent's session: of each turn those of a response,
-- its usage and how it ended. `turn_id` says of which, `subagent_id` whose.

local dialect = require "oai.dialect.agents"
local kind = require "oai.dialect.kind"
local responses = require "oai.events.responses"

local agents = { finish = responses.finish }

--- What tells a stream of a session by named events.
---@param state table  of the dialect
---@return table
function agents.new(state)
  return { state = state }
end

local function fill_with(turn_of)
  return function(event)
    local turn = turn_of()
    event.turn_id = turn.id
    event.subagent_id = type(turn.subagent_id) == "string" and turn.subagent_id or nil
  end
end

--- What is told of a turn, whose object is another one each time. It is kept
-- with what the turn adds up to, and forgotten with that.
local function told_of(turn, folding)
  local told = folding.told
  if not told then
    told = { turn = turn }
    told.fill = fill_with(function()
      return told.turn
    end)
    told.items = responses.new(folding, told.fill)
    folding.told = told
  end
  told.turn = turn
  return told
end

local ENDED = { completed = true, failed = true, cancelled = true }

--- Takes what a turn has become.
local function take_turn(told, event, out)
  local turn = told.turn
  local function tell(one)
    one.raw = event
    told.fill(one)
    out[#out + 1] = one
  end
  if ENDED[turn.status] and not told.has_ended then
    told.has_ended = true
    if kind.is_object(turn.usage) then
      tell { type = "usage", usage = turn.usage, snapshot = turn.usage }
    end
    tell { type = "finish", reason = turn.status, complete = turn.status == "completed" }
  end
end

--- Tells an event that was folded.
---@param self table
---@param event table
---@param out table
function agents.add(self, event, out)
  local turn, folding, of_response = dialect.place(self.state, event)
  if not turn then
    return
  end
  local told, from = told_of(turn, folding), #out + 1
  if of_response then
    responses.add(told.items, of_response, out)
  else
    take_turn(told, event, out)
  end
  for i = from, #out do
    out[i].raw = event
  end
end

return agents
