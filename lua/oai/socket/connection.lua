-- A conversation both ways, as programs have it: what they send and read, and
-- its end. What events mean is not known here.

local closing = require "oai.socket.closing"
local error_value = require "oai.error"
local options_list = require "oai.options"
local outgoing = require "oai.socket.outgoing"
local reading = require "oai.socket.reading"
local sending = require "oai.socket.sending"
local suggest = require "oai.suggest"
local unknown = require "oai.unknown"
local waiting = require "oai.socket.waiting"

local connection = {}

---@class oai.ConnectionKind  what a room makes of a connection: see init.lua
---@field name string
---@field endpoint oai.Endpoint
---@field query? table
---@field headers? table
---@field decode? (fun(text: string): any, string?)|false
---@field encode? fun(event: table): string
---@field binary? fun(bytes: string): any
---@field heard? fun(connection: oai.Connection, event: any)
---@field sending? fun(connection: oai.Connection, event: table): table|false|nil, oai.Error?  false: it is not sent
---@field opened? fun(connection: oai.Connection)  sends what begins each conversation
---@field lost? fun(connection: oai.Connection, err: oai.Error)
---@field methods? table|fun(connection: oai.Connection, name: string): any
---@field names? table<string, true>  those that `methods` knows, where it is a function
---@field is_busy? fun(connection: oai.Connection): boolean
---@field is_leaving? fun(connection: oai.Connection): boolean  the program has ended it: it is not made again
---@field forgets? boolean  what waits when it breaks is not for the connection that is made again
---@field lifetime? number
---@field answer? oai.SocketAnswer   what follows is of the API's own sockets (lua/oai/realtime)
---@field lanes? oai.Lanes
---@field calls? oai.SocketCalls
---@field target? oai.SocketTarget
---@field bound? table

---@class oai.Connection
---@field status "open"|"closing"|"closed"|"reconnecting"  how it stands
---@field facts oai.Response  of the reply that agreed to it
---@field private _what oai.ConnectionKind
---@field private _own table      its options
---@field private _call table     those of the call that opens it
---@field private _once table     those of one that makes it again, which is not tried again by itself
---@field private _client oai.Client
---@field private _shared table
---@field private _engine oai.Engine
---@field private _is_stepped boolean  nobody drives that but who waits
---@field private _request oai.Request
---@field private _exchange any  an exchange of the core; false: it is being made again, or has ended
---@field private _outgoing oai.Outgoing
---@field private _pulse oai.Pulse
---@field private _said { code: integer, reason: string }|false  how the other side has closed it
---@field private _lost oai.OutgoingMessages|false  what had begun to go out when it broke
---@field private _err? oai.Error
---@field private _recovery oai.Task|false
---@field private _taken integer   attempts since the last event that was no error
---@field private _asking string|false  the function of the program's that runs
---@field private _renew_at number
---@field private _renewing number|false  it is closed to be made again, and by when that must be over
---@field private _beside table    who waits beside the one that watches
local methods = {}

local Connection = { __name = "oai.Connection" }

local getmetatable, type = getmetatable, type

local function refuse_self(name)
  error_value.misuse(("connection.%s: call it with a colon, as in connection:%s(...)"):format(name, name))
end

--- Raises where a method was called with a dot.
local function check_self(self, name)
  if getmetatable(self) ~= Connection then
    refuse_self(name)
  end
end

--- Sends an event: a table, or a text as it is. It is fixed here, goes out
--- behind those before it, and is never sent twice. Where too much waits already
--- it waits for room, if the caller may be kept waiting.
---@param event table|string  a table, or JSON
---@return true? sent  or it will be
---@return oai.Error? err  `unsent` has the message
function methods:send(event)
  if getmetatable(self) ~= Connection then
    refuse_self "send"
  end
  if type(event) == "string" then
    return sending.send(self, "text", event)
  elseif type(event) ~= "table" then
    error_value.misuse(("%s: an event is a table or a text, got %s"):format(self._what.name, type(event)))
  end
  local text, err = sending.encode(self, event)
  if not text then
    return text == false or nil, err
  end
  return sending.send(self, "text", text)
end

--- Sends bytes, as `send` does.
---@param bytes string  a message of its own
---@return true? sent
---@return oai.Error? err
function methods:send_bytes(bytes)
  check_self(self, "send_bytes")
  if type(bytes) ~= "string" then
    error_value.misuse(("%s: bytes are a string, got %s"):format(self._what.name, type(bytes)))
  end
  return sending.send(self, "binary", bytes)
