-- A run: a model that calls functions until it answers. It goes on while it is
-- read, by `next` or what calls it; what it waits for goes on beside.

local beside = require "oai.run.beside"
local ending = require "oai.run.ending"
local error_value = require "oai.error"
local found = require "oai.run.found"
local pause = require "oai.run.pause"
local state = require "oai.run.state"
local turn = require "oai.run.turn"
local turns = require "oai.run.turns"
local unknown = require "oai.unknown"

---@class oai.ToolRun
---@field status "open"|"completed"|"max_turns"|"stopped"|"paused"|"cancelled"|"failed"  how it stands, and how it ended
---@field err? oai.Error    what it has failed with
---@field reply? table      the last response, or completion
---@field response? oai.Response  the facts of that
---@field output_text string  the text of the last reply, without comments
---@field output_parsed any  the answer as a value of `text_format` or `response_format`, where that is a schema
---@field items table[]     of responses: all that was said, to go on from
---@field messages table[]  of chat completions: the same
---@field usage table       tokens, summed
---@field turns integer     how many replies were asked for
---@field attempted string[]  the ids of the calls that were started
---@field completed string[]  of those that have an output
---@field pending oai.PendingCall[]  what it pauses for
---@field errors oai.Error[]  of calls, whether the model was told or not
---@field private _api table         what stands in requests and replies: run/responses.lua, run/chat.lua
---@field private _resource table    whose `create` is called
---@field private _client oai.Client
---@field private _own oai.RunOptions
---@field private _tools oai.Tools
---@field private _options? table    of each request
---@field private _link? oai.RunLink  the socket over which it asks
---@field private _params table      of its requests
---@field private _definitions table[]  of the tools
---@field private _format? oai.ParseFormat  of the answer
---@field private _has_effects boolean  its requests are not sent twice by the transport
---@field private _asked table<string, true>  the calls about which the program was asked
---@field private _refusal? string   what the last reply said instead of an answer
---@field private _where? string     the program's line
---@field private _state table       what a run goes on from
---@field private _phase string      what is done next (turns.lua)
---@field private _busy boolean      somebody reads it
---@field private _queue table<integer, table>  events to be read, from `_first` to `_last`
---@field private _first integer
---@field private _last integer
---@field private _tasks table<oai.Task, true>  what goes on beside
---@field private _active table[]    functions that run
---@field private _ready table<string, table>  the calls of the turn, by their ids
---@field private _scheduler? oai.Scheduler
---@field private _news? table       by which its reader is woken
---@field private _asking? oai.Task|false  the request under way
---@field private _turn? oai.RunTurn  the last
---@field private _undo fun(state: table)|false  takes back what was noted of an effect that is about to be
---@field private _is_turn_open? boolean  its end is still to be told
---@field private __close any
---@field private __name string
---@field private _is_stream boolean
---@field private _piece any
---@field private _whole any
local Run = { __name = "oai.ToolRun", _is_stream = true }

local run = {}

local function history_named(name)
  return function(self)
    return self._api.history == name and self._state.items or nil
  end
end

local COMPUTED = {
  output_text = function(self)
    return self._state.text
  end,
  items = history_named "items",
  messages = history_named "messages",
  usage = function(self)
    return self._state.usage
  end,
  turns = function(self)
    return self._state.turn
  end,
  attempted = function(self)
    return self._state.attempted
  end,
  completed = function(self)
    return self._state.completed
  end,
}

---@private
function Run.__index(self, key)
  local compute = COMPUTED[key]
  if compute then
    return compute(self)
  end
  return Run[key]
end

local FIELDS = { status = true, err = true, reply = true, response = true, errors = true, pending = true,
  output_parsed = true }
for name in pairs(COMPUTED) do
  FIELDS[name] = true
end
--- Puts an event behind those that wait to be read.
---@private
function Run:_push(event)
  self._queue[self._last + 1] = event
  self._last = self._last + 1
end

--- Whether an event waits to be read.
---@private
function Run:_has_event()
  return self._first <= self._last
end

local function pop(self)
  local event = self._queue[self._first]
  self._queue[self._first] = nil
  self._first = self._first + 1
  return event
end

local function begin_step(self)
  if self._busy then
    error_value.misuse(("%s: the run is read elsewhere"):format(self._api.operation))
  end
  local ready, err = beside.open(self)
  if not ready then
    ending.fail(self, err --[[@as oai.Error]])
  end
