-- A scheduler such as a program may have of its own: one coroutine each,
-- resumed in turn.

local core = require "oai.core"
local socket = require "socket"

local round_robin = {}

--- A new scheduler: `wait` and `sleep` are the loop's, `run` the program's.
function round_robin.new()
  local own = {}

  local function pause()
    local running, is_main = coroutine.running()
    if running and not is_main then
      coroutine.yield "paused"
    end
  end

  function own.wait(engine, _, deadline)
    engine:step(0)
    pause()
    return engine:clock() < deadline
  end

  function own.sleep(engine, seconds)
    local limit = engine:clock() + seconds
    repeat
      engine:step(0)
      pause()
    until engine:clock() >= limit
  end

  --- Resumes all of them until they are done.
  function own.run(...)
    local threads = { ... }
    local limit = core.clock() + 20
    while #threads > 0 do
      assert(core.clock() < limit, "they do not end")
      for i = #threads, 1, -1 do
        local resumed, err = coroutine.resume(threads[i])
        assert(resumed, err)
        if coroutine.status(threads[i]) == "dead" then
          table.remove(threads, i)
        end
      end
      socket.sleep(0.001)
    end
  end

  return own
end

return round_robin
