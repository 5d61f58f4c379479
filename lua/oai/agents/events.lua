-- The events of a session for as long as somebody listens, each once. Where the
-- connection is cut it is opened again, and what was missed is asked for.

local dialect = require "oai.dialect.followed_agents"
local engines = require "oai.engine"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local lazy = require "oai.lazy"
local path = require "oai.codec.path"
local recover = require "oai.agents.recover"
local retry = require "oai.call.retry"
local track = require "oai.agents.track"
local tries = require "oai.follow.tries"
local unknown = require "oai.unknown"

local named = lazy "oai.events"

local events = {}

local TRIES = 5 -- in a row, without an event between them

---@class oai.AgentEventsOptions : oai.OpenCallOptions
---@field resume? boolean|integer  false: the first cut ends it; a number: how many are borne in a row, 5
---@field include_obfuscation? boolean  as the operation takes it

local OPTIONS = { resume = { "boolean", "number" }, include_obfuscation = { "boolean" } }

---@class oai.AgentEvents
---@field status "open"|"complete"|"cut"  complete: the server has ended it while no turn went on
---@field response oai.Response  the facts of the last connection's reply
---@field package _source table
---@field package _track table
---@field package _fold table      what the turns add up to
---@field package _missed table[]
---@field package _client oai.Client
---@field package _name string
---@field package _rest table      the options of each call
---@field package _session oai.AgentSession
---@field package _params table
---@field package _at integer      that many of those that were missed are told
---@field package _tries oai.Tries  since the last event
---@field package _deadline number  on the engines' clock: the events are not opened again later
---@field package _ended boolean
---@field package _err? oai.Error
---@field private __close any
---@field private __index any
---@field private __name string
---@field private _is_stream boolean
---@overload fun(): oai.AgentSessionEvent?
local Events = { __name = "oai.AgentEvents" }
Events.__index = Events

local function finish(self, status)
  self._ended, self.status = true, status
  self._source:close()
end

local function fail(self, err)
  err.partial = self._track.session
  self._err = err
  finish(self, "cut")
  return nil, err
end

--- Opens the events anew.
local function open(self)
  local source, err = self._session.events:stream(self._params, self._rest)
  if source then
    self._source, self.response = source, source.response
  end
  return source, err
end

--- Whether the events may go on after an error. An event that is larger than
--- it may be is told: it would not come again.
local function may_go_on(err)
  return err.kind == "stream" or err.kind ~= "limit" and retry.may_pass(err)
end

--- Opens the events again and asks for what was missed.
local function open_again(self)
  local source, err = open(self)
  if not source then
    return nil, err
  end
  local missed
  missed, err = recover(self._session, self._track, self._rest)
  if not missed or self._ended then -- closed meanwhile
    source:close()
    return missed and true, err
  end
  self._missed, self._at = missed, 0
  return true
end

--- Goes on after a cut: true, or nil and the error that ends it. What could not be
--- read of what was missed was no answer of the API's.
local function resume(self, err)
  return self._tries:run(err, self._deadline, function(reason)
    return may_go_on(reason) or reason ~= err and reason.kind == "decode"
  end, function()
    if self._ended then -- closed meanwhile
      return true
    end
    return open_again(self)
  end)
end

--- Whether the connection has ended as it may: with nothing said but events.
--- One without any is an error of the stream's, but none where the session is
--- known.
local function is_end(self, err)
  local is_empty = err and err.kind == "stream" and err.body == nil and self._track.session
  return (not err or is_empty) and not self._track:is_at_work()
end

--- What becomes of an end of the connection.
local function at_end(self, err)
  if is_end(self, err) then
    return finish(self, "complete")
  elseif err and err.kind == "timeout" then
    self._tries:reset() -- nothing may have happened for so long
  end
  self._source:close()
  local going, reason = resume(self, err or error_value.new { kind = "stream", operation = self._name,
    message = "the events ended while a turn went on" })
  if not going then
    return fail(self, reason)
  end
end

