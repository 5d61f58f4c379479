-- Waiting for what is known by its ids: `client.batches:wait(id)`, and what
-- the API's own libraries call so.

local arguments = require "oai.poll.arguments"
local extra = require "oai.call.extra"
local options_list = require "oai.options"
local pace = require "oai.poll.pace"
local poll = require "oai.poll"
local unpack = require "oai.unpack"

local by_id = {}

--- The ids and the options that a method was called with.
local function take(bound, method, ...)
  local function apart(ids, options, ...)
    arguments.check_last(bound._name .. "." .. method, "the options follow the ids", ...)
    return ids, options
  end
  return apart(arguments.ids(bound, "retrieve", method, ...))
end

--- Waits for the object of these ids; `every`: the seconds between looks where
--- nobody says them.
local function wait_for(bound, method, ids, options, every)
  local self, flow = poll.new(bound, method, bound._definition.object, options)
  if every then
    self.pace = pace.new(self.own.interval, every, every)
  end
  return extra.run(self.client, flow, function()
    return poll.run(poll.of(self, bound:at(unpack(ids))))
  end)
end

--- `wait(ids..., options)`.
---@param bound table  the resource
---@param ... any
---@return table? object
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function by_id.wait(bound, ...)
  local ids, options = take(bound, "wait", ...)
  return wait_for(bound, "wait", ids, options)
end

--- `poll(ids..., options)`, whose options may have the names of the API's own
--- libraries.
---@param bound table
---@param ... any
---@return table? object
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function by_id.poll(bound, ...)
  local ids, options = take(bound, "poll", ...)
  return wait_for(bound, "poll", ids, arguments.renamed(bound._name .. ".poll", options))
end

local EVERY, AT_MOST = 5, 1800 -- seconds

--- Options with a time-out, unless they have one.
local function with_timeout(options)
  if options ~= nil and type(options) ~= "table" then
    return options -- poll.new says that they are none
  end
  return options_list.merge({ timeout = AT_MOST }, options)
end

--- `wait_for_processing(file_id, options)`: every five seconds, for half an
--- hour, unless the options say otherwise.
---@param bound table
---@param ... any
---@return table? file
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function by_id.wait_for_processing(bound, ...)
  local method = "wait_for_processing"
  local ids, options = take(bound, method, ...)
  local renamed = arguments.renamed(bound._name .. "." .. method, options)
  return wait_for(bound, method, ids, with_timeout(renamed), EVERY)
end

require "oai.interpret" ()

return by_id
