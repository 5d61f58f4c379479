-- One lane of a socket of Responses: what is asked in it, and its answer, read
-- as a stream is.

local accumulate = require "oai.accumulate"
local engines = require "oai.engine"
local endpoint_line = require "oai.call.line"
local error_value = require "oai.error"
local failure = require "oai.call.failure"
local options_list = require "oai.options"
local pump = require "oai.lanes.pump"
local responses = require "oai.dialect.responses"
local sending = require "oai.socket.sending"
local set = require "oai.set"
local unknown = require "oai.unknown"
local value_type = require "oai.value_type"

local lane = {}

--- A response as a call returns it, with its methods.
---@param bound table  client.responses
---@param response table
---@return oai.ResponseObject response
function lane.finished(bound, response)
  return bound._client:_attach(response, endpoint_line.kept(bound, "create", "create"))
end

---@class oai.Lane
---@field id? string  its `stream_id`; nil: the lane without one
---@field is_open boolean   a response is under way, or not all of it is read
---@field response_id? string  of the last response that ended, to go on from: `previous_response_id`
---@field err? oai.Error    why the response came to no end
---@field private bytes integer     not for programs: of the events that wait
---@field private total integer     not for programs: bytes of all events of the response
---@field package _lanes oai.Lanes
---@field package _connection oai.Connection
---@field package _bound table
---@field package _queue table[]  { event, size }
---@field package _first integer
---@field package _last integer
---@field package _ended boolean   its last event has come
---@field package _text? string  the message that asked
---@field package _begun? string|true  the id of the response under way, once it has one
---@field package _stale? string|true  what came before was left amid a response, whose events may still come: its id
---@field package _all oai.Accumulator
---@field private __index any
---@field private __name string
local Lane = {}
Lane.__index = Lane
Lane.__name = "oai.Lane"

local FINAL = set { "response.completed", "response.incomplete", "response.failed", "error" }

local LONGEST_ID = 256

--- A lane as messages call it.
---@param id? string
---@return string
function lane.shown(id)
  return id == nil and "without an id" or ("'%s'"):format(id)
end

