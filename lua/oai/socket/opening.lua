-- A connection opened: the handshake, as an ordinary call of the client.

local engines = require "oai.engine"
local options_list = require "oai.options"
local pulse = require "oai.socket.pulse"
local request = require "oai.call.request"
local response = require "oai.call.response"
local running = require "oai.task.running"
local send = require "oai.call.send"
local upgrade = require "oai.call.upgrade"
local url = require "oai.codec.url"

local opening = {}

local NO_IDS = {} ---@type string[]

--- The operation as a call has it.
---@param name string
---@param path string  below the base URL, or an absolute URL
---@return oai.Endpoint
function opening.endpoint(name, path)
  path = path:gsub("^[wW][sS]([sS]?)://", "http%1://")
  ---@type any
  local endpoint = { name = name, method = "GET", template = path, path = path, ids = NO_IDS, returns = "any",
    template_is_path = not url.is_absolute(path) }
  return endpoint
end

--- The error of a connection whose client a hook has closed that was told of the
--- reply.
local function client_closed(what, exchange, facts)
  exchange:close()
  local err = response.annotate(running.closed(), facts)
  err.operation, err.status = what.name, nil
  return err
end

--- Opens a connection: the exchange, the facts of the reply, and the state of
--- the call; or nil and the error.
---@param client oai.Client
---@param what oai.ConnectionKind
---@param options table   of the call
---@param change? { query?: table, headers?: table }
---@return oai.Exchange? exchange
---@return oai.Response|oai.Error facts
---@return table? state
---@return oai.Request? request
function opening.open(client, what, options, change)
  change = change or {}
  local headers = options_list.merge(options_list.merge(what.headers, options.headers), change.headers)
  local built, err = request.build(client, what.endpoint, what.endpoint.path --[[@as string]],
    options_list.merge(what.query, change.query), options_list.merge(options, { headers = headers }))
  if not built then
    return nil, err --[[@as oai.Error]]
  end
  local asked = upgrade.request(built)
  local exchange, facts, state = send.call(client, asked)
  if exchange and client._shared.closed then
    return nil, client_closed(what, exchange, facts --[[@as oai.Response]])
  end
  return exchange, facts, state, asked
end

-- Seconds that a connection lives before it is made again by itself, or half
-- of all that it has: what lasts shorter than `reconnect_before` would be made
-- again for ever.
opening.shortest = 10

--- In how many seconds a connection is to be made again that has so many left;
--- never where it has none, as another clock than the server's may say.
---@param left number
---@param before number  seconds before its end
---@return number
function opening.renew_after(left, before)
  return left > 0 and math.max(left - before, math.min(left / 2, opening.shortest)) or math.huge
end

--- Has a connection read and write an exchange whose other side has agreed.
---@param self oai.Connection
---@param exchange oai.Exchange
---@param facts oai.Response
---@param asked oai.Request
function opening.take_over(self, exchange, facts, asked)
  local own, lifetime = self._own, self._what.lifetime
  self._exchange, self.facts, self._request, self._said = exchange, facts, asked, false
  self._pulse = pulse.new(own.ping_interval, own.ping_timeout)
  self._renewing, self._renew_at = false, math.huge
  if own.reconnect_before and lifetime then
    self._renew_at = engines.clock() + opening.renew_after(lifetime, own.reconnect_before)
  end
end

return opening
