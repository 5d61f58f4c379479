-- The engine of a client and its copies: made by the first call, on a worker
-- where their loop wants that, and the clock that all engines go by.

local core = require "oai.core"
local lazy = require "oai.lazy"
local options = require "oai.options"

local error_value = lazy "oai.error"

local engines = {}

--- Seconds on a clock that only goes forward.
---@type fun(): number
engines.clock = core.clock

local function make(shared)
  if shared.closed then
    error_value.misuse("the client is closed")
  end
  local engine, reason = core.engine { worker = shared.loop.worker, options = options.transport(shared.options) }
  if not engine then
    return nil, error_value.new { kind = "limit", message = "cannot open a connection pool: " .. reason }
  end
  shared.engine = engine
  return engine
end

--- The engine of what copies of a client share. Where the system refuses one,
--- the next call tries again.
---@param shared table
---@return userdata? engine
---@return oai.Error? err
function engines.of(shared)
  if shared.engine then
    return shared.engine
  end
  return make(shared)
end

return engines
