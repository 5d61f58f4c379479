-- A run of batches as programs see it: waited for, round by round, its results
-- read, cancelled, removed. What it is, its state says; it waits on the client's
-- loop, and nowhere else.

local engines = require "oai.engine"
local error_value = require "oai.error"
local pause = require "oai.task.pause"
local results = require "oai.batch.results"
local rounds = require "oai.batch.rounds"
local state = require "oai.batch.state"
local steps = require "oai.batch.steps"

local run = {}

---@class oai.BatchProgress
---@field stage? oai.BatchStage|"waiting"  what has just been recorded
---@field part? integer        of which part
---@field parts integer        how many there are
---@field ended integer        how many of their batches are at their end
---@field total integer        requests
---@field completed integer    requests that the service has answered
---@field failed integer  requests that have failed
---@field elapsed number       seconds in this process
---@field batch_ids string[]   those that are known
---@field err? oai.Error       why the service could not be asked this time

---@class oai.BatchRun
---@field private client oai.Client  not for programs
---@field private options table      not for programs
---@field path string          of the state file
---@field private state oai.BatchState  not for programs
---@field package started number  on the engines' clock
---@field private holder? thread|string  not for programs: who takes it through a round
---@field private interval number  not for programs: seconds between the last look and the next
---@field private look_at number  not for programs: when that is
---@field private reader? function
---@field private is_removed? boolean
---@field private was_reached? boolean
---@field private unreachable_since? number
---@field private __index any
---@field private __name string
---@overload fun(): oai.BatchResult?
local Run = { __name = "oai.BatchRun" }
Run.__index = Run

---@private
function Run.__tostring(self)
  return "oai.BatchRun " .. self.state.key
end

