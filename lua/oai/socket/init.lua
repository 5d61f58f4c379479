-- Conversations both ways, over WebSockets: opened as a call of the client is.
-- Not for programs: the resources that have such conversations open them here.
-- Nothing of this room is loaded by any other call.

local connection = require "oai.socket.connection"
local extra = require "oai.call.extra"
local opening = require "oai.socket.opening"
local options = require "oai.socket.options"
local options_list = require "oai.options"

local socket = {}

---@class oai.SocketRequest : oai.ConnectionKind  what is to be opened; its endpoint is made of name and path
---@field endpoint? oai.Endpoint
---@field path string       below the base URL, or an absolute URL
---@field options? table    as the program gave them
---@field defaults? table   of the connection's own options, in place of ours

local function open(client, what, own, call)
  local exchange, facts, state, request = opening.open(client, what, call)
  if not exchange then
    return nil, facts
  end
  local self = connection.new(client, what, own, call, state.shared.engine)
  opening.take_over(self, exchange, facts --[[@as oai.Response]], request --[[@as oai.Request]])
  if what.opened then
    what.opened(self)
  end
  return self, facts
end

--- Opens a connection, and waits until the server has agreed, as any call does.
---@param client oai.Client
---@param given oai.SocketRequest
---@return oai.Connection|oai.Task|nil
---@return oai.Response|oai.Error|nil
function socket.connect(client, given)
  local own, call, flow = options.take(client, given.name, given.defaults, given.options)
  local what = options_list.merge(given, { endpoint = opening.endpoint(given.name, given.path) })
  what.options = nil -- a key may be among them
  return extra.run(client, flow, function()
    return open(client, what --[[@as oai.ConnectionKind]], own, call)
  end)
end

socket.apart = options.apart
socket.is_one = connection.is_one

require "oai.interpret" ()

return socket
