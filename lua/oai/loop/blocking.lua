-- Waiting in a plain script. The loop is here in Lua, over a bounded step in
-- C, so that an interrupt (Ctrl-C) is seen at once.

local blocking = { name = "blocking", worker = false, has_tasks = true }

local STEP = 0.1 -- seconds in C at the most

--- Waits until something may be new for `exchange`. It may return early.
---@param engine oai.Engine
---@param _exchange oai.Exchange
---@param deadline number  on the engine's clock
---@return boolean in_time  false when the deadline has passed
function blocking.wait(engine, _exchange, deadline)
  return engine:step(STEP, deadline)
end

--- Sleeps while other transfers of the engine go on.
---@param engine oai.Engine
---@param seconds number
function blocking.sleep(engine, seconds)
  local wake = engine:clock() + seconds
  local left = seconds
  while left > 0 do
    engine:step(left < STEP and left or STEP)
    left = wake - engine:clock()
  end
end

return blocking
