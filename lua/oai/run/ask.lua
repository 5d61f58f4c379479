-- The request of a turn: made in a task, whose stream it reads, so that it can
-- be cancelled from anywhere.

local beside = require "oai.run.beside"
local budget = require "oai.run.budget"
local ending = require "oai.run.ending"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local options_list = require "oai.options"

local over_socket = lazy "oai.run.over_socket"

local ask = {}

--- The choice of a tool for the turns after the first: none is forced again,
--- or the run would never end.
---@param choice any
---@return any
function ask.unforced(choice)
  if choice == "required" then
    return nil
  elseif type(choice) == "table" and choice.type == "allowed_tools" then
    return choice
  end
  return type(choice) ~= "table" and choice or nil
end

--- What of the history a request has to hold: of a conversation that the API
--- keeps, what it does not know.
local function unsent(self)
  local items = budget.items(self)
  if self._params.conversation == nil then
    return items
  end
  local rest = {}
  for i = self._state.known + 1, #items do
    rest[#rest + 1] = items[i]
  end
  return rest
end

--- The body of the next request.
local function body_of(self)
  local state = self._state
  local body = self._api.body(self._params, unsent(self))
  body.tools = self._definitions[1] and self._definitions or nil
  if state.turn > 1 then
    body.tool_choice = ask.unforced(body.tool_choice)
  end
  if state.is_last and body.tools then
    self._api.without_tools(body)
  end
  return body
end

--- The key by which a server knows a request again, among header fields: its
--- name, and the key.
local function idempotency(headers)
  for name, value in pairs(headers or {}) do
    if tostring(name):lower() == "idempotency-key" then
      return name, value
    end
  end
end

--- The options of the next request. A key of the program's for one request
--- becomes one for each turn. Nothing is sent twice that has effects elsewhere,
--- unless the program says so.
local function options_of(self)
  local options = self._options
  local headers = options and options.headers
  local name, key = idempotency(headers)
  if self._has_effects and not (options and options.max_retries) then
    options = options_list.merge(options, { max_retries = 0 })
  end
  if not name or not key or self._state.turn == 1 then
    return options
  end
  return options_list.merge(options, {
    headers = options_list.merge(headers, { [name] = ("%s-%d"):format(tostring(key), self._state.turn) }),
  })
end

--- Reads a stream to its end, piece by piece.
local function read(self, stream)
  local phases, is_told = {}, not rawget(stream, "is_untold")
  local event, err = stream:next()
  while event do
    local kind, text = self._api.piece(event, phases)
    if kind and is_told then
      self:_push { type = kind, text = text, turn = self._state.turn }
      beside.tell(self)
    end
    event, err = stream:next()
  end
  local reply = stream:final()
  if err then
    return nil, err
  end
  return { reply = reply, facts = stream.response, is_told = is_told }
end

local function request(self, body, options)
  local value, facts
  if self._link then
    value, facts = over_socket.ask(self, body, options)
  else
    value, facts = self._resource:create(body, options)
  end
  if not value then
    return nil, facts
  elseif value._is_stream then
    return read(self, value)
  end
  return { reply = value, facts = facts }
end

--- Sends the request of the next turn.
---@param self oai.ToolRun
---@return oai.Task
function ask.start(self)
  return beside.start(self, request, self, body_of(self), options_of(self))
end

--- What a request came to: the reply, its facts, and whether its text was told
--- as it came; nil when the run has ended of it.
---@param self oai.ToolRun
---@param one oai.Task
---@return { reply: table, facts: table, is_told?: boolean }?
function ask.outcome(self, one)
  local value, err, raised = beside.outcome(one)
  if value then
    return value
  elseif raised and not error_value.is_error(err) then
    ending.fail(self, ending.error(self, "failed", "raised", tostring(err)))
    error_value.misuse(tostring(err):match "^oai: (.*)$" or tostring(err))
  end
  ending.fail(self, err)
end

require "oai.interpret" ()

return ask
