-- What is said in a Live session, as turns that people can read: whose turn it
-- is, and the whole text of it so far. It owns no connection and has no clock
-- but the one that it is asked by.

local error_value = require "oai.error"
local grouping = require "oai.transcript.grouping"
local lazy = require "oai.lazy"
local unknown = require "oai.unknown"
local value_type = require "oai.value_type"
local words = require "oai.transcript.words"

local engines = lazy "oai.engine"

---@class oai.TranscriptOptions  durations in seconds
---@field min_turn_separation? number  a speaker has paused so long before the other one's turn begins: 0.5
---@field assistant_silence? number    its turn ends after so long: 2
---@field backchannel_max_duration? number  what the assistant says within the user's turn is an acknowledgment only if
--- it is shorter: 1; 0 drops none
---@field backchannel_isolation? number  and if nothing of its own follows for so long: 2
---@field additional_acknowledgments? string[]  beside "mhm", "yeah", "okay", ...

local TYPES = {
  min_turn_separation = { "seconds" }, assistant_silence = { "seconds" }, backchannel_max_duration = { "seconds" },
  backchannel_isolation = { "seconds" }, additional_acknowledgments = { "table" },
}

local USUAL = {
  min_turn_separation = 0.5, assistant_silence = 2, backchannel_max_duration = 1, backchannel_isolation = 2,
}

---@class oai.LiveTranscript
---@field is_closed boolean  it takes no more events
---@field private _grouping oai.TranscriptGrouping
---@field private _held { fragment: oai.TranscriptFragment, at: number }[]  of one interval; who spoke is not known yet
---@field private _last_start? number
---@field private _source? number  the latest time of the session, which was told of at _at
---@field private _at number
---@field private _seen table<string, true>  ids of the last events
---@field private _seen_before table<string, true>
---@field private _seen_count integer
---@field private _queue oai.TranscriptUpdate[]  for who reads through it
---@field private _ended boolean
---@field private _err? oai.Error
---@field private __index any
---@field private __name string
local Transcript = { __name = "oai.LiveTranscript" }
Transcript.__index = Transcript

local SPEAKERS = { ["session.input_transcript.delta"] = "user", ["session.output_transcript.delta"] = "assistant" }

-- Milliseconds that the first fragment of another speaker waits for one of the
-- very interval.
local PATIENCE = 50

local LARGEST = 9007199254740991
local MOST_IDS = 4096

--- Milliseconds of a clock in seconds, in steps of 1/1024, of which sums are
--- exact: what is due by a time is due when that time is given back.
local function milliseconds(seconds)
  return math.floor(seconds * 1024000 + 0.5) / 1024
end

local function now_of(now, name)
  if now == nil then
    return milliseconds(engines.clock())
  elseif type(now) ~= "number" or now ~= now then
    error_value.misuse(("transcript:%s: expected a time in seconds, got %s"):format(name, tostring(now)))
  end
  return milliseconds(now)
end

local function is_time(value)
  return type(value) == "number" and value >= 0 and value <= LARGEST and value == math.floor(value)
end

local function is_whole(event)
  return type(event.event_id) == "string" and event.event_id ~= "" and type(event.delta) == "string"
    and is_time(event.start_ms) and is_time(event.end_ms) and event.end_ms >= event.start_ms
end

--- Whether an event has come before; notes that it has come.
local function is_repeated(self, id)
  if self._seen[id] or self._seen_before[id] then
    return true
  elseif self._seen_count >= MOST_IDS then
    self._seen_before, self._seen, self._seen_count = self._seen, {}, 0
  end
  self._seen[id], self._seen_count = true, self._seen_count + 1
  return false
end

--- The session's own time.
local function source_now(self, now)
  return self._source and self._source + math.max(0, now - self._at) or 0
end

--- Hands on what was held, of one interval. A session's time that goes back
--- begins anew.
local function commit(self, held)
  local fragments, first = {}, held[1].fragment
  local source, at = 0, held[1].at
  for i, one in ipairs(held) do
    fragments[i], source, at = one.fragment, math.max(source, one.fragment.end_ms), math.max(at, one.at)
  end
  if self._last_start and first.start_ms < self._last_start then
    grouping.close(self._grouping, source_now(self, at), "timestamp_reset")
    self._source = nil
  end
  self._last_start = first.start_ms
  self._source, self._at = math.max(self._source or 0, source), at
  grouping.add(self._grouping, fragments)
end

--- Takes what was held.
local function release(self)
  local held = self._held
  self._held = {}
  if held[1] then
    commit(self, held)
  end
end

local function have_both_spoken(held)
  for _, one in ipairs(held) do
    if one.fragment.speaker ~= held[1].fragment.speaker then
      return true
    end
  end
  return false
end

