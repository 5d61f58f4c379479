-- A stream of events while it arrives. It ends in one of two ways that can
-- be told apart: complete, or with an error that holds what there was. It is
-- complete when its dialect says so: by `[DONE]`, an event that ends it, or an
-- end of the connection that may be. After `[DONE]` the transfer is drained, so
-- that its connection is kept.

local ending = require "oai.call.ending"
local engines = require "oai.engine"
local error_value = require "oai.error"
local failure = require "oai.call.failure"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local running = require "oai.task.running"
local unknown = require "oai.unknown"
local wait = require "oai.task.wait"

local events = lazy "oai.events"
local mask = lazy "oai.call.mask"
local odd_event = lazy "oai.call.odd_event"
local outcome = lazy "oai.call.outcome"
local partial = lazy "oai.parse.partial"
local source = lazy "oai.call.source"
local unstreamed = lazy "oai.call.unstreamed"

local decode, clock = json.decode, engines.clock

local stream = {}

local DONE = "[DONE]"

---@class oai.Dialect  what the events of a kind of stream mean (oai/dialect/)
---@field name string
---@field named? boolean  what an event is stands in its name alone: events are `{ event = name, data = value }`
---@field typed? boolean  its events say their type, which their names repeat
---@field new_state fun(): table
---@field fold fun(state: table, event: table, text?: string, name?: string): string|true?  takes an event, as it came;
--- what is wrong; true: nothing, and it is passed over. It may leave a `template` in the state (alike.lua)
---@field more? fun(state: table, text: string, event: table)  takes an event that is like it
---@field failure? fun(event: table): any  the error in an event with which something is wrong
---@field errors_are_events? boolean  an event that says `error` is one of them, and does not end the stream
---@field is_last? fun(event: table, state: table): boolean    nothing follows it
---@field may_end fun(state: table): boolean     without `[DONE]`
---@field result fun(state: table): table?, boolean  what it adds up to so far; the model was kept from finishing
---@field text? fun(event: table, state: table): string?
---@field audio? fun(event: table): string?
---@field messages? fun(state: table): table[]
---@field steps? fun(state: table): table[]

---@class oai.Stream
---@field status "open"|"complete"|"incomplete"|"cut"  incomplete: the model was kept from finishing, or nothing says
--- that it has; cut: by an error, or by `close`
---@field response oai.Response  the facts of the reply
---@field package _dialect oai.Dialect
---@field package _exchange any
---@field package _fold table
---@field package _request oai.Request
---@field package _engine oai.Engine
---@field package _first_limit number
---@field package _idle number|false  for how long there may be no event; false: before the first of them
---@field private __close any
---@field private __index any
---@field private __name string
---@field private _ended boolean
---@field private _is_stream boolean
---@field private _whole any
local Stream = {}
Stream.__index = Stream
Stream.__name = "oai.Stream"

--- A stream over an exchange whose header has arrived.
---@param exchange oai.Exchange|table  or what stands for one that has ended (call/source.lua)
---@param facts oai.Response
---@param state table       from send.call
---@param request oai.Request
---@param of? { client: oai.Client, endpoint: oai.Endpoint, values: table }  whose methods the final object has
---@return oai.Stream
function stream.new(exchange, facts, state, request, of)
  request.body, request.form = nil, nil -- a stream is not sent again
  request.of = of
  return setmetatable({
    status = "open",
    response = facts,
    _exchange = exchange,
    _engine = state.shared.engine,
    _shared = state.shared,
    _deadline = state.deadline,
    _request = request,
    _dialect = request.stream,
    _named = request.stream.named or false, -- looked up once: lazy.lua looks anew for what is not there
    _is_last = request.stream.is_last or false,
    _fold = request.stream.new_state(),
    _first_limit = state.limit,
    _idle = false,
    _has_event = false,
    _ended = false,
    _err = nil, -- there is room for it; with one more field the table were twice as large
  }, Stream)
end

