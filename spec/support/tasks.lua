-- Lets tasks go on where a spec can drive the loop itself: on the blocking
-- loop and on that of frames. And what a task is given for each.

local core = require "oai.core"
local socket = require "socket"

local tasks = { loops = { "blocking", "frame" } }

local PAUSE = 0.002 -- seconds
local SECONDS = 20 -- until a condition is given up

local function pause(client)
  local nobody = client:spawn(coroutine.yield)
  nobody:await(PAUSE)
  nobody:cancel()
end

--- Lets the tasks of a client go on for a moment.
---@param client oai.Client
---@param loop "blocking"|"frame"  the client's
function tasks.go_on(client, loop)
  if loop == "frame" then
    client:update()
    socket.sleep(PAUSE)
  else
    pause(client)
  end
end

--- Lets the tasks go on until the condition holds. False when it did not within
--- so many seconds.
---@param client oai.Client
---@param loop "blocking"|"frame"
---@param condition fun(): boolean
---@param seconds? number
---@return boolean
function tasks.wait(client, loop, condition, seconds)
  local limit = core.clock() + (seconds or SECONDS)
  while not condition() do
    if core.clock() >= limit then
      return false
    end
    tasks.go_on(client, loop)
  end
  return true
end

--- What a function returns in a task, and the seconds it took; nil and why
--- when it is not done within so many.
---@param client oai.Client
---@param loop "blocking"|"frame"
---@param fn function
---@param seconds? number
---@return any value
---@return any err
---@return number elapsed
function tasks.run(client, loop, fn, seconds)
  local started = core.clock()
  local task = client:spawn(fn)
  local done = tasks.wait(client, loop, function()
    return task.done
  end, seconds)
  if not done then
    task:cancel()
  end
  local value, err = task.value, done and task.err or "it was not done"
  if task.done then
    task:await() -- or its failure would be told
  end
  return value, err, core.clock() - started
end

--- The numbers up to `count`, for `client:map`.
function tasks.numbers(count)
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  return list
end

return tasks
