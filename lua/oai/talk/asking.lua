-- The round of a talk that is under way: its run is made, and becomes part of
-- the history when it has ended well, never before.

local beside = require "oai.run.beside"
local budget = require "oai.talk.budget"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local options_list = require "oai.options"
local rounds = require "oai.talk.rounds"
local run = require "oai.run"
local usage = require "oai.run.usage"

local asking = {}

--- The end of a round that went well.
local function close_round(self, open)
  local one, said = open.run, {}
  local all = one[self._api.history]
  local answer = {}
  for i = open.before + 1, #all do
    local list = i <= open.before + open.asked and said or answer
    list[#list + 1] = all[i]
  end
  local is_answered = one.status == "completed"
  rounds.set(self._state, open.last + 1, {
    said = said, answer = is_answered and answer or rounds.answered(self._api, answer),
    id = is_answered and one.reply.id or nil,
  }, one.reply)
end

--- Takes what has ended since one last looked into the history, if it went
--- well. What it used is counted in any case.
---@param self oai.Talk
function asking.settle(self)
  local open = self._open
  local status = open and open.run.status
  if not open or status == "open" or status == "paused" then
    return
  end
  self._open = nil
  usage.add(self._state.usage, open.run.usage)
  if status == "completed" or status == "stopped" or status == "max_turns" then
    close_round(self, open)
  end
end

--- Raises while something is being answered.
---@param self oai.Talk
---@param name string  of the method that was called
function asking.check_free(self, name)
  asking.settle(self)
  if self._open then
    error_value.misuse(("talk:%s: it is still answering: read that to its end, or talk:cancel()"):format(name))
  end
end

--- The part of the history that a request holds, by who keeps the history. Where
--- the server does, the parameters are given the id by which it knows the rest.
local HELD = {
  client = function(self, _, last)
    return rounds.sent(self._state, last)
  end,
  response = function(self, params, last)
    local id, items = rounds.since(self._state, last)
    params.previous_response_id = id
    return items
  end,
  conversation = function(self, params)
    params.conversation = self._state.conversation
    return self._state.rounds[1] and {} or rounds.sent(self._state, 0)
  end,
}

--- The parameters of a run that asks something after so many rounds, and how
--- many items in it are the history's.
local function request_of(self, asked, last)
  local params = options_list.merge(self._params, self._run)
  local items = json.array()
  for _, item in ipairs(HELD[self._state.history](self, params, last) --[[@as table]]) do
    items[#items + 1] = item
  end
  if self._own.instructions and self._api.name == "chat" then
    table.insert(items, 1, { role = "system", content = self._own.instructions })
  end
  local before = #items
  for _, item in ipairs(asked) do
    items[#items + 1] = item
  end
  params[self._api.name == "chat" and "messages" or "input"], params.tools = items, self._tools
  return params, before
end

--- Makes sure that there is a conversation, where the API is to keep one.
local function begin_conversation(self)
  local held = self._state
  if held.history ~= "conversation" or held.conversation then
    return true
  end
  local made, err = self._client.conversations:create {}
  held.conversation = held.conversation or made and made.id
  return held.conversation ~= nil, err
end

--- Where the runs of a talk are made.
local function resource_of(self)
  return self._api.name == "chat" and self._client.chat.completions or self._client.responses
end

--- Begins the run of a round. May wait.
---@param self oai.Talk
---@param name string    of the method that was called
---@param asked table[]  what is said
---@param last integer   behind which round
---@param rest { stream?: boolean, options?: table, is_waited?: boolean }
---@return oai.ToolRun? run
---@return oai.Error? err
function asking.begin(self, name, asked, last, rest)
  local is_ready, err = begin_conversation(self) ---@type boolean?, oai.Error?
  if is_ready then
    is_ready, err = budget.fit(self, asked, last)
  end
  if not is_ready then
    return nil, err
  end
  asking.check_free(self, name) -- it may have waited
  local params, before = request_of(self, asked, last)
  params.stream = rest.stream
  local one = run[self._api.name](resource_of(self), params, rest.options) --[[@as oai.ToolRun]]
  if rest.is_waited then
    beside.open(one) -- raises where nothing may wait, before there is a round that nobody would end
  end
  self._open = { run = one, before = before, asked = #asked, last = last }
  return one
end

--- Goes on with the run that paused when the talk was saved.
---@param self oai.Talk
---@param pending table
function asking.go_on(self, pending)
  local params = options_list.merge(self._params, self._run)
  HELD[self._state.history](self, params, pending.last)
  params.tools, params.resume = self._tools, pending.run
  pending.run = run[self._api.name](resource_of(self), params)
  self._open, self._state.pending = pending, nil
end

require "oai.interpret" ()

return asking