--- Takes a fragment, or holds it until it is known who spoke in its interval.
local function arrive(self, fragment, now)
  local held = self._held
  local first = held[1] and held[1].fragment
  local one = { fragment = fragment, at = now }
  if first and first.start_ms == fragment.start_ms and first.end_ms == fragment.end_ms then
    held[#held + 1] = one
    if have_both_spoken(held) then
      release(self)
    end
    return
  end
  release(self)
  local current = self._grouping.current
  if current and current.speaker == fragment.speaker then
    commit(self, { one })
  else
    self._held = { one }
  end
end

local function taken(self)
  local updates = self._grouping.updates
  self._grouping.updates = {}
  return updates
end

local function finish(self, reason, now)
  if not self.is_closed then
    self.is_closed = true
    release(self)
    grouping.close(self._grouping, source_now(self, now), reason)
    self._seen, self._seen_before = {}, {}
  end
  return taken(self)
end

--- Takes an event of a Live session, and gives the updates that it brings; an
--- empty list for events of all other types, and for one that was there before.
---@param event table  as the connection gave it
---@param now? number  seconds on a clock that only goes forward; the library's own where it is left out
---@return oai.TranscriptUpdate[]? updates  in order
---@return oai.Error? err  the event is one of a transcript, and is not whole; nothing has changed
function Transcript:push(event, now)
  if type(event) ~= "table" then
    error_value.misuse(("transcript:push: expected an event, got %s"):format(type(event)))
  elseif self.is_closed then
    error_value.misuse "transcript:push: the transcript is closed"
  end
  local speaker, at = SPEAKERS[event.type], now_of(now, "push")
  if event.type == "session.closed" then
    return finish(self, "session_closed", at)
  elseif not speaker then
    return {}
  elseif not is_whole(event) then
    return nil, error_value.new { kind = "decode", operation = "live_transcript", message =
      "an event of a transcript has no id, no text or no times from start to end" }
  elseif not is_repeated(self, event.event_id) and event.delta ~= "" then
    arrive(self, { speaker = speaker, text = event.delta, start_ms = event.start_ms, end_ms = event.end_ms }, at)
  end
  return taken(self)
end

--- Does what is due, and gives the updates that it brings.
---@param now? number  as for `push`
---@return oai.TranscriptUpdate[] updates
function Transcript:tick(now)
  local due = self:due()
  now = now_of(now, "tick")
  if due and now >= milliseconds(due) then
    release(self)
    grouping.advance(self._grouping, source_now(self, now))
  end
  return taken(self)
end

--- When `tick` has something to do, on the clock of `push`; nil: when something
--- was pushed.
---@return number? seconds
function Transcript:due()
  if self.is_closed then
    return nil
  elseif self._held[1] then
    return (self._held[1].at + PATIENCE) / 1000
  end
  local due = grouping.due(self._grouping)
  return due and (self._at + due - self._source) / 1000 or nil
end

--- Ends all turns. The connection is none of its business.
---@param now? number  as for `push`
---@return oai.TranscriptUpdate[] updates
function Transcript:close(now)
  return finish(self, "manual", now_of(now, "close"))
end

local function keep(self, updates)
  for _, update in ipairs(updates or {}) do
    self._queue[#self._queue + 1] = update
  end
end

--- How long a connection may be waited for.
local function patience(self, limit)
  local due, now = self:due(), engines.clock()
  local wait = math.min(due and due - now or math.huge, limit - now)
  return wait < math.huge and math.max(0, wait) or nil
end

--- Notes what a connection gave: an event, or why there is none.
local function note(self, connection, event, err)
  if event and not self.is_closed then
    keep(self, self:push(event))
  elseif not event and (err == nil or connection.status == "closed") then
    keep(self, self:close())
    self._ended, self._err = true, err
  end
end

--- The next event of a connection, or update of the transcript, which stands
--- behind the event that has brought it. At the end of the connection the last
--- updates come first.
---@param connection oai.Connection  of a Live session
---@param seconds? number  as `connection:next` takes them
---@return table? event    or update
---@return oai.Error? err  as `connection:next` gives them
function Transcript:next(connection, seconds)
  local limit = seconds and engines.clock() + seconds or math.huge
  while not (self._queue[1] or self._ended) do
    local event, err = connection:next(patience(self, limit))
    note(self, connection, event, err)
    if event then
      return event
    elseif not self._ended and (err.reason ~= "next" or engines.clock() >= limit) then
      return nil, err
    end
    keep(self, self:tick())
  end
  if self._queue[1] then
    return table.remove(self._queue, 1)
  end
  return nil, self._err
end

--- Iterates over the events of a connection and the updates. Raises where the
--- connection breaks, as its own iterator does.
---@param connection oai.Connection  of a Live session
---@return fun(): table?
function Transcript:events(connection)
  return function()
    return error_value.or_raise(self:next(connection))
  end
end

unknown.refuse(Transcript, "a transcript", {}, "transcript")

--- The durations among the options, in milliseconds.
local function times_of(options)
  local times = {} ---@type any
  for name, usual in pairs(USUAL) do
    times[name] = milliseconds(options[name] or usual)
  end
  return times
end

--- The phrases among the options. Raises where one is no text.
local function phrases_of(options)
  local list = options.additional_acknowledgments or {}
  for i, phrase in ipairs(list) do
    if type(phrase) ~= "string" then
      error_value.misuse(("oai.live_transcript: option 'additional_acknowledgments': entry %d is no text"):format(i))
    end
  end
  return list
end

--- What is said in a Live session, as turns that people can read.
---@param options? oai.TranscriptOptions  else the defaults
---@return oai.LiveTranscript
local function new(options)
  options = options or {}
  if type(options) ~= "table" then
    error_value.misuse(("oai.live_transcript: expected a table of options, got %s"):format(type(options)))
  end
  value_type.check("oai.live_transcript", "option", options --[[@as table]], TYPES)
  ---@type any
  local self = {
    is_closed = false, _held = {}, _last_start = nil, _source = nil, _at = 0, _seen = {}, _seen_before = {},
    _seen_count = 0, _queue = {}, _ended = false, _err = nil,
    _grouping = grouping.new(times_of(options), words.acknowledgments(phrases_of(options))),
  }
  return setmetatable(self, Transcript)
end

require "oai.interpret" ()

return new
