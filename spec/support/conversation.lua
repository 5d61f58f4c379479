-- Conversations both ways with scenes of the local API server, for specs: what
-- the server does is the spec's, and how a connection is opened is here.

local connect = require "spec.support.connect"
local socket = require "oai.socket"

local conversation = {}

--- The loops that a spec can drive itself: an engine that is stepped, and one on a thread of its own.
conversation.loops = { "blocking", "frame" }

--- A scene whose replies these are, in order; one without a status of its own is a socket that does this.
---@param server table
---@param replies table[]
function conversation.scene(server, replies)
  local list = {}
  for i, reply in ipairs(replies) do
    local is_socket = reply.steps or reply.on or reply.cut or reply.accept ~= nil or next(reply) == nil
    list[i] = is_socket and { socket = reply } or reply
  end
  return server:scenario { replies = list }
end

--- Opens a connection of a client; `options` are the program's, `what` the room's.
function conversation.open(client, options, what)
  local asked = { name = "realtime.connect", path = "/realtime", query = { model = "m" }, options = options }
  for name, value in pairs(what or {}) do
    asked[name] = value
  end
  return socket.connect(client, asked)
end

--- Runs a function with a client of a scene, on a loop of these; what it returns.
function conversation.with(scene, loop, options, fn)
  local all = { loop = loop, max_retries = 0, limit_rate = false }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local client = connect.to(scene, all)
  local results
  local _, err = connect.run(client, function()
    results = { fn(client) }
  end)
  client:close()
  if not results then
    error(err, 0)
  end
  return results[1], results[2], results[3]
end

--- The log of the nth socket of a scene, once its connection has ended.
function conversation.log(scene, n)
  n = n or 1
  local journal = scene:wait(function(journal)
    local request = journal.requests[n]
    return request and request.socket and request.socket["end"] ~= nil
  end)
  return journal.requests[n].socket
end

--- The texts that the client has sent over the nth socket.
function conversation.texts(scene, n)
  local texts = {}
  for i, message in ipairs(conversation.log(scene, n).messages) do
    texts[i] = message.kind == "text" and message.bytes or { message.bytes }
  end
  return texts
end

return conversation
