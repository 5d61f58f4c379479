-- Events that were not read from a stream of this library, such as those of a
-- socket, a file or another client, added up as a stream adds up its own.

local error_value = require "oai.error"
local events = require "oai.events"
local failure = require "oai.call.failure"
local foreign = require "oai.codec.foreign"
local json = require "oai.codec.json"
local load_module = require "oai.load"
local suggest = require "oai.suggest"
local unknown = require "oai.unknown"

---@alias oai.StreamKind "chat"|"completions"|"responses"|"assistants"|"agents"

local KINDS = { chat = true, completions = true, responses = true, assistants = true, agents = true }
local NAMES = '"chat", "completions", "responses", "assistants" or "agents"'
local DONE = "[DONE]"

---@class oai.Accumulator
---@field package _dialect oai.Dialect
---@field package _state table
---@field package _told oai.Told
---@field private __index any
---@field private __name string
local Accumulator = {}
Accumulator.__index = Accumulator
Accumulator.__name = "oai.Accumulator"

local function same(number)
  return number
end

local tointeger = rawget(math, "tointeger") or same

--- A value as the library decodes it, whichever library it is of: without
--- nulls, and whole numbers are integers.
local function plain(value)
  if value == json.null or foreign.known[value] == "null" then
    return nil
  elseif type(value) == "number" then
    return tointeger(value) or value
  elseif type(value) ~= "table" then
    return value
  end
  local result = {}
  for key, item in pairs(value) do
    item = plain(item)
    result[key] = item == nil and type(key) == "number" and json.null or item
  end
  local metatable = getmetatable(value)
  return foreign.known[metatable] == "array" and json.array(result) or setmetatable(result, metatable)
end

--- The value of an event, of which the text may be given, as it came.
local function value_of(event, name, is_named)
  if type(event) ~= "string" then
    return plain(event)
  end
  local value, reason = json.decode(event)
  if value == nil then
    return nil, ("the event is not JSON (%s)"):format(reason or "null")
  end
  return is_named and { event = name, data = value } or value
end

--- What an event says went wrong, or nil.
local function failure_of(self, event, wrong)
  local inner = wrong and self._dialect.failure and self._dialect.failure(event)
  local data = self._dialect.named and event.data or event
  if inner then
    return failure.fields { error = inner }
  elseif wrong then
    return { message = wrong }
  elseif self._dialect.errors_are_events or type(data) ~= "table" then
    return nil
  elseif data.type == "error" and data.error == nil or event.event == "error" then
    return failure.fields { error = data.error or data }
  end
  return data.error ~= nil and failure.is_one(data.error) and failure.fields(data) or nil
end

local function fail(self, fields)
  fields.kind = "stream"
  fields.message = fields.message or "an event says that an error occurred"
  fields.partial = self:value()
  return nil, error_value.new(fields)
end

--- Adds an event: a table, whose nulls may be those of any JSON library, or its
--- text. Those of an assistant's run are `{ event = name, data = value }`, or a
--- text and a name. The text "[DONE]" ends the stream. Returns what the event
--- says, or `nil, err` where that is an error.
---@param event any  a table, or its text
---@param name? string  of the event, where it has one beside its text
---@return oai.NamedEvent[]?
---@return oai.Error? err
function Accumulator:add(event, name)
  if event == DONE then
    return self:finish()
  end
  local value, reason = value_of(event, name, self._dialect.named)
  if reason then
    return nil, error_value.new { kind = "decode", message = reason, body = event, partial = self:value() }
  elseif type(value) ~= "table" then
    error_value.misuse(("accumulator:add: expected an event, a table or its text, got %s"):format(type(event)))
  end ---@cast value table
  local fields = failure_of(self, value)
  fields = fields or failure_of(self, value, self._dialect.fold(self._state, value) or nil)
  if fields then
    return fail(self, fields)
  end
  self._told:add(value)
  return self._told:take_all()
end

--- Says that no event follows. Returns what is whole now that this is known:
--- some servers never say so.
---@return oai.NamedEvent[]
function Accumulator:finish()
  self._told:add(nil)
  return self._told:take_all()
end

--- What the events add up to so far, as a call without streaming returns it,
--- and whether the model was kept from finishing. Nil before the first event
--- that says something. It is the accumulator's own, and grows.
---@return table? value       such as a completion
---@return boolean incomplete  the model was kept from finishing
function Accumulator:value()
  return self._dialect.result(self._state)
end

unknown.refuse(Accumulator, "an accumulator", {})

require "oai.interpret" ()

--- Adds up the events of a kind of stream that come from elsewhere.
---@param kind oai.StreamKind  whose stream it is
---@return oai.Accumulator
return function(kind)
  if not KINDS[kind] then
    error_value.misuse(("oai.accumulate: expected a kind of stream: %s; got %s%s"):format(NAMES, tostring(kind),
      suggest.hint(kind, KINDS)))
  end
  foreign.learn()
  local dialect = load_module("oai.dialect." .. kind)
  local state = dialect.new_state()
  return setmetatable({ _dialect = dialect, _state = state, _told = events.of(dialect, state) }, Accumulator)
end