--- The next event that was missed.
local function next_missed(self)
  self._at = self._at + 1
  local event = self._missed[self._at]
  if not event then
    self._missed, self._at = {}, 0
  end
  return event
end

--- The next event from wherever it comes; nil where there is none at once.
local function following(self)
  local missed = next_missed(self)
  if missed then
    return missed
  end
  local event, err = self._source:next()
  if event then
    return event
  elseif not self._ended then
    at_end(self, err)
  end
end

--- The next event; nil at the end, `nil, err` where it could not go on. Those
--- that were missed during a cut have `recovered = true`.
---@return oai.AgentSessionEvent? event
---@return oai.Error? err
function Events:next()
  while not self._ended do
    local event = following(self)
    if event and self._track:take(event) then
      if not event.recovered then
        self._tries:reset()
      end
      dialect.fold(self._fold, event)
      return event
    end
  end
  return nil, self._err
end

--- The next event in a `for` loop. Raises what ends it.
---@return oai.AgentSessionEvent?
---@private
function Events:__call()
  return error_value.or_raise(self:next())
end

--- Iterates over the events, as the object itself does, and closes it when the
--- loop is left, where Lua can.
---@return fun(): oai.AgentSessionEvent?
---@return nil
---@return nil
---@return oai.AgentEvents closing
function Events:events()
  return function()
    return self()
  end, nil, nil, self
end

--- Iterates over what the events say, by names that all kinds of streams share
--- (docs/events.md). Pieces of a text that were missed are in its whole alone.
--- Raises what ends it.
---@return fun(): oai.NamedEvent?
---@return nil
---@return nil
---@return oai.AgentEvents closing
function Events:named_events()
  return named.of(dialect, self._fold):each(self), nil, nil, self
end

--- Ends the transfer at once. Harmless when it has ended.
function Events:close()
  if not self._ended then
    finish(self, "cut")
  end
end

Events.__close = Events.close

unknown.refuse(Events --[[@as table]], "the events of a session", { status = true, response = true })

--- For the task that reads it for somebody else; and what that gives: the
--- session as it was last seen.
Events._is_stream = true

---@private
function Events._piece()
  return nil
end

---@private
function Events:_whole()
  return self._track.session or { id = self._track.session_id, object = "agent.session" }, self._err
end

---@private
function Events.__tostring(self)
  return ("oai.AgentEvents %s (%s)"):format(self._track.session_id, self.status)
end

--- How many cuts are borne in a row.
local function most_of(client, resume_option)
  if type(resume_option) == "number" then
    return resume_option --[[@as integer]]
  elseif resume_option == nil then
    resume_option = client._settings.options.resume
  end
  return resume_option == false and 0 or TRIES
end

local function new(client, session_id, name, own, rest)
  return setmetatable({
    status = "open", _client = client, _name = name, _rest = rest, _track = track.new(session_id), _missed = {},
    _session = client.beta.agents.sessions:at(session_id), _at = 0, _ended = false, _fold = dialect.new_state(),
    _tries = tries.new(client, most_of(client, own.resume)),
    _deadline = engines.clock() + (rest.total_timeout or math.huge),
    _params = { include_obfuscation = own.include_obfuscation },
  }, Events --[[@as table]])
end

--- Follows a session: `session:events(options)`, or with its id where it is
--- not bound.
---@param self table  the resource of a session's events
---@param ... any     the id, unless it is bound; options
---@return oai.AgentEvents? events
---@return oai.Response|oai.Error
function events.follow(self, ...)
  local name = self._name
  local session_id, options = ...
  if #self._ids > 0 then
    session_id, options = self._ids[1], session_id
  end
  path.check_id(session_id, name, "session_id")
  local own, rest, flow = extra.split(name, OPTIONS, options)
  return extra.run(self._client, flow, function()
    local found = new(self._client, session_id, name, own, rest)
    local source, err = open(found)
    if not source then
      return nil, err
    end
    return found, found.response
  end)
end

require "oai.interpret" ()

return events
