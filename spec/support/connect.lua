-- Makes clients for scenes of the local API server, each with a key of its
-- own, so that no spec depends on the environment.

local oai = require "oai"
local socket = require "socket"

local loops = setmetatable({}, { __mode = "k" }) -- by client

local connect = { key = "sk-spec-0123456789-wxyz", admin_api_key = "sk-spec-admin-6789-wxyz" }

-- The listener's own needs come first, the given options win.
local function needs(scene, listener)
  local server = scene.server
  if listener == "unix" then
    return { unix_socket = server.unix }
  elseif listener == "mtls" then
    return { ca_file = server.ca_file, client_cert = server.client_cert, client_key = server.client_key }
  elseif listener ~= "http" then
    return { ca_file = server.ca_file }
  end
  return {}
end

--- A client whose calls arrive at `scene`, over the listener of that name.
function connect.to(scene, options, listener)
  listener = listener or "http"
  local all = needs(scene, listener)
  all.api_key = connect.key
  all.base_url = scene:base_url_on(listener)
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local client = oai.client(all)
  loops[client] = all.loop
  return client
end

--- Runs a function that makes calls as the loop of a client of `to` wants it:
--- here and now, or in a task while frames go by. What it returns.
function connect.run(client, fn)
  if loops[client] ~= "frame" then
    return fn()
  end
  local task, limit = client:spawn(fn), socket.gettime() + 30
  while not task.done do
    assert(socket.gettime() < limit, "the frames did not get there")
    client:update()
    socket.sleep(0.001)
  end
  return task:await()
end

local kept

--- A client whose calls arrive at `scene`, for specs of many calls: all of
--- them share their connections, and have the administration's key as well.
--- Nothing is tried again.
function connect.over_kept(scene)
  kept = kept or connect.to(scene, { admin_api_key = connect.admin_api_key, max_retries = 0 })
  return kept:with { base_url = scene.base_url }
end

return connect
