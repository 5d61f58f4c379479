-- Where sockets are opened: at the client's base URL, or at one of their own,
-- and as the client's provider wants it.

local options_list = require "oai.options"
local url = require "oai.codec.url"

local place = {}

--- The base URL of sockets where it is not that of all calls.
local function own_base(client, options)
  return options_list.of_call(options, client, "websocket_base_url")
end

--- Whether sockets of a client with a provider go elsewhere than its calls, but
--- to that origin: its credentials may go there.
local function is_beside(client, base)
  local settings = client._settings
  if not settings.provider then
    return false
  end
  local parts = url.parse((base:gsub("^[wW][sS]([sS]?)://", "http%1://")))
  return parts ~= nil and parts.origin == settings.origin
end

--- The options and the query of a socket.
---@param client oai.Client
---@param target oai.SocketTarget
---@param options table  as the program gave them
---@param query table
---@return table options
---@return table query
function place.of(client, target, options, query)
  local provider, base = client._settings.provider, own_base(client, options)
  if base and not is_beside(client, base) then
    options = options_list.merge(options, { base_url = base })
  end
  local name = provider and provider.socket_model
  if name and target.kind == "realtime" and query.model ~= nil then
    query = options_list.merge(query, { [name] = query.model })
    query.model = nil
  end
  return options, query
end

--- The path of a socket, or its whole URL.
---@param client oai.Client
---@param path string
---@param options table
---@return string
function place.path(client, path, options)
  local base = own_base(client, options)
  return base and is_beside(client, base) and url.join(base, path) or path
end

return place
