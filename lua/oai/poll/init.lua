-- Waiting until something of the API's is done, by looking again and again:
-- one engine for all kinds of objects, whose statuses are in kinds.lua. It
-- knows an object by its `refresh` and its `status` alone.

local arguments = require "oai.poll.arguments"
local changes = require "oai.poll.changes"
local ending = require "oai.poll.ending"
local engines = require "oai.engine"
local error_value = require "oai.error"
local events = require "oai.poll.events"
local extra = require "oai.call.extra"
local kinds = require "oai.poll.kinds"
local options_list = require "oai.options"
local pace = require "oai.poll.pace"
local path = require "oai.codec.path"
local pause = require "oai.task.pause"
local retry = require "oai.call.retry"

local poll = {}

local OPTIONS = {
  timeout = { "seconds" }, interval = { "seconds" }, patience = { "seconds" }, on_progress = { "function" },
}
local WITH_EVENTS = options_list.merge(OPTIONS, { on_event = { "function" } })

---@class oai.WaitOptions : oai.OpenCallOptions
---@field timeout? number   seconds for all of it, after which the wait is given up; else it goes on
---@field interval? number  seconds between looks; else as the server asks, or longer and longer
---@field patience? number  seconds for which looks may fail
--- After each look that has found something new: the names of the fields that are another.
---@field on_progress? fun(object: table, facts: oai.Response, changed: string[])

--- Options of the methods that have names of the API's own libraries.
---@class oai.PollOptions : oai.WaitOptions
---@field poll_interval_ms? number  `interval` in milliseconds
---@field max_wait_seconds? number  `timeout`
---@field poll_interval? number     `interval`

---@class oai.FilesPollOptions : oai.PollOptions
---@field max_concurrency? integer  files that are sent at once; by default five

---@class oai.Polling  one wait
---@field object table      that is looked at
---@field result? table     what is given in its place
---@field name string       of the operation, for errors
---@field client oai.Client
---@field row oai.PollKind
---@field own table         its own options
---@field rest table        those of each call
---@field header table      that of each look
---@field deadline number   on the engines' clock
---@field pace oai.PollPace
---@field before table      the fields at the last look
---@field events? oai.PollEvents
---@field is_known? boolean   it has been seen, so a reply that is none is the server's fault
---@field failing_since? number
---@field failure? oai.Error  of the last look, if that has failed

--- What an object's status means for who waits for it; nil: it says none, which
--- of some kinds is as good as done.
---@param row oai.PollKind
---@param status any
---@return oai.WaitOutcome?
function poll.outcome(row, status)
  if type(status) ~= "string" then
    return row.without
  end
  return row.outcomes[status] or row.new or "goes_on"
end

--- Whether the error of a look may pass: that of a reply which cannot be read
--- too, where others could.
local function may_pass(self, err)
  return retry.may_pass(err) or err.kind == "decode" and self.is_known == true
end

--- Whether a look that failed may be followed by another, also when the server
--- will have waited as long as it asks.
local function is_survived(self, err)
  local now = engines.clock()
  self.failing_since = self.failing_since or now
  local patience = self.own.patience or self.row.patience
  return patience > 0 and may_pass(self, err) and now + (err.retry_after or 0) - self.failing_since <= patience
end

--- The options of a call, which may not last longer than the wait.
---@param self oai.Polling
---@param more? table
---@return table
function poll.options(self, more)
  local options = options_list.merge(self.rest, more or {})
  if self.deadline < math.huge then
    local left = math.max(0.001, self.deadline - engines.clock())
    options.total_timeout = math.min(left, options.total_timeout or left)
  end
  return options
end

--- Renews the object, and asks for its events where the program wants them.
--- The facts of the reply, or nil and the error; and the events.
local function ask(self)
  local options = poll.options(self, { headers = self.header })
  local object, facts = self.object:refresh(options)
  if not object or not self.events then
    return object and facts, facts
  end
  local fresh, err = events.fetch(self.events, options)
  return fresh and facts, err, fresh
end

--- Tells the program what is new.
local function tell(self, facts, fresh)
  if fresh then
    events.give(self.events --[[@as oai.PollEvents]], fresh, self.own.on_event)
  end
  if self.own.on_progress then
    local changed = changes.names(self.before, self.object)
    self.before = changes.fields(self.object)
    if changed[1] then
      self.own.on_progress(self.result or self.object, facts, changed)
    end
  end
end

--- Looks at the object. The facts of the reply, or the error that is borne;
--- nil and the error that ends the wait. And whether it was seen.
local function look(self)
  local facts, err, fresh = ask(self)
  self.failure = not facts and err or nil
  if facts then
    self.failing_since, self.is_known = nil, true
    tell(self, facts, fresh)
    return facts, nil, true
  elseif is_survived(self, err) then
    return err, nil, false
  end
  err.partial = self.result or self.object
  return nil, err
