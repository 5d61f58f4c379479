-- A host's loop in a few lines: it waits for descriptors with select(), and
-- only while it is told to. Stands for the loops of libuv, cqueues and Copas
-- where a spec has no use for the libraries.

local socket = require "socket"

local loop = { name = "select", worker = true }

local drivers = {}

--- As the modules under oai/loop/.
function loop.start(engine, turn)
  local driver = { held = false, turn = turn }

  function driver.getfd()
    return engine:descriptor()
  end

  function driver.hold(yes)
    driver.held = yes
  end

  function driver.stop()
    driver.held = false
    drivers[driver] = nil
  end

  drivers[driver] = true
  return driver
end

--- The drivers that something waits for.
local function held()
  local list = {}
  for driver in pairs(drivers) do
    if driver.held then
      list[#list + 1] = driver
    end
  end
  return list
end

--- Whether the loop would go on.
function loop.is_alive()
  return held()[1] ~= nil
end

--- Waits so long at the most, and does what there is to do.
function loop.step(seconds)
  for _, driver in ipairs((socket.select(held(), nil, seconds))) do
    if driver.held then
      driver.turn()
    end
  end
end

--- Has the clients that are made from now on with the loop `name` use this.
function loop.install(name)
  package.loaded["oai.loop." .. name] = loop
end

return loop
