-- Functions of a program that the model on the other side of a socket calls:
-- they are run by the loop of runs (lua/oai/run), whose requests are events and
-- whose replies are responses that end meanwhile. The other side keeps what was
-- said, so that outputs alone are sent.

local answer = require "oai.realtime.answer"
local ask = require "oai.run.ask"
local counted = require "oai.counted"
local ending = require "oai.socket.ending"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local key = require "oai.key"
local options_list = require "oai.options"
local run_module = require "oai.run.run"
local run_options = require "oai.run.options"
local run_responses = require "oai.run.responses"
local tools = require "oai.tools"

local calls = {}

---@class oai.SocketCalls  those of a connection
---@field api table          what stands in its events: an adapter of runs
---@field own oai.RunOptions
---@field tools oai.Tools
---@field definitions table[]
---@field sent? table        the event that has asked for the response which is to begin
---@field asked? table       the one that has asked for the response under way; nil: the other side began it
---@field told? fun(event: any)

-- What only the other API takes of a function's definition.
local NOT_REALTIME = { "strict", "output_schema", "defer_loading", "allowed_callers", "async", "format" }

--- What both kinds of sockets share: a reply is looked at for its calls alone,
--- and one that is not whole has none.
local function adapter(more)
  local api = options_list.merge(run_responses, more) --[[@as table]]
  function api.body(_, items)
    return { items = items }
  end
  function api.read(reply)
    return { items = {}, texts = {}, calls = reply.status == "completed" and run_responses.calls(reply) or {} }
  end
  return api
end

local realtime = adapter { operation = "realtime.connect" }
local responses = adapter { operation = "responses.connect" }

--- The output of a call: a text, whatever it is made of.
function realtime.output(call, output)
  local item = run_responses.output(call, output)
  item.output = type(item.output) == "table" and json.encode(item.output) or item.output
  return item
end

function realtime.decision(call, decision)
  local item = run_responses.decision(call, decision)
  item.id = key.uuid()
  return item
end

function realtime.said_by_user(text)
  return { type = "message", role = "user", content = { { type = "input_text", text = text } } }
end

--- The definitions of tools as Realtime takes them.
function realtime.definitions(offered)
  local list = json.array()
  for i, one in ipairs(offered:definitions "responses") do
    if one.type == "custom" or one.type == "namespace" then
      error_value.misuse(("realtime.connect: '%s': Realtime takes functions and MCP servers alone"):format(one.name))
    end
    list[i] = options_list.copy(one)
    for _, name in ipairs(NOT_REALTIME) do
      list[i][name] = nil
    end
  end
  return list
end

--- What is to be asked after functions have run: nothing is forced again, and
--- what the other side knows is not said again.
function realtime.asking(asked)
  local response = options_list.copy(asked and asked.response) or nil
  if response then
    response.tool_choice, response.input = ask.unforced(response.tool_choice), nil
  end
  return { type = "response.create", response = response }
end

function realtime.send(connection, asked, _, items)
  for _, item in ipairs(items) do
    local sent, err = connection:send { type = "conversation.item.create", item = item }
    if not sent then
      return nil, err
    end
  end
  return connection:send(realtime.asking(asked))
end

function responses.definitions(offered)
  return offered:definitions "responses"
end

function responses.send(connection, asked, reply, items)
  local event = options_list.merge(asked or { type = "response.create", model = reply.model }, {
    input = json.array(items), previous_response_id = reply.id,
  })
  event.tool_choice, event.event_id = ask.unforced(event.tool_choice), nil
  return connection:send(event)
end

local APIS = { realtime = realtime, responses = responses, responses_beta = responses }

--- What a program gives for its functions, checked; nil where it has none.
---@param target oai.SocketTarget
---@param given table   `tools`, and options of runs
---@return oai.SocketCalls
function calls.new(target, given)
  local api = APIS[target.kind] --[[@as table]]
  local offered = tools.new(given.tools)
  local own = run_options.split(target.name, given)
  return { api = api, own = own, tools = offered, definitions = api.definitions(offered) }
end

--- What is sent as soon as the socket is open: Realtime's session has the
--- functions.
---@param self oai.SocketCalls
---@param connection oai.Connection
function calls.open(self, connection)
  if self.api == realtime then
    connection:send { type = "session.update", session = { type = "realtime", tools = self.definitions } }
  end
end

--- An event on its way out: one that asks for a response of Responses has the
--- functions, unless the program gives others, or it is for a lane.
---@param self oai.SocketCalls
---@param event table
---@return table event
function calls.sending(self, event)
  if event.type ~= "response.create" or event.stream_id ~= nil then
    return event
  elseif self.api == responses and event.tools == nil then
    event = options_list.merge(event, { tools = self.definitions })
  end
  self.sent = options_list.copy(event)
  return event
end

--- Notes, when a response begins, whose request it answers.
---@param self oai.SocketCalls
---@param event any
function calls.hear(self, event)
  if type(event) == "table" and event.type == "response.created" then
    self.asked, self.sent = self.sent, nil
  end
end

--- Whether a response stands beside the conversation, which then knows nothing
--- of its calls.
local function is_apart(self)
  local asked = self.api == realtime and self.asked and self.asked.response
  return type(asked) == "table" and asked.conversation == "none"
end

--- Whether the calls of a response are for the library: there are some, and none
--- is of a function that the program itself carries out.
local function is_ours(self, response)
  local list = self.api.read(response).calls
  for _, call in ipairs(list) do
    local spec = call.kind == "function" and self.tools:find(call.name, call.namespace)
    if spec and not spec.run then
      return false
    end
  end
  return list[1] ~= nil and not is_apart(self)
end

local function gone(connection)
  return ending.error(connection, { kind = "connection",
    message = "the connection was made again while functions ran: the other side knows nothing of their calls" })
end

--- Asks for the next response, and waits for it: what a run calls to `create`
--- one. The first is there already.
local function creator(self, connection, first)
  local state = connection._what.answer
  local begun, reply = state.begun, nil ---@type integer, table?
  return function(_, body)
    if not reply then
      reply = first
      return first, connection.facts
    elseif state.begun ~= begun then
      state.gone = nil
      return nil, gone(connection)
    end
    local sent, err = self.api.send(connection, self.asked, reply, body.items)
    if not sent then
      return nil, err
    end
    local came, failure = answer.response(connection, state, self.told)
    reply = came or reply
    return came, failure or connection.facts
  end
end

local function at_limit(self, connection, run)
  return nil, ending.error(connection, { kind = "limit", reason = "max_turns", partial = run.reply,
    message = "the model still calls functions after " .. counted(self.own.max_turns, "response") })
end

--- Runs the functions that a response calls, and those that the next ones call,
--- until one calls none. A response with a call that the program is to carry
--- out, or has not decided about, is the program's to answer.
---@param self oai.SocketCalls
---@param connection oai.Connection
---@param response table
---@param told? fun(event: any)
---@return table? response
---@return oai.Error? err
function calls.follow(self, connection, response, told)
  if not is_ours(self, response) then
    return response
  end
  local state = connection._what.answer
  state.is_calling, self.told = true, told
  local run = run_module.new({
    _api = self.api, _resource = { create = creator(self, connection, response) }, _client = connection._client,
    _own = self.own, _tools = self.tools, _definitions = {}, _has_effects = false,
    _params = { conversation = connection.facts }, -- which means that the API keeps what was said
  }, {})
  run:final()
  state.is_calling = false
  if run.status == "max_turns" then
    return at_limit(self, connection, run)
  end
  return not run.err and run.reply or nil, run.err
end

require "oai.interpret" ()

return calls