--- The batches of the run that are known by now.
---@return string[]
function Run:batch_ids()
  local ids = {}
  for _, part in ipairs(self.state.parts) do
    ids[#ids + 1] = part.batch_id
  end
  return ids
end

local ENDED = { ended = true, downloaded = true }

--- Where the run is.
---@return oai.BatchProgress
function Run:status()
  local progress = {
    parts = #self.state.parts, ended = 0, total = 0, completed = 0, failed = 0,
    elapsed = engines.clock() - self.started, batch_ids = self:batch_ids(),
  }
  for _, part in ipairs(self.state.parts) do
    local counts = part.counts or {}
    progress.ended = progress.ended + (ENDED[part.stage] and 1 or 0)
    progress.total = progress.total + (part.requests or counts.total or 0)
    progress.completed = progress.completed + (counts.completed or 0)
    progress.failed = progress.failed + (counts.failed or 0)
  end
  return progress
end

--- Tells the program where the run is. Not for programs.
---@private
function Run:_tell(stage, part, err)
  if self.options.progress then
    local progress = self:status()
    progress.stage, progress.part, progress.err = stage, part and part.number, err
    self.options.progress(progress)
  end
end

--- Notes that the service has answered. Not for programs.
---@private
function Run:_reached()
  self.was_reached, self.unreachable_since = true, nil
end

--- Notes what the service says of a batch. Not for programs.
---@private
function Run:_note(part, found)
  self:_reached()
  part.counts = found.request_counts
end

--- Records what has become of a part. Not for programs.
---@return boolean? done
---@return oai.Error? err
---@private
function Run:_record(part, changes)
  for name, value in pairs(changes) do
    part[name] = value
  end
  local saved, err = state.save(self.path, self.state)
  if not saved then
    return nil, err
  end
  self:_tell(part.stage, part)
  return true
end

--- Sleeps on the client's loop. Not for programs.
---@return boolean? slept
---@return oai.Error? err
---@private
function Run:_sleep(seconds)
  local slept, err = pause(self.client, seconds)
  if not slept then
    err.operation = "batches.run"
  end
  return slept, err
end

local function is_downloaded(self)
  for _, part in ipairs(self.state.parts) do
    if part.stage ~= "downloaded" then
      return false
    end
  end
  return true
end

local function check_kept(self, method)
  if self.is_removed then
    error_value.misuse(("batch run:%s: its files have been removed"):format(method))
  end
end

--- Does all that is to be done until the results are on the disk. Where it
--- fails, it may be called again; so it may when the time was too short.
---@param seconds? number  how long at most; 0: one look; else until it is done
---@return oai.BatchRun? run  itself
---@return oai.Error? err
function Run:wait(seconds)
  check_kept(self, "wait")
  local deadline = seconds and engines.clock() + seconds or math.huge
  while not is_downloaded(self) do
    local done, err = rounds.make(self, deadline)
    if not done then
      return nil, err
    end
  end
  return self
end

--- A part that has been downloaded and not been read.
local function next_part(self, read)
  for _, part in ipairs(self.state.parts) do
    if part.stage == "downloaded" and not read[part] then
      return part
    end
  end
  return nil
end

--- Opens the results of the next part, if it is there, else makes a round.
--- False when there is no part left.
local function open_next(self, reading)
  local part = next_part(self, reading.parts)
  if not part then
    if is_downloaded(self) then
      return false
    end
    return rounds.make(self, math.huge)
  end
  local reader, err = results.open(self.path, part, self.client._settings.logger)
  if not reader then
    return nil, err
  end
  reading.current, reading.parts[part] = reader, true
  return true
end

--- What gives the results from the first on, to several tasks if need be; at
--- the end it removes files that nobody gave a name.
local function reader_of(self)
  local reading = { parts = {} }
  return function()
    local going, err = true, nil ---@type boolean?, any
    while going and not reading.is_over do
      local result = reading.current and reading.current:next()
      if result then
        return result
      end
      reading.current = nil
      going, err = open_next(self, reading)
    end
    if going == nil then
      return nil, err
    end
    reading.is_over = true
    if not self.options.state then
      self:remove()
    end
    return nil
  end
end

--- The next result, as soon as its batch is at its end; nil after the last,
--- `nil, err` when something fails: then it may be called again.
---@return oai.BatchResult? result
---@return oai.Error? err
function Run:next()
  if not self.reader then
    check_kept(self, "next")
    self.reader = reader_of(self)
  end
  return self.reader()
end

--- The next result in a `for` loop, which an error leaves by being raised.
---@private
function Run.__call(self)
  return error_value.or_raise(self:next())
end

--- Iterates over all results, each time from the first on. Raises what fails.
---@return fun(): oai.BatchResult?
function Run:results()
  check_kept(self, "results")
  local reader = reader_of(self)
  return function()
    return error_value.or_raise(reader())
  end
end

--- Has the service cancel all batches of the run that are not at their end.
--- The results are then what there is, and errors for the rest. While another
--- task waits for the run, that one sees to the batches being made.
---@return boolean? done
---@return oai.Error? err
function Run:cancel()
  self.state.is_cancelled = true
  local done, err = state.save(self.path, self.state)
  for _, part in ipairs(self.state.parts) do
    if done and (part.stage == "created" or not rounds.is_held(self)) then
      done, err = steps.cancel(self, part)
    end
  end
  self.look_at, self.interval = 0, self.options.interval
  return done, err
end

--- Removes the files of the run from the disk: inputs, results and, last, the state. The
--- service keeps what it has.
function Run:remove()
  for _, part in ipairs(self.state.parts) do
    for _, what in ipairs { "input", "output", "errors" } do
      os.remove(state.file(self.path, part, what))
    end
  end
  os.remove(self.path .. ".part")
  os.remove(self.path)
  self.is_removed = true
end

--- A run that goes on from a state.
---@param client oai.Client
---@param options table       complete
---@param path string         of the state file
---@param recorded oai.BatchState
---@return oai.BatchRun
function run.new(client, options, path, recorded)
  local self = { client = client, options = options, path = path, state = recorded }
  self.started, self.look_at, self.interval = engines.clock(), 0, options.interval
  local made = setmetatable(self, Run --[[@as table]]) --[[@as oai.BatchRun]]
  return made
end

require "oai.interpret" ()

return run
