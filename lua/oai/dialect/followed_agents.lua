-- The events of an agent's session for as long as somebody listens: turn after
-- turn, until the server or the listener ends it.

local agents = require "oai.dialect.agents"

---@class oai.FollowedAgentsDialect : oai.AgentsDialect
local followed = {}

for name, value in pairs(agents) do
  followed[name] = value --[[@as any]]
end

followed.name = "followed_agents"
followed.is_last = nil

require "oai.interpret" ()

return followed