end

--- What a wait returns whose object is no longer under way; without an outcome,
--- nobody knows whether it is.
local function conclude(self, facts, outcome)
  if not outcome then
    return ending.unclear(self)
  elseif outcome == "failed" then
    return ending.failed(self, self.object.status)
  end
  return self.result or self.object, facts, outcome
end

--- How a wait ends whose time is up: as its object has said by then, if that
--- was its end.
local function time_is_up(self)
  local outcome = self.is_known and poll.outcome(self.row, rawget(self.object, "status"))
  if outcome and outcome ~= "goes_on" then
    return conclude(self, nil, outcome)
  end
  return ending.timed_out(self)
end

--- Sleeps until the next look, or until the deadline, which ends the wait: that
--- is false. Nil and the error where it is cancelled.
local function rest(self, facts)
  local seconds, left = pace.seconds(self.pace, facts), self.deadline - engines.clock()
  local slept, err = pause(self.client, math.max(0, math.min(seconds, left)))
  if not slept then
    err.operation, err.partial = self.name, self.result or self.object
    return nil, err
  end
  return seconds < left
end

--- Looks until the object is no longer under way.
---@param self oai.Polling  whose object is known
---@return table? object
---@return any facts  of the last reply, or the error
---@return oai.WaitOutcome? outcome  "done" or "needs_action"
function poll.run(self)
  local rested = self.deadline > engines.clock()
  while rested do
    local facts, err, is_seen = look(self)
    if not facts then
      return nil, err
    end
    local outcome = "goes_on" ---@type oai.WaitOutcome?
    if is_seen then
      outcome = poll.outcome(self.row, rawget(self.object, "status"))
    end
    if outcome ~= "goes_on" then
      return conclude(self, facts, outcome)
    end
    rested, err = rest(self, facts)
    if rested == nil then
      return nil, err
    end
  end
  return time_is_up(self)
end

--- The header in which each look says that it is one, as the API's own libraries
--- do. The program's header wins.
local function header_of(own, of_each_call)
  local header = { ["X-Stainless-Poll-Helper"] = "true" }
  if own.interval and own.interval < math.huge then
    header["X-Stainless-Custom-Poll-Interval"] = ("%.0f"):format(own.interval * 1000)
  end
  return options_list.merge(header, of_each_call.headers)
end

--- A wait, before its object is known: its time begins here.
---@param bound table     the resource that it belongs to
---@param method string   that was called
---@param kind string     a row of kinds.lua
---@param options? table
---@param more? table<string, string[]>  options of that method
---@return oai.Polling
---@return table flow     for extra.run
function poll.new(bound, method, kind, options, more)
  local name, row = bound._name .. "." .. method, kinds[kind]
  if not row.events and type(options) == "table" and options.on_event ~= nil then
    error_value.misuse(name .. ": option 'on_event' cannot be given here: there are no events")
  end
  local types = options_list.merge(row.events and WITH_EVENTS or OPTIONS, more)
  arguments.refuse_old(name, types, options)
  local own, of_each_call, flow = extra.split(name, types, options)
  local self = {
    name = name, client = bound._client, row = row, own = own, rest = of_each_call,
    pace = pace.new(own.interval, row.first, row.longest),
    deadline = engines.clock() + (own.timeout or math.huge),
  }
  self.header = header_of(own, self.rest)
  return self --[[@as oai.Polling]], flow
end

--- Says what a wait is for.
---@param self oai.Polling
---@param object table  that has `refresh`
---@return oai.Polling self
function poll.of(self, object)
  self.object, self.before = object, changes.fields(object)
  self.is_known = rawget(object, "status") ~= nil
  if self.own.on_event then
    self.events = events.new(function(...)
      return object[self.row.events](object, ...)
    end)
  end
  return self
end

--- Waits until an object has ended, whose fields are then the new ones. One
--- that has failed is an error, whose `reason` is its status.
---@param object table  that has `refresh`
---@param bound table   the resource that it belongs to
---@param options? oai.WaitOptions
---@param ... any  nothing
---@return table? object  the same
---@return oai.Response|oai.Error
---@return oai.WaitOutcome? outcome  "done" or "needs_action"
function poll.wait(object, bound, options, ...)
  arguments.check_last(bound._name .. ".wait", "the options come first", ...)
  local self, flow = poll.new(bound, "wait", bound._definition.object, options)
  return extra.run(self.client, flow, function()
    local id = rawget(object, "id")
    if id ~= nil and path.refusal(id) then -- a server has said it
      return nil, error_value.new { kind = "decode", operation = self.name, partial = object,
        message = "the object has no id to look at it again" }
    end
    return poll.run(poll.of(self, object))
  end)
end

require "oai.interpret" ()

return poll
