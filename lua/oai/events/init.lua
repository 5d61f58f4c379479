-- What the events of a stream say, by names that all kinds of streams share.
-- Each event is folded by its dialect first; here is told what that has added,
-- and nothing is folded again. Pure.

local error_value = require "oai.error"
local load_module = require "oai.load"

local events = {}

-- What tells the events of a dialect.
local TELLERS = { chat = "chat", completions = "completions", responses = "responses", assistants = "assistants",
  agents = "agents", followed_agents = "agents" }

---@class oai.Told  the named events of one stream
---@field finished boolean  nothing follows what can be taken
---@field package _teller table  what tells the events of its dialect
---@field package _of table      the state of that
---@field package _queue oai.NamedEvent[]
---@field package _at integer    the next of these
local Told = {}
Told.__index = Told
Told.__name = "oai.Told"

--- The named events of a stream: each time the same ones. Nil where its kind
--- has none.
---@param dialect oai.Dialect
---@param state table  of the dialect
---@return oai.Told?
function events.of(dialect, state)
  local teller = TELLERS[dialect.name] and load_module("oai.events." .. TELLERS[dialect.name])
  if teller and not state.told then
    local told = { _teller = teller, _of = teller.new(state), _queue = {}, _at = 1, finished = false }
    state.told = setmetatable(told, Told)
  end
  return state.told
end

--- Takes an event that was folded; nil at the end of a stream that ended as it
--- should. An event of which there is nothing else to tell is told as "other".
---@param event table?
function Told:add(event)
  local queue = self._queue
  local before = #queue
  if event == nil then
    self.finished = true
    self._teller.finish(self._of, queue)
    return
  end
  if type(event) == "table" then -- a server may send anything
    self._teller.add(self._of, event, queue)
  end
  if #queue == before then
    queue[before + 1] = { type = "other", raw = event }
  end
end

--- The next named event, or nil where another event is needed first.
---@return oai.NamedEvent?
function Told:take()
  local queue, at = self._queue, self._at
  local named = queue[at]
  if named then
    self._at = at + 1
    return named
  end
  for i = #queue, 1, -1 do
    queue[i] = nil
  end
  self._at = 1
end

--- Iterates over the named events of what reads the stream, which has `next`
--- as a stream does. Raises its error.
---@param reader table
---@return fun(): oai.NamedEvent?
function Told:each(reader)
  return function()
    local named = self:take()
    while not named and not self.finished do
      self:add(error_value.or_raise(reader:next()))
      named = self:take()
    end
    return named
  end
end

--- All named events that can be taken.
---@return oai.NamedEvent[]
function Told:take_all()
  local list = {}
  for named in self.take, self do
    list[#list + 1] = named
  end
  return list
end

return events
