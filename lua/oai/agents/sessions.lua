-- What a session of an agent takes beside single calls: input and the stream of
-- its turn, answers to what it waits for, an end of the turn that goes on.

local error_value = require "oai.error"
local extra = require "oai.call.extra"
local input = require "oai.agents.input"
local key = require "oai.key"
local options_list = require "oai.options"
local tools_module = require "oai.agents.tools"
local turn_stream = require "oai.agents.turn_stream"

local sessions = {}

---@class oai.AgentStreamOptions : oai.OpenCallOptions
---@field tools? table<string, fun(arguments: table, call: table): any>  called for the model's calls, one after
--- another; what one returns is its result
---@field on_tool_error? fun(failure: oai.AgentToolError)  told of a tool that failed; the model learns only that it did
---@field idempotency_key? string  by which the input is known if it is sent again; else a random one

local OF_STREAM = { tools = { "table" }, on_tool_error = { "function" }, idempotency_key = { "string" } }
local OF_CREATION = { tools = OF_STREAM.tools, on_tool_error = OF_STREAM.on_tool_error }
local OF_INPUT = { idempotency_key = OF_STREAM.idempotency_key }
local OF_ANSWER = { idempotency_key = OF_STREAM.idempotency_key, error = { "string" } }

--- The options of each call without the key of one request, which no other may
--- have; and that key.
local function without_key(rest)
  return extra.without_header(rest, "idempotency-key")
end

--- Takes the options of a stream or of input apart.
local function split(name, types, options)
  local own, rest, flow = extra.split(name, types, options)
  tools_module.check(own.tools, name)
  local found
  rest, found = without_key(rest)
  own.key = found or own.idempotency_key or key.uuid()
  return own, rest, flow
end

--- Sends one event to a session.
local function post(events, session_id, event, id, rest)
  local params = { events = { event }, idempotency_key = id }
  if session_id then
    return events:create(session_id, params, rest)
  end
  return events:create(params, rest)
end

--- Refuses a session that is not at rest.
local function refusal(name, session)
  return nil, error_value.new { kind = "conflict", operation = name, partial = session,
    message = ("the session is '%s', and takes input when it is 'idle': wait for it (session:wait), or follow it "
      .. "(session:events)"):format(tostring(session.status)) }
end

--- Opens the events of a session that is at rest, and sends the input.
local function open(bound, name, event, own, rest)
  local session, err = bound:retrieve(nil, rest)
  if not session then
    return nil, err
  elseif session.status ~= "idle" then
    return refusal(name, session)
  end
  local source
  source, err = bound.events:stream(nil, rest)
  if not source then
    return nil, err
  end
  local sent
  sent, err = post(bound.events, nil, event, own.key, rest)
  if not sent then
    source:close()
    return nil, err
  end
  return source
end

--- Sends input to a session that is at rest, and streams the turn that it
--- begins.
---@param bound table   the resource of the session
---@param given any     a text, a message, or a list of them
---@param options? oai.AgentStreamOptions
---@return oai.AgentTurnStream? stream
---@return oai.Response|oai.Error
function sessions.stream(_, bound, given, options)
  local name = bound._name .. ".stream"
  local event = input.message(options_list.copy(given), name)
  local own, rest, flow = split(name, OF_STREAM, options)
  return extra.run(bound._client, flow, function()
    local source, err = open(bound, name, event, own, rest)
    if not source then
      return nil, err
    end
    local tools = tools_module.new(bound._client, own.tools, own.on_tool_error, function(result, id)
      return post(bound.events, nil, result, id, rest)
    end)
    return turn_stream.new(source, tools, name), source.response
  end)
end

--- Creates a session, whose stream is that of its first turn.
---@param self table  client.beta.agents.sessions
---@param params table
---@param options? oai.AgentStreamOptions
---@return oai.AgentTurnStream? stream
---@return oai.Response|oai.Error
function sessions.create(self, params, options)
  error_value.check_bound(self, "stream", "client.beta.agents.sessions:stream(...)")
  if params ~= nil and type(params) ~= "table" then
    error_value.misuse("beta.agents.sessions.stream: the parameters must be a table, got " .. type(params))
  end
  local name = self._name .. ".stream"
  local own, rest, flow = extra.split(name, OF_CREATION, options)
  tools_module.check(own.tools, name)
  local asked = options_list.merge(params or {}, { stream = true }) --[[@as table]]
  local kept = options_list.copy(setmetatable(asked, getmetatable(params)))
  return extra.run(self._client, flow, function()
    local source, err = self:create(kept, rest)
    if not source then
      return nil, err
    end
    local tools = tools_module.new(self._client, own.tools, own.on_tool_error, function(result, id, session_id)
      return post(self.events, session_id, result, id, (without_key(rest)))
    end)
    return turn_stream.new(source, tools, name, true), source.response
  end)
end

--- Sends an event of input with a key of its own.
local function send(bound, event, own, rest, flow)
  return extra.run(bound._client, flow, function()
    return post(bound.events, nil, event, own.key, rest)
  end)
end

--- Sends input, at which a session that is at rest begins a turn.
---@param bound table
---@param given any  a text, a message, or a list of them
---@param options? oai.CallOptions
---@return true? sent
---@return oai.Response|oai.Error
function sessions.send(_, bound, given, options)
  local name = bound._name .. ".send"
  local event = input.message(options_list.copy(given), name)
  return send(bound, event, split(name, OF_INPUT, options))
end

--- Ends the turn that goes on.
---@param bound table
---@param options? oai.CallOptions
---@return true? sent
---@return oai.Response|oai.Error
function sessions.cancel(_, bound, options)
  local name = bound._name .. ".cancel"
  return send(bound, input.cancel(), split(name, OF_INPUT, options))
end

--- The event that answers a call or an action.
local function answer_event(name, action, answer, failure)
  if type(action) ~= "table" then
    error_value.misuse(("%s: expected a call or one of the session's required_actions, got %s"):format(name,
      type(action)))
  elseif action.request_id then
    return input.approval(action, options_list.copy(answer))
  elseif type(action.call_id) ~= "string" or type(action.turn_id) ~= "string" then
    error_value.misuse(("%s: the call has no call_id or no turn_id"):format(name))
  elseif failure then
    return input.failure(action, failure)
  end
  local output, reason = input.output(options_list.copy(answer))
  if output == nil then
    error_value.misuse(("%s: %s"):format(name, reason))
  end
  return input.result(action, output)
end

--- Answers what a session waits for: a call of a function with its result, or
--- with `{ error = text }` among the options; a request of approval with true
--- or false.
---@param bound table
---@param action table  an item of type `function_call`, or one of the session's required_actions
---@param answer any
---@param options? table
---@return true? sent
---@return oai.Response|oai.Error
function sessions.answer(_, bound, action, answer, options)
  local name = bound._name .. ".answer"
  local own, rest, flow = split(name, OF_ANSWER, options)
  return send(bound, answer_event(name, action, answer, own.error), own, rest, flow)
end

require "oai.interpret" ()

return sessions
