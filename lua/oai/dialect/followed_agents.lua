-- The events of an agent's session for as long as somebody listens: turn after
-- turn, until the server or the listener ends it. Turns that have ended are
-- forgotten when another one begins, but for the agent's last.

local agents = require "oai.dialect.agents"

---@class oai.FollowedAgentsDialect : oai.AgentsDialect
local followed = {}

for name, value in pairs(agents) do
  followed[name] = value --[[@as any]]
end

followed.name = "followed_agents"
followed.is_last = nil

--- Takes an event into the state.
function followed.fold(state, event)
  local before = #state.order
  agents.fold(state, event)
  if #state.order > before then
    agents.forget(state)
  end
end

require "oai.interpret" ()

return followed
