-- How a stream ends: complete, with an error that holds what there was, or not
-- yet, since it is taken up again. It must not read events: stream.lua does.

local error_value = require "oai.error"
local failure = require "oai.call.failure"
local lazy = require "oai.lazy"
local mask = require "oai.call.mask"
local object = require "oai.call.object"
local response = require "oai.call.response"

local source = lazy "oai.call.source"

local ending = {}

local EARLY = "the stream ended before it was complete"

---@class oai.StreamAgain  what takes a stream up again that broke: oai/follow
---@field dialect oai.Dialect  by which its events are read from then on
---@field open fun(self, cause: table, state: table, deadline: number): oai.StreamSource?, table?  or the error, or its
--- fields. It may wait
---@field close fun(self)      ends that: somebody has closed the stream

---@class oai.StreamSource  what a stream reads: a reply, or events that are known
---@field exchange? userdata|table
---@field events? table[]
---@field engine? oai.Engine
---@field response? oai.Response
---@field limit? number        when the first event must be there

--- An object with the methods that it has where a call returns it.
---@param self table  an oai.Stream
---@param value table
---@return table
function ending.finished(self, value)
  local of = self._request.of
  if not of then
    return value
  elseif of.endpoint.finish then
    of.endpoint.finish(of.client, value)
  end
  return object.attach(value, of.client, of.endpoint, of.values)
end

--- The object so far, as a call without streaming returns it.
---@param self table  an oai.Stream
---@return table? value
---@return boolean? is_incomplete
function ending.accumulated(self)
  local value, incomplete = self._dialect.result(self._fold)
  return value and ending.finished(self, value), incomplete
end

--- Lets an exchange end by itself, so that its connection is kept: what is
--- left of it has usually arrived already.
local function let_end(engine, exchange)
  if exchange:outcome() == nil then
    if not engine:descriptor() then -- a worker does it, and its news are its host's to take
      engine:step(0)
    end
    engine:drain(exchange)
  end
  exchange:close()
end

--- Tells who watches a stream of its end.
---@param self table  an oai.Stream
---@param value any
function ending.tell(self, value)
  local watch = self._request.watch
  if watch then
    watch(self, value)
  end
end

--- Ends a stream with an error, which is to carry what has come.
local function fail_as(self, err)
  self.status = "cut"
  self._ended = true
  err.operation = self._request.plan.name
  err.partial = ending.accumulated(self)
  self._err = mask.error(self._request, err)
  ending.tell(self, err.partial)
  self._exchange:close()
  return nil, err
end

--- Ends a stream with an error of these fields, beside the facts of its reply.
---@param self table  an oai.Stream
---@param fields table  of the error
---@return nil
---@return oai.Error
function ending.fail(self, fields)
  local err = response.annotate(error_value.new(fields), self.response)
  err.status = nil -- the reply's own, 200, is not the error's
  return fail_as(self, err)
end

--- Reads from another source from now on.
---@param self table  an oai.Stream
---@param other oai.StreamSource
local function read_from(self, other)
  self._exchange = other.exchange or source.of_events(other.events, false)
  self._engine, self.response = other.engine or self._engine, other.response or self.response
  self._first_limit = other.limit or self._first_limit
end

--- What takes a stream up again when it breaks, or nil.
---@param self table  an oai.Stream
---@return oai.StreamAgain?
function ending.again_of(self)
  local of = self._request.of
  return of and of.again
end

--- Ends a stream that broke, unless it is taken up again: it is in the hands
--- of what does that meanwhile.
---@param self table  an oai.Stream
---@param fields table  of the error
---@return nil
---@return oai.Error?
function ending.break_off(self, fields)
  local again = ending.again_of(self)
  if not again then
    return ending.fail(self, fields)
  end
  self._exchange:close()
  self._exchange = again
  local other, err = again:open(fields, self._fold, self._deadline)
  if self._ended then -- closed meanwhile
    if other and other.exchange then
      other.exchange:close()
    end
  elseif not other then
    return (error_value.is_error(err) and fail_as or ending.fail)(self, err)
  else
    self._dialect = again.dialect
    read_from(self, other)
  end