end

--- Raises where a number of seconds is none.
local function check_seconds(self, name, seconds)
  if seconds ~= nil and not (type(seconds) == "number" and seconds >= 0) then
    error_value.misuse(("%s: %s: expected a number of seconds, got %s"):format(self._what.name, name,
      tostring(seconds)))
  end
end

--- The next event: a table. Nil at a clean end; nil and an error where the
--- connection broke, where no event came within so many seconds, or where one
--- was no JSON: after these two it goes on.
---@param seconds? number  how long at most; else until something comes
---@return table? event
---@return oai.Error? err
function methods:next(seconds)
  if getmetatable(self) ~= Connection then
    refuse_self "next"
  elseif seconds then
    check_seconds(self, "next", seconds)
    if seconds == 0 then
      waiting.nudge(self)
    end
  end
  return reading.next(self, seconds)
end

--- Iterates over the events until a clean end. Raises the error of a connection
--- that broke. A loop that was left may be begun again.
---@return fun(): table?
function methods:events()
  check_self(self, "events")
  return function()
    return error_value.or_raise(reading.next(self))
  end
end

--- Waits until all that was sent has gone out, as far as the system tells; 0
--- seconds only look.
---@param seconds? number  how long at most; else until all is out
---@return true? drained
---@return oai.Error? err
function methods:drain(seconds)
  check_self(self, "drain")
  check_seconds(self, "drain", seconds)
  if seconds == 0 then
    waiting.nudge(self)
  end
  return closing.drain(self, seconds)
end

--- Ends the conversation: what was sent goes out, then the other side is told,
--- and has two seconds to agree. Harmless when it has ended.
---@param code? integer   1000, or from 3000 to 4999
---@param reason? string  at most 123 bytes
---@return true? closed  what was sent has gone out
---@return oai.Error? err  `unsent` has what never went out
function methods:close(code, reason)
  check_self(self, "close")
  return closing.close(self, code, reason)
end

local FIELDS = { status = true, facts = true }

--- Raises for a name that a connection has not.
local function refuse(name, what)
  local names = {} ---@type table<string, true>
  for _, list in ipairs { methods, FIELDS, what.names or type(what.methods) == "table" and what.methods or {} } do
    for key in pairs(list) do
      names[key] = true
    end
  end
  error_value.misuse(("a connection has no '%s'%s"):format(name, suggest.hint(name, names, "connection")))
end

--- A method of a connection, or a field of its kind; raises for other names.
function Connection.__index(self, name)
  local method = methods[name]
  if method or unknown.is_probe(name) or name:sub(1, 1) == "_" then
    return method
  end
  local what = rawget(self, "_what")
  local more = what.methods
  local found
  if type(more) == "function" then
    found = more(self, name)
  elseif more then
    found = more[name]
  end
  if found == nil then
    refuse(name, what)
  end
  return found
end

--- The next event in a `for` loop over the connection itself. Raises as
--- `events` does.
---@return table?
function Connection.__call(self)
  return error_value.or_raise(reading.next(self))
end

--- Ends it at once: the end of a block waits for nothing.
function Connection.__close(self)
  closing.abandon(self)
end

function Connection.__tostring(self)
  return ("oai.Connection %s (%s)"):format(rawget(self, "_what").name, rawget(self, "status"))
end

--- A connection that is still without an exchange.
---@param client oai.Client
---@param what oai.ConnectionKind
---@param own table
---@param call table
---@param engine oai.Engine
---@return oai.Connection
function connection.new(client, what, own, call, engine)
  ---@type any
  local self = setmetatable({
    status = "open", facts = false, _what = what, _own = own, _call = call, _client = client,
    _once = options_list.merge(call, { max_retries = 0 }),
    _shared = client._shared, _engine = engine, _is_stepped = not engine:descriptor(), _request = false,
    _exchange = false, _pulse = false, _said = false,
    _outgoing = outgoing.new(own.max_queue_bytes, own.max_queue_messages), _lost = false, _err = nil,
    _recovery = false, _taken = 0, _asking = false, _renew_at = math.huge, _renewing = false, _beside = {},
  }, Connection)
  return self
end

--- Whether a value is a connection.
---@param value any
---@return boolean
function connection.is_one(value)
  return getmetatable(value) == Connection
end

require "oai.interpret" ()

return connection
