-- Who reads a connection for all its lanes: one at a time; the others are told
-- when that one has read something.

local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local reading = require "oai.socket.reading"
local running = require "oai.task.running"
local waiting = require "oai.socket.waiting"

local pump = {}

local function here()
  return coroutine.running() or true
end

--- Whether somebody else reads, who can go on doing so: what a reader raises is
--- told to nobody.
local function has_reader(self)
  local reader = self.reader
  if reader == nil or reader == here() then
    return false
  end
  return reader == true or coroutine.status(reader --[[@as thread]]) ~= "dead"
end

--- Reads one event of whatever lane, unless somebody who reads the connection
--- itself has brought the lane one.
local function read(self, connection, limit, lane)
  local function is_settled()
    return lane.err or lane:waiting() > 0
  end
  local seconds = limit < math.huge and math.max(0, limit - engines.clock()) or nil
  self.reader = here()
  local event, err = reading.next(connection, seconds, is_settled)
  self.reader = nil
  ending.tell(connection)
  if event == nil and (err or not lane.err and lane:waiting() == 0) then
    return false, err or ending.error(connection, { kind = "closed",
      message = "the connection was closed before the response had ended" })
  end
  return true
end

--- Waits until something was read: by the caller, or by who reads already.
--- False and an error: nothing more will come, or not in time.
---@param self oai.Lanes
---@param connection oai.Connection
---@param limit number  on the engines' clock
---@param lane oai.Lane  the caller's
---@return boolean
---@return oai.Error? err
function pump.read(self, connection, limit, lane)
  if not has_reader(self) then
    return read(self, connection, limit, lane)
  end
  local in_time, reason = waiting.until_told(connection, limit)
  if reason then
    return false, running.error_of(reason)
  elseif not in_time and engines.clock() >= limit then
    return false, ending.error(connection, { kind = "timeout", reason = "next", message = "no event came in time" })
  end
  return true
end

return pump
