-- The stream of one turn of a session: its events until the session is at rest
-- again, each once, the calls of the program's tools being answered between
-- them; and what it comes to.

local dialect = require "oai.dialect.agents"
local error_value = require "oai.error"
local outcome = require "oai.agents.outcome"
local lazy = require "oai.lazy"
local recent = require "oai.agents.recent"
local unknown = require "oai.unknown"

local events = lazy "oai.events"

local turn_stream = {}

---@class oai.AgentTurnStream
---@field status "open"|"complete"|"cut"  complete: the session is at rest again; cut: by an error, or by `close`
---@field response oai.Response  the facts of its reply
---@field package _source table
---@field package _tools table
---@field package _outcome oai.AgentOutcome
---@field package _fold table
---@field package _recent table
---@field package _name string
---@field package _call? table    of one of the tools, by the event that was read last
---@field package _ended boolean
---@field package _ends_with_source boolean
---@field package _err? oai.Error
---@field package _result? oai.AgentResult
---@field package _failure? oai.Error
---@field private __close any
---@field private __index any
---@field private __name string
---@field private _is_stream boolean
---@field private _whole any
---@overload fun(): oai.AgentSessionEvent?
local TurnStream = { __name = "oai.AgentTurnStream" }
TurnStream.__index = TurnStream

--- The stream of a turn that the events of a source bring.
---@param source table  a stream
---@param tools table
---@param name string   of the operation
---@param ends_with_source? boolean  the source knows when it is at its end
---@return oai.AgentTurnStream
function turn_stream.new(source, tools, name, ends_with_source)
  return setmetatable({
    status = "open", response = source.response, _source = source, _tools = tools, _name = name,
    _outcome = outcome.new(), _recent = recent.new(), _fold = dialect.new_state(), _ended = false,
    _ends_with_source = ends_with_source or false,
  }, TurnStream --[[@as table]])
end

local function finish(self, status)
  self._ended, self.status, self._call = true, status, nil
  self._source:close()
end

--- Ends a turn's stream with an error, which holds what has come.
local function fail(self, err)
  err.partial = self._outcome:result()
  self._err = err
  finish(self, "cut")
  return nil, err
end

--- Answers the call of the event before.
local function answer(self)
  local call = self._call
  self._call = nil
  if call then
    local done, err = self._tools:answer(call)
    if not done then
      return fail(self, err)
    end
  end
  return true
end

local function take(self, event)
  dialect.fold(self._fold, event)
  local is_over = self._outcome:take(event)
  self._call = self._tools:take(event)
  if is_over then
    finish(self, "complete")
  end
  return event
end

--- The next event; nil at the end, `nil, err` when the stream broke or a
--- tool's result could not be sent. A call of one of the tools is answered
--- after its event, when the next one is asked for.
---@return oai.AgentSessionEvent? event
---@return oai.Error? err
function TurnStream:next()
  if not self._ended then
    answer(self)
  end
  while not self._ended do
    local event, err = self._source:next()
    if self._ended then -- closed meanwhile
      break
    elseif event == nil and not err and self._ends_with_source then
      return finish(self, "complete")
    elseif event == nil then
      return fail(self, err or error_value.new { kind = "stream", operation = self._name,
        message = "the stream ended before the session was at rest" })
    elseif self._recent:add(event.event_id) then
      return take(self, event)
    end
  end
  return nil, self._err
end

--- The next event in a `for` loop, and of `events`. Raises the error of a
--- stream that breaks.
---@return oai.AgentSessionEvent?
---@private
function TurnStream:__call()
  return error_value.or_raise(self:next())
end

--- Iterates over all events, as the stream itself does, and closes it when the
--- loop is left, where Lua can.
---@return fun(): oai.AgentSessionEvent?
---@return nil
---@return nil
---@return oai.AgentTurnStream closing
function TurnStream:events()
  return function()
    return self()
  end, nil, nil, self
end

--- Iterates over the pieces of the answer's text. Raises as `events` does.
---@return fun(): string?
---@return nil
---@return nil
---@return oai.AgentTurnStream closing
function TurnStream:text()
  return function()
    while true do
      local event = self()
      local piece = event and dialect.text(event, self._fold)
      if piece or not event then
        return piece
      end
    end
  end, nil, nil, self
end

--- Iterates over what the events say, by names that all kinds of streams share
--- (docs/events.md). Raises as `events` does.
---@return fun(): oai.NamedEvent?
---@return nil
---@return nil
---@return oai.AgentTurnStream closing
function TurnStream:named_events()
  return events.of(dialect, self._fold):each(self), nil, nil, self
end

--- The messages of the answer as far as they have come.
---@return oai.AgentSessionAssistantMessage[]
function TurnStream:messages()
  return dialect.messages(self._fold)
end

--- Reads until there is nothing more to come, or trouble.
local function read_on(self)
  local trouble = self._outcome:trouble(self._tools)
  while not trouble and self:next() do
    trouble = self._outcome:trouble(self._tools)
  end
  return trouble, self._err
end

---@return oai.AgentResult? result
---@return oai.Error? err
local function conclude(self)
  local reason, cause = read_on(self)
  local turn = self._outcome.turn
  if not reason and cause then
    reason = "observation_failed"
  elseif not reason and not (self._outcome.is_over and turn and turn.status == "completed") then
    reason = "incomplete"
  end
  self:close()
  if not reason then
    return self._outcome:result()
  end
  local err = self._outcome:error(reason, cause, self._tools)
  err.operation = self._name
  return nil, err
end

--- Reads to the end and returns the turn, its messages and their text. Nil and
--- an error where it came to nothing: its `reason` says why, its `partial` is
--- what there is. It closes the stream.
---@return oai.AgentResult? result
---@return oai.Error? err
function TurnStream:result()
  if not self._result then
    self._result, self._failure = conclude(self)
  end
  if self._failure then
    return nil, self._failure
  end
  return self._result
end

--- Reads to the end and returns the session as it was last seen, which the
--- source knows too, with its methods. The second value is the error of a
--- stream that broke.
---@return oai.AgentSession? session
---@return oai.Error? err
function TurnStream:final()
  local event, err
  repeat
    event, err = self:next()
  until event == nil
  return (self._source:final()), err
end

--- Ends the transfer at once. The turn goes on: `session:cancel()` ends that.
--- Harmless when it has ended.
function TurnStream:close()
  if not self._ended then
    finish(self, "cut")
  end
end

TurnStream.__close = TurnStream.close

unknown.refuse(TurnStream --[[@as table]], "a stream of a turn", { status = true, response = true })

--- For the task that reads a stream for somebody else.
TurnStream._is_stream = true

---@return string?
---@private
function TurnStream:_piece(event)
  return dialect.text(event, self._fold)
end

--- What its task gives.
TurnStream._whole = TurnStream.result

---@private
function TurnStream.__tostring(self)
  return ("oai.AgentTurnStream %s (%s)"):format(self._name, self.status)
end

require "oai.interpret" ()

return turn_stream