end

--- The next event of the run; nil at its end or where it pauses, `nil, err`
--- when it has failed.
---@return oai.RunEvent? event
---@return oai.Error? err
function Run:next()
  while not self:_has_event() and self.status == "open" do
    begin_step(self)
    self._busy = true
    if self.status == "open" then
      turns.step(self)
    end
    self._busy = false
  end
  if self._link then
    ending.leave(self)
  end
  if self:_has_event() then
    return pop(self)
  end
  return nil, self.err
end

---@return fun(): any
---@return nil
---@return nil
---@return oai.ToolRun
local function iterate(self, pick)
  local function picked()
    while true do
      local event = error_value.or_raise(self:next())
      if event == nil then
        return nil
      end
      local value = pick(event)
      if value ~= nil then
        return value
      end
    end
  end
  return picked, nil, nil, self -- Lua 5.4 closes the run after the loop
end

--- Iterates over the events as they happen. Raises the error of a run that
--- fails.
---@return fun(): oai.RunEvent?
---@return nil
---@return nil
---@return oai.ToolRun closing
function Run:events()
  return iterate(self, function(event)
    return event
  end)
end

local function text_in(event)
  return event.type == "text" and event.text or nil
end

--- Iterates over the pieces of text, comments left out. Raises as `events`
--- does.
---@return fun(): string?
---@return nil
---@return nil
---@return oai.ToolRun closing
function Run:text()
  return iterate(self, text_in)
end

--- Goes on to the end, or to where it pauses; `status` says which.
---@return oai.ToolRun? run  itself
---@return oai.Error? err
function Run:final()
  repeat
    local event = self:next()
  until event == nil
  if self.err then
    return nil, self.err
  end
  return self
end

--- Ends it: what it waits for is stopped at once. Harmless when it is over.
function Run:cancel()
  if self.status == "open" or self.status == "paused" then
    self._queue, self._first, self._last = {}, 1, 0
    ending.fail(self, ending.error(self, "cancelled", nil, "the run was cancelled"))
  end
end

--- Ends it where it goes on, as leaving a loop over its events does in Lua
--- 5.4; one that is paused stays so.
function Run:close()
  if self.status == "open" then
    self:cancel()
  end
end

Run.__close = Run.close

--- For the task that reads a run for somebody else: what it comes to, and the
--- text in an event.
Run._whole = Run.final

Run._piece = function(_, event)
  return text_in(event)
end

--- Says something to the model before the next turn.
---@param text string  words of the user's
function Run:say(text)
  turn.say(self, text)
end

--- Approves a call that the run pauses for, or does not.
---@param id string  of the call
---@param yes boolean  false: the model is told that it was not
---@param reason? string  for the model
function Run:approve(id, yes, reason)
  pause.approve(self, id, yes, reason)
end

--- Gives the output of a call that the run pauses for.
---@param id string  of the call
---@param value any  as a function would return it
function Run:supply(id, value)
  pause.supply(self, id, value)
end

--- Has what an earlier process left open done once more.
---@param id string  of the call
function Run:again(id)
  pause.again(self, id)
end

--- All that the run is, as JSON, for the option `resume` of another one, in
--- this process or another.
---@return string
function Run:state()
  return state.write(self)
end

---@private
function Run.__tostring(self)
  return ("oai.ToolRun %s (%s, turn %d)"):format(self._api.operation, self.status, self._state.turn)
end

--- Makes a run of its parts; nothing is sent before it is read.
---@param parts table   those that `oai.ToolRun` lists from `_api` to `_has_effects`
---@param items table[]  what it begins with, or what is said to one that goes on
---@return oai.ToolRun
function run.new(parts, items)
  local self = parts
  self.status, self.errors, self.pending = "open", {}, {}
  self._where, self._phase, self._busy = error_value.caller(), "ask", false
  self._queue, self._first, self._last = {}, 1, 0
  self._tasks, self._active, self._ready, self._asked, self._undo = {}, {}, {}, {}, false
  setmetatable(self, Run)
  if self._own.resume then
    self._state = state.read(self._api, self._own.resume, items)
    found.again(self)
    turns.resume(self)
  else
    self._state = state.new(self._api, items)
    found.again(self)
  end
  return self
end

unknown.refuse(Run, "a run", FIELDS)

require "oai.interpret" ()

return run
