-- Several responses at once over one socket of Responses, told apart by the
-- `stream_id` of their events: each has a lane, which is read as a stream is.
-- Who reads one brings the events of all others too; those wait in their lanes,
-- up to limits.

local closing = require "oai.socket.closing"
local counted = require "oai.counted"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local lane = require "oai.lanes.lane"
local set = require "oai.set"
local value_type = require "oai.value_type"

local lanes = {}

local MIB = 1024 * 1024

-- Limits where none are given: events that wait to be read, and their bytes.
local USUAL = {
  max_lanes = 64, max_events_per_lane = 4096, max_events = 65536, max_bytes_per_lane = 16 * MIB, max_bytes = 64 * MIB,
  isolate_lane_overflow = false,
}

local TYPES = {
  max_lanes = { "count" }, max_events_per_lane = { "count" }, max_events = { "count" },
  max_bytes_per_lane = { "count" }, max_bytes = { "count" }, max_response_bytes = { "count" },
  isolate_lane_overflow = { "boolean" },
}

--- The names of the options, which are those of what opens the socket.
lanes.options = TYPES

---@class oai.LaneLimits
---@field max_lanes? integer            64
---@field max_events_per_lane? integer  that wait to be read: 4096
---@field max_events? integer           of all lanes: 65536
---@field max_bytes_per_lane? integer   of these events: 16 MiB
---@field max_bytes? integer            of all lanes: 64 MiB
---@field max_response_bytes? integer   of all events of one response; else as many as come
---@field isolate_lane_overflow? boolean  one lane that is read too slowly fails alone; else all do, and the connection
--- is closed

---@class oai.Lanes  those of a connection
---@field limits oai.LaneLimits
---@field by_id table<string|boolean, oai.Lane>  false: the one without an id
---@field left table<string|boolean, string|true>  by ids of lanes that are closed: the response that was left in them
---@field open integer    how many there are
---@field events integer  that wait in all of them
---@field bytes integer
---@field size integer    bytes of the event that is looked at
---@field reader thread|true|nil  who reads the connection

--- None yet.
---@param name string   of what opens the socket
---@param given table   limits
---@return oai.Lanes
function lanes.new(name, given)
  value_type.check(name, "option", given, TYPES)
  local limits = setmetatable(given, { __index = USUAL }) --[[@as oai.LaneLimits]]
  return { limits = limits, by_id = {}, left = {}, open = 0, events = 0, bytes = 0, size = 0 }
end

--- The event of a text, whose size is noted.
---@param self oai.Lanes
---@return fun(text: string): any, string?
function lanes.decoder(self)
  return function(text)
    self.size = #text
    return json.decode(text)
  end
end

local function all(self, act)
  local list = {}
  for _, one in pairs(self.by_id) do
    list[#list + 1] = one
  end
  for _, one in ipairs(list) do
    act(one)
  end
end

--- Fails all lanes that have a response under way, since their connection is
--- over; but for those whose question waits for the next one.
---@param self oai.Lanes
---@param err oai.Error
---@param waiting? any[]  the messages that will go out
function lanes.fail(self, err, waiting)
  local kept = set(waiting or {})
  self.left = {}
  all(self, function(one)
    if one.is_open and not lane.is_asked_in(one, kept) then
      lane.fail(self, one, err)
    end
    lane.forget(one)
  end)
end

local function limit_error(message)
  return error_value.new { kind = "limit", reason = "lane", operation = "responses.connect", message = message }
end

--- The lane in which most waits.
local function fullest(self)
  local found
  all(self, function(one)
    if not found or one.bytes > found.bytes then
      found = one
    end
  end)
  return found
end

local function is_over(limit, count)
  return limit ~= nil and count > limit
end

--- Which limit a lane has passed, or nil.
local function lane_excess(self, one)
  local limits = self.limits
  if is_over(limits.max_events_per_lane, one:waiting()) then
    return "max_events_per_lane"
  elseif is_over(limits.max_bytes_per_lane, one.bytes) then
    return "max_bytes_per_lane"
  elseif is_over(limits.max_response_bytes, one.total) then
    return "max_response_bytes"
  end
end

--- Which limit all lanes have passed together, or nil.
local function total_excess(self)
  local limits = self.limits
  return is_over(limits.max_events, self.events) and "max_events" or is_over(limits.max_bytes, self.bytes)
    and "max_bytes" or nil
end

local function overflow(self, connection, one, limit)
  local err = limit_error(("more waits to be read in lane %s than %s allows"):format(lane.shown(one.id), limit))
  if self.limits.isolate_lane_overflow then
    lane.fail(self, one, err)
    return
  end
  lanes.fail(self, err)
  closing.abandon(connection)
end

--- Sees that limits are kept after an event was added to a lane.
local function keep_limits(self, connection, one)
  local limit = lane_excess(self, one) ---@type string?
  if limit then
    overflow(self, connection, one, limit)
  end
  limit = total_excess(self)
  while limit do
    overflow(self, connection, fullest(self), limit)
    limit = total_excess(self)
  end
end

--- The lanes in which a response is under way.
local function busy(self, is_wanted)
  local found = {}
  all(self, function(one)
    if one.is_open and not one.err and (not is_wanted or is_wanted(one)) then
      found[#found + 1] = one
    end
  end)
  return found
end

--- Whose an error is that names no lane, where there is none without an id: of
--- who has asked and got no answer yet, or of all.
local function lanes_of_error(self)
  local asked = busy(self, lane.is_unanswered)
  return #asked == 1 and asked or busy(self)
end

--- The lane of an event: that of its id, or the one without, which is also that
--- of ids nobody knows. False: of none; nil: the event says not whose it is.
local function lane_of(self, event)
  local id = event.stream_id
  local named, default = id ~= nil and self.by_id[id], self.by_id[false]
  if named then
    return named
  elseif id ~= nil and self.left[id] then
    self.left[id] = not lane.is_last(event) and self.left[id] or nil
    return false
  elseif id == nil and event.type == "error" and not (default and default.is_open) then
    return nil
  end
  return default or false
end

local function put(self, connection, one, event)
  if lane.is_listening(one) then
    lane.add(self, one, event, self.size)
    keep_limits(self, connection, one)
  end
end

--- Puts an event into its lane, if it is of one; an error of the connection goes
--- into all lanes that it concerns.
---@param self oai.Lanes
---@param connection oai.Connection
---@param event any
function lanes.hear(self, connection, event)
  if type(event) ~= "table" then
    return
  end
  local one = lane_of(self, event)
  if one then
    put(self, connection, one, event)
  elseif one == nil then
    for _, concerned in ipairs(lanes_of_error(self)) do
      put(self, connection, concerned, event)
    end
  end
end

--- Opens a lane.
---@param self oai.Lanes
---@param connection oai.Connection
---@param bound table   client.responses
---@param id? string
---@return oai.Lane?
---@return oai.Error? err
function lanes.lane(self, connection, bound, id)
  lane.check_id(id)
  local key = id or false
  if self.by_id[key] then
    error_value.misuse(("responses.connect: lane %s is open already"):format(lane.shown(id)))
  elseif self.open >= self.limits.max_lanes then
    return nil, limit_error(("%s open already: close one, or give a larger 'max_lanes'"):format(
      counted(self.open, "lane is", "lanes are")))
  end
  local one = lane.new(self, connection, bound, id)
  self.by_id[key], self.open = one, self.open + 1
  return one
end

lanes.finished = lane.finished

require "oai.interpret" ()

return lanes