--- What the API, and servers like it, call an error in a stream.
local function is_error(name, event)
  if name == "error" or type(event) ~= "table" or event.type == "error" then
    return true
  end
  return event.error ~= nil and failure.is_one(event.error)
end

local function fail_event(self, data, event)
  local fields = failure.fields(type(event) == "table" and event.type == "error" and event.error == nil
    and { error = event } or event)
  fields.message = fields.message or data
  fields.kind = "stream"
  fields.body = data
  return ending.fail(self, fields)
end

local function fail_decode(self, data, message)
  return ending.fail(self, { kind = "decode", message = message, body = data })
end

--- An event that its dialect does not take: because it holds an error, or for
--- another reason.
local function fail_fold(self, data, event, reason)
  if reason == true then
    return nil
  end
  local inner = self._dialect.failure and self._dialect.failure(event)
  if inner then
    return fail_event(self, data, { error = inner })
  end
  return fail_decode(self, data, reason)
end

--- Whether an event is an error in the words of gateways, of which no event of
--- a dialect's has any.
local function is_told(self, event)
  return event.type == nil and event.choices == nil and self._dialect.name ~= "raw" and failure.is_told(event)
end

--- Whether an event ends the stream as an error.
local function is_final_error(self, name, event)
  return not self._dialect.errors_are_events and (is_error(name, event) or is_told(self, event))
end

local take

--- Takes an event that is no object, for what it means. `null` says nothing; a
--- word like that for the end is believed behind an answer alone.
local function take_odd(self, data, name, event, reason)
  if event == nil and not reason then
    return nil
  end
  local meant = odd_event.meant(data, event)
  if meant == DONE and self._dialect.result(self._fold) ~= nil then
    return ending.by_word(self)
  elseif meant and meant ~= DONE then
    return meant ~= "" and take(self, meant, name) or nil
  elseif event ~= nil then
    return fail_event(self, data, event)
  end
  local said = mask.excerpt(self._request, data)
  return fail_decode(self, data, ("an event is not JSON (%s): %s"):format(reason, said))
end

--- Takes the data of an event.
function take(self, data, name)
  local event, reason = decode(data)
  if type(event) ~= "table" then
    return take_odd(self, data, name, event, reason)
  elseif name and event.type == nil and event[1] == nil and self._dialect.typed then
    event.type = name -- which some servers say there alone
  end
  if is_final_error(self, name, event) then
    return fail_event(self, data, event)
  end
  if self._named then
    event = { event = name, data = event }
  end
  if not self._has_event then
    self._has_event, self._idle = data, self._request.settings.options.idle_timeout
  end
  local wrong = self._dialect.fold(self._fold, event, data, name)
  if wrong then
    return fail_fold(self, data, event, wrong)
  elseif self._is_last and self._is_last(event, self._fold) then
    ending.complete(self)
  end
  return event
end

--- Reads what is left from events that are known.
local function go_on_with(self, known)
  self._exchange:close()
  self._exchange = known
end

--- Takes an event that nothing ended, at the end of the stream: it counts
--- where the stream is whole with it. Else it comes anew where the stream is
--- taken up again. Some servers have no empty line behind any event.
local function take_unfinished(self, data)
  local lines = data:find("\n", 1, true) and not decode(data) and odd_event.of_lines(data)
  if lines then
    return go_on_with(self, source.of_events(lines, self._named))
  end
  local event = data ~= DONE and decode(data)
  if type(event) == "table" and (not ending.again_of(self) or self._is_last(event, self._fold)) then
    event = take(self, data)
  end
  if self._ended then
    return event
  elseif data == DONE and not ending.is_early(self) or self._dialect.may_end(self._fold) then
    ending.complete(self)
    return event or nil
  end
end

