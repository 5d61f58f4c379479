-- Conversations of the API over WebSockets: Realtime, its translations, Live
-- sessions, and responses. What programs call is in the resources; nothing of
-- this room is loaded by any other call.

local answer = require "oai.realtime.answer"
local error_value = require "oai.error"
local lanes = require "oai.lanes"
local lazy = require "oai.lazy"
local methods = require "oai.realtime.methods"
local options_list = require "oai.options"
local place = require "oai.realtime.place"
local senders = require "oai.realtime.senders"
local sent = require "oai.realtime.sent"
local socket = require "oai.socket"
local targets = require "oai.realtime.targets"
local traffic = require "oai.realtime.traffic"

local calls = lazy "oai.realtime.calls"

local realtime = {}

---@class oai.SocketToolOptions : oai.ConnectionOptions  all functions in it may wait
---@field tools? oai.Tools|oai.ToolTable  functions that the model may call, which `connection:response()` runs
---@field max_turns? integer       10: responses of one `connection:response()`, the answer included
---@field concurrency? integer     how many functions of a response run at once; all of them
---@field on_tool_error? "tell"|"stop"|fun(err: oai.Error, context: oai.ToolContext): string?  see the options of a run
---@field tool_timeout? number     seconds, for functions without a `timeout`
---@field approve? fun(call: oai.ToolCall, context: oai.ToolContext): boolean?, string?  see the options of a run
---@field on_tool? fun(event: oai.RunEvent)  of each function that starts, and that has finished

---@class oai.RealtimeOptions : oai.SocketToolOptions
---@field model? string    such as "gpt-realtime"; or one of the next two
---@field call_id? string  a call that goes on
---@field intent? string   "transcription"

---@class oai.ResponsesSocketOptions : oai.SocketToolOptions, oai.LaneLimits
---@field betas? string[]  of beta.responses

---@class oai.RealtimeTranslationOptions : oai.ConnectionOptions
---@field model string  such as "gpt-realtime-translate"

---@class oai.LiveOptions : oai.ConnectionOptions
---@field session? table   its configuration, sent as soon as the socket is open

---@class oai.LiveSidebandOptions : oai.ConnectionOptions
---@field graceful_close? boolean  a parameter of the API

--- What a connection has by name beside its own: the resources of its events,
--- and what adds up.
local function methods_of(events, answers)
  return function(connection, name)
    return senders.node(connection, events, name, answers[name]) or answers[name]
  end
end

--- All these names.
local function names_of(events, answers)
  return options_list.merge(senders.names(events), answers)
end

--- What a program asks for, as a connection is told it.
---@param bound table  the resource
---@param target oai.SocketTarget
---@param id any
---@param given? table
---@return oai.SocketRequest
function realtime.asked(bound, target, id, given)
  local client = bound._client
  local params, options = socket.apart(target.name, given, target.fields)
  if target.check then
    target.check(target.name, params, options, client)
  end
  local query, first, limits, functions = targets.split(target, params)
  options, query = place.of(client, target, options, query)
  local events = sent[target.kind] --[[@as table<string, string|true>]]
  local all = target.has_lanes and lanes.new(target.name, limits) or nil
  local answers = methods.target(target)
  local its_calls = functions.tools ~= nil and calls.new(target, functions) or nil
  return traffic.follow {
    name = target.name, path = place.path(client, targets.path(target, id), options), query = query, options = options,
    headers = targets.headers(target, params.betas),
    defaults = { max_queue_bytes = target.queue }, lifetime = target.lifetime, forgets = target.forgets,
    methods = methods_of(events, answers), names = names_of(events, answers), answer = answer.new(), lanes = all,
    calls = its_calls, target = target, bound = bound, decode = all and lanes.decoder(all),
    opened = traffic.opening(target, first, its_calls),
  }
end

--- Opens a socket of a kind, for a resource's `connect`.
---@param kind string   of targets.lua
---@param self table    the resource
---@param ... any       an id, where sockets of the kind have one; parameters and options in one table
---@return oai.Connection|oai.Task|nil
---@return oai.Response|oai.Error|nil
function realtime.connect(kind, self, ...)
  local target = targets.rows[kind] --[[@as oai.SocketTarget]]
  error_value.check_bound(self, target.name, ("client.%s(...)"):format((target.name:gsub("%.connect$", ":connect"))))
  if target.id then
    return socket.connect(self._client, realtime.asked(self, target, ...))
  end
  return socket.connect(self._client, realtime.asked(self, target, nil, ...))
end

require "oai.interpret" ()

return realtime
