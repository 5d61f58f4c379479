-- Whom the village asks: a relay of yours, which has the key and knows the
-- players. Never put an API key here: whoever has the game has it then.
-- luacheck: globals love

local oai = require "oai"

local relay = {}

--- Starts the stand-in of the repository's specs, for trying out. It ends
--- with the game.
local function start_stand_in()
  local server = love.filesystem.getSource() .. "/../../spec/support/server/main.js"
  local start = "exec 3>&1; node '%s' --seconds 3600 --parent $PPID </dev/null >&3 & exec true"
  local output = assert(io.popen(start:format((server:gsub("'", "'\\''"))), "r"))
  local port = (output:read("*l") or ""):match('"http":(%d+)')
  assert(port, "VILLAGE_RELAY is not set, and the local server did not start: is node installed?")
  return "http://127.0.0.1:" .. port .. "/v1"
end

--- The client of the game. What it gives as a key is the player's own token,
--- of no use elsewhere.
---@return oai.Client
function relay.client()
  return oai.client {
    loop = "frame",
    base_url = os.getenv "VILLAGE_RELAY" or start_stand_in(),
    api_key = os.getenv "VILLAGE_TOKEN" or "player-1",
    ca_file = os.getenv "VILLAGE_CA_FILE", -- for a relay with a certificate of your own
    max_retries = 1,
    first_event_timeout = 15,
    idle_timeout = 10,
  }
end

return relay