--- The connection has ended. Was the stream over? The last event, where it has
--- still to be given.
local function at_end(self, is_whole, kind, message)
  if not is_whole then
    return ending.break_off(self, outcome.fields(kind, message))
  end
  local passed, data = self._exchange:rest()
  local answer = passed and not self._has_event and unstreamed.events(self._dialect, self.response, passed)
  if answer then
    return go_on_with(self, answer)
  end
  local before = self._exchange
  local event = data and take_unfinished(self, data)
  if self._ended or self._exchange ~= before then
    return event
  elseif self._dialect.may_end(self._fold) then
    return ending.complete(self)
  end
  return ending.early(self, passed)
end

local function fail_cancelled(self, reason)
  return ending.fail(self, { kind = "cancelled", message = running.error_of(reason).message })
end

--- Until when an event is waited for. Time is counted while we wait for one, so
--- neither comments nor a slow consumer are taken for one.
local function limit_now(self)
  local limit = self._idle and clock() + self._idle or self._first_limit
  return limit < self._deadline and limit or self._deadline
end

--- Ends a stream whose wait was over before an event came: the time is up, or
--- it may be waited no longer.
local function fail_wait(self, limit, reason)
  if reason then
    fail_cancelled(self, reason)
  else
    ending.timeout(self, limit)
  end
end

--- What is returned at the end of a stream: nil and the error of one that broke,
--- which an iterator raises.
local function end_of(self, raises)
  local err = self._err
  if err and raises then
    error_value.raise(err)
  end
  return nil, err
end

--- The next event; nil at the end, `nil, err` when the stream broke, unless
--- that is to be raised.
---@param raises? boolean
---@return table? event
---@return oai.Error? err
local function following(self, raises)
  local limit, in_time, reason
  local fold, shared = self._fold, self._shared
  local scheduler = shared.scheduler
  if scheduler and scheduler.limit and not scheduler:rest() then
    fail_cancelled(self)
  end
  while not self._ended do
    local exchange = self._exchange
    local data, name, text = exchange:event(fold.template)
    if data == true then
      self._dialect.more(fold, text, name)
      return name
    elseif data == nil then
      limit = limit or limit_now(self)
      in_time, reason = wait.for_news(shared, self._engine, exchange, limit, name)
      if not in_time then
        fail_wait(self, limit, reason)
        limit = nil
      end
    elseif data == false then
      local event = at_end(self, exchange:outcome())
      if event then
        return event
      end
      limit = nil
    elseif data == DONE then
      ending.by_word(self)
      limit = nil
    elseif data ~= "" then
      local event = take(self, data, name)
      if event ~= nil then
        return event
      end
    end
  end
  return end_of(self, raises)
end

--- The next event; nil at the end, `nil, err` when the stream broke.
---@return table? event
---@return oai.Error? err
function Stream:next()
  return following(self)
end

local function iterate(self, pick)
  local function picked()
    while true do
      local event = following(self, true)
      if event == nil then
        return nil
      end
      local value = pick(event, self._fold)
      if value ~= nil and value ~= "" then
        return value
      end
    end
  end
  return picked, nil, nil, self -- Lua 5.4 closes the stream after the loop
end

--- Iterates over all events. Raises the error of a stream that breaks. Those
--- of an assistant's run are `{ event = name, data = value }`.
---@return fun(): table?
---@return nil
---@return nil
---@return oai.Stream closing
function Stream:events()
  local function event_or_raise()
    return following(self, true)
  end
  return event_or_raise, nil, nil, self -- Lua 5.4 closes the stream after the loop
end

--- What the dialect makes of a stream, where it knows of such a thing.
local function ability(self, name)
  local found = self._dialect[name]
  if not found then
    error_value.misuse(("%s: its stream has no %s"):format(self._request.plan.name, name))
  end
  return found
end

--- Iterates over what the events say, by names that all kinds of streams
--- share: "content.delta", "tool_call.done", "usage", ... Raises as `events`
--- does.
---@return fun(): oai.NamedEvent?
---@return nil
---@return nil
---@return oai.Stream closing
function Stream:named_events()
  local told = events.of(self._dialect, self._fold) or ability(self, "named_events")
  return told:each(self), nil, nil, self -- Lua 5.4 closes the stream after the loop
