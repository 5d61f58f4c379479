-- Waiting until something of the API's is done, by looking again and again:
-- one engine for all kinds of objects, whose statuses are in kinds.lua. It
-- knows an object by its `refresh` and its `status` alone.

local engines = require "oai.engine"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local kinds = require "oai.poll.kinds"
local options_list = require "oai.options"
local pause = require "oai.task.pause"

local poll = {}

local FIRST, GROWTH, LONGEST = 0.5, 1.5, 8 -- seconds until the second look, then longer and longer
local SHORTEST, LONGEST_ASKED = 0.1, 60    -- seconds: what a server may ask for
local PATIENCE = 120                       -- seconds for which looks may fail

local HEADER = "openai-poll-after-ms"

local OPTIONS = { timeout = { "duration" }, interval = { "duration" } }

---@class oai.WaitOptions : oai.CallOptions
---@field timeout? number   seconds until the wait is given up; else it goes on
---@field interval? number  seconds between looks; else as the server asks, or longer and longer

---@class oai.Polling  one wait
---@field object table
---@field name string       of the operation, for errors
---@field client oai.Client
---@field row oai.PollKind
---@field own table         its own options
---@field rest table        those of each look
---@field deadline number   on the engines' clock
---@field next number       seconds until the next look, where nobody says it
---@field failing_since? number

--- The seconds that a reply asks to wait, or nil.
local function asked(headers)
  local milliseconds = headers and tonumber(headers[HEADER])
  return milliseconds and math.max(SHORTEST, math.min(milliseconds / 1000, LONGEST_ASKED))
end

--- Seconds until the next look.
local function interval(self, facts)
  local given = self.own.interval or asked(facts.headers)
  if not given then
    given = self.next
    self.next = math.min(given * GROWTH, self.row.longest or LONGEST)
  end
  return math.max(given, facts.retry_after or 0)
end

local function fail(self, fields)
  fields.operation, fields.partial = self.name, self.object
  return nil, error_value.new(fields)
end

local function timed_out(self)
  return fail(self, { kind = "timeout", message = ("it was still '%s' after the timeout of %g s"):format(
    tostring(self.object.status), self.own.timeout) })
end

--- The error of an object that has failed.
local function failed(self, status)
  local said = type(self.object.error) == "table" and self.object.error or {}
  local message = type(said.message) == "string" and ": " .. said.message or ""
  return fail(self, { kind = "failed", reason = status, message = ("it ended as '%s'%s"):format(status, message),
    code = type(said.code) == "string" and said.code or nil })
end

--- Whether an object in this status is still waited for.
---@param row oai.PollKind
---@param status any
---@return boolean
function poll.goes_on(row, status)
  if type(status) ~= "string" or row.failed[status] then
    return false
  elseif row.goes_on then
    return row.goes_on[status] == true
  end
  return not row.ends[status]
end

local PASSING = { connection = true, limit = true, timeout = true, server = true, rate_limit = true }

--- Whether a look that failed may be followed by another.
local function is_survived(self, err)
  local now = engines.clock()
  self.failing_since = self.failing_since or now
  return PASSING[err.kind] == true and now - self.failing_since <= PATIENCE
end

--- The options of a look, which may not last longer than the wait.
local function of_look(self)
  if self.deadline == math.huge then
    return self.rest
  end
  local left = math.max(0.001, self.deadline - engines.clock())
  return options_list.merge(self.rest, { total_timeout = math.min(left, self.rest.total_timeout or left) })
end

--- Looks at the object. The facts of the reply, or the error that is borne;
--- nil and the error that ends the wait.
local function look(self)
  local object, facts = self.object:refresh(of_look(self))
  if object then
    self.failing_since = nil
  elseif not is_survived(self, facts) then
    facts.partial = self.object
    return nil, facts
  end
  return facts, nil, object ~= nil
end

--- Sleeps until the next look, or until the deadline, which ends the wait.
local function rest(self, facts)
  local seconds, left = interval(self, facts), self.deadline - engines.clock()
  local slept, err = pause(self.client, math.max(0, math.min(seconds, left)))
  if not slept then
    err.operation, err.partial = self.name, self.object
    return nil, err
  elseif seconds >= left then
    return timed_out(self)
  end
  return true
end

--- Looks until the object is no longer what is waited for.
local function run(self)
  while true do
    local facts, err, is_fresh = look(self)
    if not facts then
      return nil, err
    end
    local status = self.object.status
    if is_fresh and self.row.failed[status] then
      return failed(self, status)
    elseif is_fresh and not poll.goes_on(self.row, status) then
      return self.object, facts
    end
    local rested
    rested, err = rest(self, facts)
    if not rested then
      return nil, err
    end
  end
end

--- Waits until an object of a kind has ended, whose fields are then the new
--- ones. One that has failed is an error, whose `reason` is its status.
---@param kind string   a row of kinds.lua
---@param object table  that has `refresh`
---@param bound table   the resource that it belongs to
---@param options? oai.WaitOptions
---@return table? object  the same
---@return oai.Response|oai.Error
function poll.wait(kind, object, bound, options)
  local name, row = bound._name .. ".wait", kinds[kind]
  local own, rest_of_them, flow = extra.split(name, OPTIONS, options)
  return extra.run(bound._client, flow, function()
    return run { object = object, name = name, client = bound._client, row = row, own = own, rest = rest_of_them,
      deadline = engines.clock() + (own.timeout or math.huge), next = row.first or FIRST }
  end)
end

require "oai.interpret" ()

return poll
