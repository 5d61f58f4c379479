-- Conversations: what was said and answered, kept from one question to the
-- next. Each question is a run (lua/oai/run), which runs functions too; it
-- becomes part of the history when it has ended well, and never before.

local budget = require "oai.talk.budget"
local content = require "oai.talk.content"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local rounds = require "oai.talk.rounds"
local run = require "oai.run"
local state = require "oai.talk.state"
local talk_options = require "oai.talk.options"
local unknown = require "oai.unknown"

local usage = lazy "oai.run.usage"

---@class oai.Talk
---@field items table[]?     of responses: all that was said, and not undone
---@field messages table[]?  of chat completions: the same
---@field usage table        the tokens of all that was asked, summed
---@field answering oai.ToolRun?  the run that has not ended
---@field _client oai.Client
---@field _own oai.TalkOptions
---@field _run table         the options of its runs
---@field _params table      of its requests
---@field _tools oai.Tools
---@field _api table         run/responses.lua, run/chat.lua
---@field _state table       what is saved
---@field _open? table       the round under way: its run, and what becomes of it
local Talk = { __name = "oai.Talk" }

local talk = {}

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
local function settle(self)
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

local function history_named(name)
  return function(self)
    return self._api.history == name and rounds.all(self._state) or nil
  end
end

local COMPUTED = {
  items = history_named "items",
  messages = history_named "messages",
  usage = function(self)
    return self._state.usage
  end,
  answering = function(self)
    return self._open and self._open.run
  end,
}

function Talk.__index(self, key)
  local compute = COMPUTED[key]
  if compute then
    settle(self)
    return compute(self)
  end
  return Talk[key]
end

unknown.refuse(Talk, "a talk", { items = true, messages = true, usage = true, answering = true })

local function check_free(self, name)
  settle(self)
  if self._open then
    error_value.misuse(("talk:%s: it is still answering: read that to its end, or talk:cancel()"):format(name))
  end
end

--- What of the history a request holds, by who keeps it. Adds to the
--- parameters what else says it.
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

--- Begins the run of a round.
local function begin(self, name, asked, last, rest)
  local is_ready, err = begin_conversation(self)
  if is_ready then
    is_ready, err = budget.fit(self, asked, last)
  end
  if not is_ready then
    return nil, err
  end
  check_free(self, name) -- it may have waited
  local params, before = request_of(self, asked, last)
  params.stream = rest.stream
  local one = run[self._api.name](self._api.name == "chat" and self._client.chat.completions
    or self._client.responses, params, rest.options)
  self._open = { run = one, before = before, asked = #asked, last = last }
  return one
end

local OWN = { stream = { "boolean" } }

local function is_streamed(self, own, always)
  if always or own.stream ~= nil then
    return always or own.stream or nil
  end
  return self._params.stream
end

--- Asks: what a call of `send`, `stream` or `regenerate` returns.
local function ask(self, name, asked, last, given, always)
  local own, options, flow = extra.split("talk." .. name, OWN, given)
  local rest = { options = options, stream = is_streamed(self, own, always) }
  local is_unread = always or own.stream
  return extra.run(self._client, flow, function()
    local one, err = begin(self, name, asked, last, rest)
    if not one then
      return nil, err
    elseif is_unread or flow.on_done or flow.on_event or flow.wait == false then
      return one
    end
    return one:final()
  end)
end

--- Says something, and waits for the answer: the run that has it, as
--- `output_text`. The history is as it was when that fails.
---@param said string|table   a text, parts of content, a message, or a list of messages or items
---@param options? oai.CallOptions
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:send(said, options)
  check_free(self, "send")
  return ask(self, "send", content.items("send", said), #self._state.rounds, options)
end

--- Says something, and returns a run to be read while the answer comes.
---@param said string|table
---@param options? oai.CallOptions
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:stream(said, options)
  check_free(self, "stream")
  return ask(self, "stream", content.items("stream", said), #self._state.rounds, options, true)
end

--- Asks once more what was asked last. The new answer takes the place of the
--- old one when it is there.
---@param options? oai.CallOptions|{ stream?: boolean }  `stream`: as `talk:stream`
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:regenerate(options)
  check_free(self, "regenerate")
  state.check_kept(self._state, "regenerate")
  local last = #self._state.rounds
  if last == 0 then
    error_value.misuse "talk:regenerate: nothing has been answered"
  end
  return ask(self, "regenerate", self._state.rounds[last].said, last - 1, options)
end

--- Takes back what was said last, and its answer. Returns what was said, as
--- `send` takes it; nil where nothing was.
---@return any said
function Talk:undo()
  check_free(self, "undo")
  state.check_kept(self._state, "undo")
  local taken = rounds.take_last(self._state)
  return taken and content.said(taken.said)
end

--- Another talk with the same history, which goes on by itself. Its tokens
--- are counted from here on.
---@param changes? table  parameters and options that are to be others
---@return oai.Talk
function Talk:fork(changes)
  settle(self)
  state.check_kept(self._state, "fork")
  local given = options_list.merge(options_list.merge(self._params, self._run), self._own) --[[@as table]]
  given = options_list.merge(given, { api = self._api.name, tools = self._tools })
  given = options_list.merge(given, changes)
  return talk.new(self._client, options_list.merge(given, { from = state.write(self._state, {}) }))
end

--- All that was said, as JSON, for the option `from`. What is still being
--- answered is not in it.
---@return string
function Talk:save()
  settle(self)
  return state.write(self._state)
end

--- Ends the answer under way; the history is as it was. Harmless when there
--- is none.
function Talk:cancel()
  settle(self)
  if self._open then
    self._open.run:cancel()
    settle(self)
  end
end

Talk.__close = Talk.cancel

function Talk.__tostring(self)
  settle(self)
  return ("oai.Talk %s (%d rounds)"):format(self._api.name, #self._state.rounds)
end

--- Makes a talk. Nothing is sent before something is said.
---@param client oai.Client
---@param given oai.TalkOptions|table  its options, and parameters of each request
---@return oai.Talk
function talk.new(client, given)
  local self = talk_options.split(given)
  self._client = client
  return setmetatable(self, Talk)
end

require "oai.interpret" ()

return talk
