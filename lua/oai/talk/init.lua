-- Conversations: what was said and answered, kept from one question to the
-- next. Each question is a run (lua/oai/run), which runs functions too.

local asking = require "oai.talk.asking"
local content = require "oai.talk.content"
local counted = require "oai.counted"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local extra = require "oai.call.extra"
local options_list = require "oai.options"
local rounds = require "oai.talk.rounds"
local run_options = require "oai.run.options"
local state = require "oai.talk.state"
local talk_options = require "oai.talk.options"
local unknown = require "oai.unknown"

local link = lazy "oai.run.link"

---@class oai.Talk
---@field items table[]?     of responses: all that was said, and not undone
---@field messages table[]?  of chat completions: the same
---@field usage table        the tokens of all that was asked, summed
---@field answering oai.ToolRun?  the run that has not ended
---@field private _client oai.Client
---@field private _own oai.TalkOptions
---@field private _run table         the options of its runs
---@field private _params table      of its requests
---@field private _tools oai.Tools
---@field private _api table         run/responses.lua, run/chat.lua
---@field private _state table       what is saved
---@field private _open? table       the round under way: its run, and what becomes of it
---@field private __close any
---@field private __name string
local Talk = { __name = "oai.Talk" }

local talk = {}

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

---@private
function Talk.__index(self, key)
  local compute = COMPUTED[key]
  if compute then
    asking.settle(self)
    return compute(self)
  end
  return Talk[key]
end

local OWN = { stream = { "boolean" }, body = { "table" } }

local function is_streamed(self, own, always)
  if always or own.stream ~= nil then
    return always or own.stream or nil
  end
  return self._params.stream
end

--- Asks: what a call of `send`, `stream` or `regenerate` returns.
local function ask(self, name, asked, last, given, always)
  run_options.refuse_behind("talk:" .. name, given, "in the table that client:talk takes", OWN)
  local own, options, flow = extra.split("talk." .. name, OWN, given)
  local rest = { options = options_list.merge(options, { body = own.body }), stream = is_streamed(self, own, always) }
  local is_unread = always or own.stream or flow.on_done or flow.on_event or flow.wait == false
  rest.is_waited = not is_unread
  return extra.run(self._client, flow, function()
    local one, err = asking.begin(self, name, asked, last, rest)
    if not one then
      return nil, err
    elseif is_unread then
      return one
    end
    return one:final()
  end)
end

--- Says something, and waits for the answer: the run that has it, as
--- `output_text`. The history is as it was when that fails.
---@param said string|table   a text, parts of content, a message, or a list of messages or items
---@param options? oai.CallOptions  of the calls
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:send(said, options)
  asking.check_free(self, "send")
  return ask(self, "send", content.items("send", said), #self._state.rounds, options)
end

--- Says something, and returns a run to be read while the answer comes.
---@param said string|table  as `send` takes it
---@param options? oai.CallOptions  of the calls
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:stream(said, options)
  asking.check_free(self, "stream")
  return ask(self, "stream", content.items("stream", said), #self._state.rounds, options, true)
end

--- Asks once more what was asked last. The new answer takes the place of the
--- old one when it is there.
---@param options? oai.CallOptions|{ stream?: boolean }  `stream`: as `talk:stream`
---@return oai.ToolRun? run
---@return oai.Error? err
function Talk:regenerate(options)
  asking.check_free(self, "regenerate")
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
  asking.check_free(self, "undo")
  state.check_kept(self._state, "undo")
  local taken = rounds.take_last(self._state)
  return taken and content.said(taken.said)
end

--- Another talk with the same history, which goes on by itself. Its tokens
--- are counted from here on.
---@param changes? oai.TalkOptions  parameters and options that are to be others
---@return oai.Talk
function Talk:fork(changes)
  if changes ~= nil and type(changes) ~= "table" then
    error_value.misuse("talk:fork: the changes must be a table, got " .. type(changes))
  end
  asking.settle(self)
  state.check_kept(self._state, "fork")
  local given = options_list.merge(options_list.merge(self._params, self._run), self._own) --[[@as table]]
  given = options_list.merge(given, { api = self._api.name, tools = self._tools,
    transport = self._run.transport and link.transport(self._run.transport) })
  given = options_list.merge(given, changes)
  return talk.new(self._client, options_list.merge(given, { from = state.write(self._state, { usage = {} }) }))
end

--- All that was said, as JSON, for the option `from`. What is still being
--- answered is not in it, but for what pauses.
---@return string
function Talk:save()
  asking.settle(self)
  local open = self._open
  if not open or open.run.status ~= "paused" then
    return state.write(self._state, {})
  end
  return state.write(self._state, { pending = { run = open.run:state(), before = open.before, asked = open.asked,
    last = open.last } })
end

--- Ends the answer under way; the history is as it was. Harmless when there
--- is none.
function Talk:cancel()
  asking.settle(self)
  if self._open then
    self._open.run:cancel()
    asking.settle(self)
  end
end

--- Ends the answer under way and the socket over which it asks, where it has
--- one. It may go on, over another.
function Talk:close()
  self:cancel()
  if self._run.transport then
    link.leave(self._run.transport)
  end
end

Talk.__close = Talk.close

---@private
function Talk.__tostring(self)
  asking.settle(self)
  return ("oai.Talk %s (%s)"):format(self._api.name, counted(#self._state.rounds, "round"))
end

--- Makes a talk. Nothing is sent before something is said.
---@param client oai.Client
---@param given oai.TalkOptions  its options, and parameters of each request
---@return oai.Talk
function talk.new(client, given)
  local self = talk_options.split(given)
  self._client = client
  if self._run.transport == "http" then
    self._run.transport = nil
  elseif self._run.transport ~= nil then
    self._run.transport = link.of(self._run.transport, true)
  end
  local made = setmetatable(self, Talk) --[[@as oai.Talk]]
  if made._state.pending then
    asking.go_on(made, made._state.pending)
  end
  return made
end

unknown.refuse(Talk, "a talk", { items = true, messages = true, usage = true, answering = true })

require "oai.interpret" ()

return talk
