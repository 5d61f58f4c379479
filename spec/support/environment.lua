-- A made-up environment for the library's Lua part: while it stands, only
-- these variables are set. The core's own look at the real one is not moved.

local environment = {}

local real = os.getenv

--- Makes os.getenv answer from `variables`.
---@param variables table<string, string>
function environment.set(variables)
  os.getenv = function(name) -- luacheck: ignore 122
    return variables[name]
  end
end

function environment.restore()
  os.getenv = real -- luacheck: ignore 122
end

return environment
