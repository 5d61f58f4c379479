-- A scene with an address for each way in which a server may behave, for
-- specs of calls that go on at once.

local answer = require "spec.support.answer"
local busted = require "busted"
local connect = require "spec.support.connect"
local merged = require "spec.support.merged"

local addresses = {}

local function json(fields)
  fields.json = fields.json or { ok = true }
  return fields
end

local REPLIES = {
  ["GET /quick"] = json {},
  ["GET /slow"] = json { delay = 0.1 },
  ["GET /slower"] = json { delay = 0.3 },
  ["GET /stall"] = { fault = "stall" },
  ["GET /half"] = { content_length = 100, steps = { { write = "{" }, { stall = true } } },
  ["GET /reset"] = { fault = "reset" },
  ["GET /missing"] = { status = 404, json = { error = { message = "there is no such thing" } } },
  ["GET /later"] = { status = 503, headers = { ["retry-after"] = "50" } },
  ["POST /chat/completions"] = answer.stream({ "a", "b", "c", "d" }, 0.02),
  ["POST /endless/chat/completions"] = answer.endless(0.01),
}

--- Makes a scene; `more` has further lists of replies by address.
function addresses.scene(server, more)
  local routes = {}
  for address, reply in pairs(REPLIES) do
    routes[address] = { reply }
  end
  for address, list in pairs(more or {}) do
    routes[address] = list
  end
  return server:scenario { routes = routes, repeat_last = true }
end

--- A client for the scene, whose calls are neither tried again nor held back.
function addresses.client(scene, options)
  return connect.to(scene, merged({ max_retries = 0, limit_rate = false }, options))
end

--- Gives each spec of the block that calls this a client and a scene of its own,
--- which `take` is told; the client is closed behind it.
function addresses.each(server, take)
  local client
  busted.before_each(function()
    local scene = addresses.scene(server)
    client = addresses.client(scene)
    take(client, scene)
  end)
  busted.after_each(function()
    client:close()
  end)
end

--- Gets one of the addresses.
function addresses.get(client, name, options)
  return client:request("GET", "/" .. name, nil, options)
end

--- Opens a stream of "abcd", or one that never ends.
function addresses.ask(client, options, endless)
  if endless then
    client = client:with { base_url = tostring(client):match "^oai%.Client (.*)$" .. "/endless" }
  end
  return client.chat.completions:create({ model = "m", messages = {}, stream = true }, options)
end

--- A condition for `scene:wait`: so many requests have arrived.
function addresses.arrived(count)
  return function(journal)
    return journal.requests_total >= count
  end
end

--- A condition for `scene:wait`: the client has given up what it got of /stall.
function addresses.is_stall_aborted(journal)
  for _, request in ipairs(journal.requests) do
    if request.path == "/v1/stall" then
      return request.outcome == "aborted"
    end
  end
end

return addresses