end

--- Iterates over the pieces of text. Raises as `events` does.
---@return fun(): string?
---@return nil
---@return nil
---@return oai.Stream closing
function Stream:text()
  return iterate(self, ability(self, "text"))
end

--- Iterates over the value so far of an answer in JSON: the same tables each
--- time, which grow. Raises as `events` does.
---@return fun(): any
---@return nil
---@return nil
---@return oai.Stream closing
function Stream:partial()
  local answer = ability(self, "text") and partial.new(self._dialect)
  local function value_so_far()
    local event, err, value
    repeat
      event, err = following(self)
      if err then
        error_value.raise(err)
      elseif event == nil then
        return answer:rest()
      end
      value = answer:take(event, self._fold)
    until value ~= nil
    return value
  end
  return value_so_far, nil, nil, self -- Lua 5.4 closes the stream after the loop
end

--- Iterates over the pieces of sound, in bytes, as they arrive. Raises as
--- `events` does.
---@return fun(): string?
---@return nil
---@return nil
---@return oai.Stream closing
function Stream:audio()
  return iterate(self, ability(self, "audio"))
end

--- The objects of a list with their methods.
local function all_finished(self, list)
  for _, value in ipairs(list) do
    ending.finished(self, value)
  end
  return list
end

--- The messages of an assistant's run as far as they have come; all of them
--- after `final`.
---@return table[]
function Stream:messages()
  return all_finished(self, ability(self, "messages")(self._fold))
end

--- The steps of an assistant's run as far as they have come.
---@return table[]
function Stream:steps()
  return all_finished(self, ability(self, "steps")(self._fold))
end

--- Reads to the end and returns the object that a call without streaming
--- would have returned, whole or not: `status` says which. The second value
--- is the error of a stream that broke.
---@return table? object
---@return oai.Error? err
function Stream:final()
  local event, err
  repeat
    event, err = self:next()
  until event == nil
  local of = self._request.of
  local settle = of and of.settle
  if settle and not err and self.status ~= "cut" then
    return settle((ending.accumulated(self)))
  end
  return ending.accumulated(self), err
end

--- Has `final` return what a function makes of the object of a stream that
--- has ended by itself.
---@package
---@param settle fun(object: table): table?, oai.Error?
function Stream:_settle_with(settle)
  self._request.of.settle = settle
end

--- Has a stream that breaks taken up again. Not for programs, nor is `_source`.
---@param again oai.StreamAgain
---@param after? integer  the number after which its events are to go on
---@private
function Stream:_go_on_by(again, after)
  self._request.of.again = again
  if after then
    self._fold.sequence_number, self._dialect = after, again.dialect
  end
end

--- The source that a stream reads, handed to another stream, which closes it.
---@return oai.StreamSource
---@private
function Stream:_source()
  return { exchange = self._exchange, engine = self._engine, response = self.response, limit = self._first_limit }
end

--- Ends the transfer at once. Harmless when it has ended.
function Stream:close()
  if not self._ended then
    self._ended = true
    self.status = "cut"
    ending.tell(self, self._request.watch and self._dialect.result(self._fold))
    self._exchange:close()
  end
end

--- The next event in a `for` loop over the stream itself, which is not closed
--- when the loop is left before its end. Raises as `events` does.
---@return table?
---@private
function Stream:__call()
  local event = following(self, true)
  return event
end

Stream.__close = Stream.close

unknown.refuse(Stream, "a stream", { status = true, response = true })

--- For the task that reads a stream for somebody else; and what that gives.
Stream._is_stream = true
Stream._whole = Stream.final

--- The text in an event, or nil.
---@param event table
---@return string?
---@private
function Stream:_piece(event)
  local text = self._dialect.text
  return text and text(event, self._fold)
end

---@private
function Stream.__tostring(self)
  return ("oai.Stream %s (%s)"):format(self._request.plan.name, self.status)
end

require "oai.interpret" ()

return stream