--- Raises where a lane cannot be called so.
---@param id any
function lane.check_id(id)
  if id ~= nil and not (type(id) == "string" and #id <= LONGEST_ID and id:find "^[%w_.-]+$") then
    error_value.misuse(("responses.connect: a lane's id is one to %d ASCII letters, digits, '_', '-' or '.'"):format(
      LONGEST_ID))
  end
end

local function begin(self)
  self.is_open, self.err, self._ended, self.total, self._begun = true, nil, false, 0, nil
  self._all = accumulate "responses"
end

--- A lane in which nothing was asked yet.
---@param all oai.Lanes
---@param connection oai.Connection
---@param bound table  client.responses
---@param id? string
---@return oai.Lane
function lane.new(all, connection, bound, id)
  local self = setmetatable({
    id = id, is_open = false, bytes = 0, total = 0, _lanes = all, _connection = connection, _bound = bound,
    _queue = {}, _first = 1, _last = 0, _ended = false, _begun = nil, _stale = all.left[id or false],
  }, Lane)
  all.left[id or false] = nil
  return self
end

--- How many events wait.
---@return integer
function Lane:waiting()
  return self._last - self._first + 1
end

local function drop_all(all, self)
  all.events, all.bytes = all.events - self:waiting(), all.bytes - self.bytes
  self._queue, self._first, self._last, self.bytes = {}, 1, 0, 0
end

--- Ends a lane's response with an error; what waits is dropped.
---@param all oai.Lanes
---@param self oai.Lane
---@param err oai.Error
function lane.fail(all, self, err)
  drop_all(all, self)
  if not self._ended then
    self._stale = self._begun or true
  end
  self.err, self._ended = err, true
end

local function id_in(event)
  local response = event.response
  return type(response) == "table" and type(response.id) == "string" and response.id or nil
end

--- Whether an event is a late one, of a response that was left: all are, until
--- another response begins, or an error says that none will.
local function is_late(self, event)
  local stale = self._stale
  if not stale then
    return false
  end
  local id = id_in(event)
  if event.type ~= "error" and (not id or id == stale or stale == true and FINAL[event.type]) then
    return true
  end
  self._stale = nil
  return false
end

--- Whether what a lane has asked is among messages.
---@param self oai.Lane
---@param messages table<any, true>
---@return boolean
function lane.is_asked_in(self, messages)
  return messages[self._text] == true
end

--- Notes that nothing more comes of a response that was left, since its
--- connection is over.
---@param self oai.Lane
function lane.forget(self)
  self._stale = nil
end

--- Whether no event of the response that was asked for has come yet.
---@param self oai.Lane
---@return boolean
function lane.is_unanswered(self)
  return not self._begun
end

--- Whether what comes for a lane is for its reader: of a response that it asked
--- for, or that began before it asked for any.
---@param self oai.Lane
---@return boolean
function lane.is_listening(self)
  if not self._all then
    begin(self)
  end
  return self.is_open and not self.err
end

--- Adds an event to those that wait, unless it is of a response that was left.
---@param all oai.Lanes
---@param self oai.Lane
---@param event table
---@param size integer
function lane.add(all, self, event, size)
  if is_late(self, event) then
    return
  end
  local before = self._begun
  self._begun = before or id_in(event) or true
  self._queue[self._last + 1] = { event, size }
  self._last = self._last + 1
  self.bytes, self.total = self.bytes + size, self.total + size
  all.events, all.bytes = all.events + 1, all.bytes + size
  self._ended = self._ended or FINAL[event.type] == true
  if event.type == "error" then
    self._stale = before -- of which a "response.failed" may still come
  end
end

--- The event that has waited longest.
local function take(self)
  local entry, all = self._queue[self._first], self._lanes
  self._queue[self._first] = nil
  self._first = self._first + 1
  self.bytes = self.bytes - entry[2]
  all.events, all.bytes = all.events - 1, all.bytes - entry[2]
  return entry[1]
end

local function small_names(headers)
  local small = {}
  for name, value in pairs(type(headers) == "table" and headers or {}) do
    small[tostring(name):lower()] = value
  end
  return small
end

--- Says in an error what it would be as a reply's, where the event has a status.
local function with_status(err, event)
  local status = event.status
  if type(status) == "number" then
    err.status, err.headers = status, small_names(event.headers)
    err.kind = failure.kind(status, err.code, err.type)
  end
  return err
end

--- Adds up an event that is read; nil and the error that it says.
local function read(self, event)
  local told, err = self._all:add(event)
  if not told then
    err.operation, self.err, self.is_open = "responses.connect", with_status(err, event), false
    return nil, err
  elseif FINAL[event.type] then
    self.is_open = false
    self.response_id = type(event.response) == "table" and event.response.id or self.response_id
  end
  return event
end

--- Whether an event is the last of its response.
---@param event table
---@return boolean
function lane.is_last(event)
  return FINAL[event.type] == true
end

--- The error of a response, once.
local function failed(self)
  self.is_open = false
  return nil, self.err
end

--- Ends the response of a lane for which nothing more will come. A message that
--- was no JSON may have been of any lane, and ends the responses of all.
local function note_failure(self, err)
  local all = self._lanes
  for _, one in pairs(err.kind == "decode" and all.by_id or { self }) do
    if one.is_open and one:waiting() == 0 and not one.err then
      lane.fail(all, one, err)
    end
  end
end

--- Whether an error ends the wait for an event alone, and no response.
local function is_of_wait(err)
  return err.kind == "cancelled" and err.reason ~= "closed" or err.kind == "timeout" and err.reason == "next"
end

--- The error of a wait for an event, which says how long that was.
local function of_wait(err, seconds)
  if err.kind == "timeout" then
    err.message = ("no event within %g s"):format(seconds)
  end
  return err
end

local SECONDS = { "seconds" }

--- The next event of the response: nil at its end, nil and an error where it
--- came to none, or within so many seconds to none.
---@param seconds? number  how long at most; else until something comes
---@return table? event
---@return oai.Error? err
function Lane:next(seconds)
  if seconds then
    value_type.check_one("lane:next", "argument", "seconds", seconds, SECONDS)
  end
  local limit = seconds and engines.clock() + seconds or math.huge
  while true do
    if self.err then
      return failed(self)
    elseif self:waiting() > 0 then
      return read(self, take(self))
    elseif not self.is_open then
      return nil
    end
    local done, err = pump.read(self._lanes, self._connection, limit, self)
    if err and is_of_wait(err) then
      return nil, of_wait(err, seconds)
    elseif not done then
      note_failure(self, err)
    end
  end
end

--- Iterates over the events of the response. Raises where it came to no end.
---@return fun(): table?
function Lane:events()
  return function()
    return error_value.or_raise(self:next())
  end
end

--- Iterates over the pieces of its text. Raises as `events` does.
---@return fun(): string?
function Lane:text()
  return function()
    local event
    repeat
      event = error_value.or_raise(self:next())
      local piece = event and responses.text(event)
      if piece then
        return piece
      end
    until event == nil
    return nil
  end
end

--- Reads to the end and returns the response, whole or not: `status` says
--- which. The second value is the error of one that came to no end.
---@return oai.ResponseObject? response
---@return oai.Error? err
function Lane:final()
  if not self._all then
    error_value.misuse(("lane %s: nothing was asked in it: lane:create{...} does"):format(lane.shown(self.id)))
  end
  local event, err
  repeat
    event, err = self:next()
  until event == nil
  local value = self._all:value()
  return value and lane.finished(self._bound, value), err or self.err
end

--- Raises where a lane cannot be asked for a response of these parameters.
local function check_create(self, params)
  local wrong
  if type(params) ~= "table" then
    wrong = "expected a table of parameters, got " .. type(params)
  elseif params.stream_id ~= nil and params.stream_id ~= self.id then
    wrong = "the parameter 'stream_id' is that of another lane"
  elseif self.is_open then
    wrong = "its response is not read to its end: another lane takes another"
  elseif self._lanes.by_id[self.id or false] ~= self then
    wrong = "it is closed"
  end
  if wrong then
    error_value.misuse(("lane %s: %s"):format(lane.shown(self.id), wrong))
  end
end

--- Asks for a response in this lane: parameters as those of
--- `client.responses:create`. One at a time: the one before is read to its end
--- first.
---@param params table  those of a response
---@return true? sent
---@return oai.Error? err
function Lane:create(params)
  check_create(self, params)
  local event = options_list.merge(params, { type = "response.create", stream_id = self.id })
  event.stream, event.background = nil, nil -- which are of requests
  local text, err = sending.encode(self._connection, event)
  if not text then
    return nil, err
  end
  begin(self)
  self._text = text
  local sent
  sent, err = self._connection:send(text)
  self.is_open = sent == true
  return sent, err
end

--- Forgets a lane: what still comes of it is dropped.
function Lane:close()
  local all, key = self._lanes, self.id or false
  if all.by_id[key] == self then
    drop_all(all, self)
    all.by_id[key], all.open = nil, all.open - 1
    if self.is_open and not self._ended then
      all.left[key] = self._begun or true
    else
      all.left[key] = self._stale
    end
  end
  self.is_open = false
end

---@private
function Lane.__tostring(self)
  return ("oai.Lane %s"):format(lane.shown(self.id))
end

unknown.refuse(Lane, "a lane", { id = true, response_id = true, err = true, is_open = true }, "lane")

require "oai.interpret" ()

return lane