end

--- Ends a stream that has been waited for too long.
---@param self table  an oai.Stream
---@param limit number  the time that has passed: of the whole call, or of the next event
---@return nil
---@return oai.Error?
function ending.timeout(self, limit)
  local message
  if limit == self._deadline then
    message = ("the total timeout of %g s has passed"):format(self._request.settings.options.total_timeout)
  elseif self._has_event then
    message = ("no event for %g s"):format(self._request.settings.options.idle_timeout)
  else
    message = ("no first event within %g s"):format(self._request.settings.options.first_event_timeout)
  end
  self._exchange:expire()
  if limit == self._deadline then
    return ending.fail(self, { kind = "timeout", message = message })
  end
  return ending.break_off(self, { kind = "timeout", message = message })
end

--- The fields of an error, of which a server may have said more beside events,
--- or in an event that was not understood.
local function said_fields(self, passed, message)
  local fields, decoded = {}, passed and failure.said(passed)
  if type(decoded) == "table" and failure.says_one(decoded) then
    fields = failure.fields(decoded)
  end
  message = passed and ("%s: %s"):format(message, mask.excerpt(self._request, passed)) or message
  fields.kind, fields.message, fields.body = "stream", fields.message or message, passed
  return fields
end

--- Whether the lines that were passed over hold an error.
local function is_failure(passed)
  local decoded = failure.said(passed)
  return type(decoded) == "table" and failure.is_one(decoded.error)
end

--- Whether lines that were passed over are events all the same, such as those
--- behind a byte order mark: what they bring is lost.
local function has_events(passed)
  return ("\n" .. passed:lower()):find "\n[^%w\n]*data[ \t]*:" ~= nil
end

--- The first event where nothing was understood: that may say why.
local function first_event(self)
  local first = self._has_event
  return type(first) == "string" and self._dialect.result(self._fold) == nil and first or nil
end

--- Ends the stream as it should, if something of it was understood. Its
--- connection can be used again.
---@param self table  an oai.Stream
---@return nil
---@return oai.Error?
function ending.complete(self)
  local passed = self._exchange:rest()
  local value, incomplete = self._dialect.result(self._fold)
  if value == nil then
    return ending.fail(self, said_fields(self, passed or first_event(self),
      "the stream ended without an answer: nothing in it was understood"))
  elseif passed and is_failure(passed) then
    return ending.fail(self, said_fields(self, passed, "the stream ended with an error"))
  elseif passed and has_events(passed) then
    return ending.fail(self, said_fields(self, passed, "the stream has lines that are no events, and so is not whole"))
  end
  self.status = incomplete and "incomplete" or "complete"
  self._ended = true
  ending.tell(self, value)
  let_end(self._engine, self._exchange)
  return nil
end

--- Whether `[DONE]` comes too early: where more is due of a stream of numbered
--- events that is taken up again.
---@param self table  an oai.Stream
---@return any
function ending.is_early(self)
  return ending.again_of(self) and self._fold.sequence_number and not self._dialect.may_end(self._fold)
end

--- Ends a stream whose connection has ended before it was complete.
---@param self table  an oai.Stream
---@param passed? string  lines that were no event
---@return nil
---@return oai.Error?
function ending.early(self, passed)
  local fields = said_fields(self, passed or first_event(self), EARLY)
  if passed and is_failure(passed) then
    return ending.fail(self, fields)
  end
  return ending.break_off(self, fields)
end

--- Ends a stream where the word for its end has come.
---@param self table  an oai.Stream
---@return nil
---@return oai.Error?
function ending.by_word(self)
  if ending.is_early(self) then
    return ending.break_off(self, { kind = "stream", message = EARLY })
  end
  return ending.complete(self)
end

require "oai.interpret" ()

return ending
