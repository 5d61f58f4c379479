-- The URL at which a client would open a socket of a kind; nothing is sent.

local opening = require "oai.socket.opening"
local realtime = require "oai.realtime"
local request = require "oai.call.request"
local targets = require "oai.realtime.targets"

--- "https://..." and the error, if it cannot be.
return function(client, kind, id, given)
  local asked = realtime.asked({ _client = client }, targets.rows[kind], id, given)
  local path = asked.path
  local options = asked.options
  if options.base_url then
    options.base_url = options.base_url:gsub("^ws", "http")
  end
  options.websocket_base_url = nil
  local built, err = request.build(client, opening.endpoint(asked.name, path), opening.endpoint(asked.name, path).path,
    asked.query, options)
  return built and built.url, err
end
