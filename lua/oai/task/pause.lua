-- A pause on a client's loop, in which everybody else goes on: what sleeps
-- between the calls that one operation makes. oai.sleep is for programs.

local engines = require "oai.engine"
local running = require "oai.task.running"
local wait = require "oai.task.wait"

--- Sleeps, wherever it is called.
---@param client oai.Client
---@param seconds number
---@return true? slept
---@return oai.Error? err  of kind "cancelled": the task was, or the client is closed; or there is no engine
local function pause(client, seconds)
  if client._shared.closed then
    return nil, running.closed()
  end
  local engine, err = engines.of(client._shared)
  if not engine then
    return nil, err
  end
  local slept, reason = wait.sleep(client._shared, engine, seconds)
  if slept then
    return true
  end
  return nil, running.error_of(reason or "cancelled" --[[@as "cancelled"]])
end

return pause
