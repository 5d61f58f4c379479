-- The history of a talk as rounds: what was said, and all that the model and
-- its functions answered. A round is kept, sent or dropped as a whole, so that
-- no call is parted from its output. Pure.

local json = require "oai.codec.json"

local rounds = {}

---@class oai.TalkRound
---@field said table[]
---@field answer table[]
---@field id? string      of its last response, where that can be gone on from
---@field tokens number  about how many it is

local BYTES_PER_TOKEN = 4 -- where nobody has counted

---@param items table[]
---@return integer
function rounds.bytes(items)
  local text = json.encode(json.array(items))
  return text and #text or 0
end

--- About how many tokens items are.
---@param items table[]
---@return integer
function rounds.estimate(items)
  return math.ceil(rounds.bytes(items) / BYTES_PER_TOKEN)
end

local function add_all(list, more)
  for _, item in ipairs(more) do
    list[#list + 1] = item
  end
end

--- The items of some rounds, behind those of a list.
---@param state table
---@param first integer
---@param last integer
---@param list? table[]
---@return table[] list
function rounds.items(state, first, last, list)
  list = list or {}
  for i = first, last do
    add_all(list, state.rounds[i].said)
    add_all(list, state.rounds[i].answer)
  end
  return list
end

--- All that was said.
---@param state table
---@return table[]
function rounds.all(state)
  local list = {}
  add_all(list, state.opening)
  return rounds.items(state, 1, #state.rounds, list)
end

--- The items that are sent for the first `last` rounds: the opening, the summary
--- of rounds that were left out, and the others.
---@param state table
---@param last integer
---@return table[]
function rounds.sent(state, last)
  local list = {}
  add_all(list, state.opening)
  add_all(list, state.summary)
  return rounds.items(state, state.first, last, list)
end

--- The last response that can be gone on from, and what was said since.
---@param state table
---@param last integer
---@return string? id
---@return table[]
function rounds.since(state, last)
  for i = last, 1, -1 do
    if state.rounds[i].id then
      return state.rounds[i].id, rounds.items(state, i + 1, last)
    end
  end
  local list = {}
  add_all(list, state.opening)
  return state.previous, rounds.items(state, 1, last, list)
end

--- An answer without the calls that have no output, which were its last.
---@param api table
---@param items table[]
---@return table[]
function rounds.answered(api, items)
  local list = {}
  for i = #items, 1, -1 do
    local _, answers = api.ids(items[i])
    if answers or items[i].role == "user" or items[i].type == "mcp_approval_response" then
      for j = 1, i do
        list[j] = items[j]
      end
      break
    end
  end
  return list
end

--- The tokens of a reply and of what it answers, as its server counts them.
local function counted(reply)
  local used = type(reply.usage) == "table" and reply.usage.total_tokens
  return type(used) == "number" and used or nil
end

--- Puts a round behind the first `number - 1`, in place of what was there.
---@param state table
---@param number integer
---@param round table
---@param reply table  its last
function rounds.set(state, number, round, reply)
  while #state.rounds >= number do
    rounds.take_last(state)
  end
  local guess = rounds.estimate(round.said) + rounds.estimate(round.answer)
  local total = counted(reply) or state.tokens + guess
  round.tokens = state.tokens > 0 and math.max(0, total - state.tokens) or math.min(guess, total)
  state.rounds[number], state.tokens = round, total
end

--- Takes the last round out of the history.
---@param state table
---@return oai.TalkRound?
function rounds.take_last(state)
  local taken = table.remove(state.rounds)
  if taken and state.first <= #state.rounds + 1 then
    state.tokens = math.max(0, state.tokens - taken.tokens)
  end
  state.first = math.min(state.first, #state.rounds + 1)
  return taken
end

--- Has the first round that is sent be sent no more.
---@param state table
function rounds.drop_first(state)
  state.tokens = math.max(0, state.tokens - state.rounds[state.first].tokens)
  state.first = state.first + 1
end

--- Whether the items before a place are those of a round.
local function ends_with(list, at, items)
  for i, item in ipairs(items) do
    if list[at - #items + i] ~= item then
      return false
    end
  end
  return true
end

--- Has a list be sent in place of the first `last` rounds. Those at its end
--- that are whole stay rounds.
---@param state table
---@param last integer
---@param list table[]
function rounds.replace(state, last, list)
  local at, first = #list, last + 1
  while first > state.first do
    local items = rounds.items(state, first - 1, first - 1)
    if not ends_with(list, at, items) then
      break
    end
    at, first = at - #items, first - 1
  end
  state.tokens = rounds.estimate(state.opening) + rounds.estimate(list)
  state.summary, state.first = {}, first
  for i = 1, at do
    state.summary[i] = list[i]
  end
end

return rounds
