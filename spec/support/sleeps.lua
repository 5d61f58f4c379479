-- How long a wait sleeps after one look, without sleeping.

local connect = require "spec.support.connect"
local wait = require "oai.task.wait"

--- The seconds after a look that finds a video in this status.
---@param server table
---@param first { status: string, headers?: table }  the reply
---@param options? table  those of `videos:poll`
---@return number seconds
return function(server, first, options)
  local scene = server:scenario { replies = {
    { json = { id = "v", object = "video", status = first.status }, headers = first.headers },
    { json = { id = "v", object = "video", status = "completed" } },
  } }
  local slept, sleep = {}, wait.sleep
  wait.sleep = function(_, _, seconds) -- luacheck: ignore 122
    slept[#slept + 1] = seconds
    return true
  end
  local done, err = connect.over_kept(scene).videos:poll("v", options)
  wait.sleep = sleep -- luacheck: ignore 122
  assert(done, tostring(err))
  assert(#slept == 1, "it slept " .. #slept .. " times")
  return slept[1]
end
