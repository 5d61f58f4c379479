-- A function of the program's that is called as `pcall` does, and may wait also
-- where that cannot be waited in: Lua 5.1 (not LuaJIT) suspends nothing across
-- it, so that in a task such a function has a coroutine of its own there, whose
-- waits are those of the task.

local nested = require "oai.nested"
local running = require "oai.task.running"

local protected = {}

local create, resume, status, yield = coroutine.create, coroutine.resume, coroutine.status, coroutine.yield

--- Whether what `pcall` calls may wait.
protected.has_waits = (function()
  local probe = create(function()
    pcall(yield)
  end)
  resume(probe)
  return status(probe) == "suspended"
end)()

--- What comes of a function, each of whose waits suspends the task.
local function until_over(inner, done, ...)
  if status(inner) == "suspended" then
    return until_over(inner, resume(inner, yield(...)))
  end
  return done, ...
end

--- Calls a function in a coroutine of its own, as part of the running task.
---@param fn function
---@param value any
---@return boolean done
---@return any ...
function protected.apart(fn, value)
  if running.count == 0 then
    return pcall(fn, value)
  end
  local task = running.task()
  if not task or debug.getinfo(fn, "S").what == "C" then -- which begins no coroutine
    return pcall(fn, value)
  end
  local inner = create(fn)
  nested.hand_down(inner)
  running.lend(task, inner)
  return until_over(inner, resume(inner, value))
end

--- Calls a function, which may wait.
---@type oai.ProtectedCall
protected.call = protected.has_waits and pcall or protected.apart

require "oai.interpret" ()

return protected
