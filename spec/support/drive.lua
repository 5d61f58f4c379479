-- Drives engines of the core by hand, stepped or on a worker, for specs that
-- look below the calls.

local core = require "oai.core"
local socket = require "socket"

local SECONDS = 20

local drive = {
  --- Both drives, by name.
  kinds = { { name = "stepped", worker = false }, { name = "on a worker", worker = true } },
}

function drive.engine(kind, options)
  return core.engine { worker = kind.worker, options = options }
end

--- The exchange of what is usually a plan, a request and its settings.
function drive.make(fields)
  return core.exchange(core.plan(fields), fields.url, fields.body or fields.form, fields.sink, fields.credential)
end

--- An exchange of `fields`, a GET of `path` below the scene unless they say
--- otherwise.
function drive.exchange(scene, fields)
  local all = { method = "GET", url = scene.base_url .. "/x" }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  return assert(drive.make(all))
end

--- Steps until `condition()` holds; an error after a long time.
function drive.wait(engine, condition)
  local limit = core.clock() + SECONDS
  while not condition() do
    assert(core.clock() < limit, "the engine did not get there")
    engine:step(0.05)
  end
end

--- Runs an exchange to its end; what `outcome` says.
function drive.finish(engine, exchange)
  drive.wait(engine, function()
    return exchange:outcome() ~= nil
  end)
  return exchange:outcome()
end

--- Steps for so many seconds, whatever comes.
function drive.pass(engine, seconds)
  local limit = core.clock() + seconds
  while core.clock() < limit do
    engine:step(0.02)
  end
end

--- Whether a worker's descriptor becomes readable within so many seconds.
function drive.is_readable(engine, seconds)
  local watched = {
    getfd = function()
      return engine:descriptor()
    end,
  }
  return #socket.select({ watched }, nil, seconds) == 1
end

return drive
