-- Who waits while a call goes on: a plain script, a task of the blocking
-- loop, or a task of a game that calls `update` once a frame.

local socket = require "socket"

local drives = { names = { "blocking", "task", "frame" } }

local FRAME = 0.002

local function pack(...)
  return { n = select("#", ...), ... }
end

--- What a call raised goes back as a first value of false.
local function of_task(task)
  if task.raised then
    return false, task.err
  end
  return true, task:await()
end

local run = {
  blocking = function(_, fn)
    return pack(pcall(fn))
  end,
  task = function(client, fn)
    local task = client:spawn(fn)
    client:run()
    return pack(of_task(task))
  end,
  frame = function(client, fn)
    local task = client:spawn(fn)
    while not task.done do
      client:update()
      socket.sleep(FRAME)
    end
    return pack(of_task(task))
  end,
}

--- The loop of a client for this drive.
---@param drive string
---@return string
function drives.loop(drive)
  return drive == "frame" and "frame" or "blocking"
end

--- Runs `fn` to its end: true and what it returned, or false and what it
--- raised. Who hangs is ended by whoever watches this process.
---@param drive string
---@param client oai.Client
---@param fn fun(): any
---@return boolean
---@return any ...
function drives.run(drive, client, fn)
  local results = run[drive](client, fn)
  return (table.unpack or unpack)(results, 1, results.n) -- luacheck: ignore
end

return drives
