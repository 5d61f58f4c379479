-- One call against one scripted reply: what arrived and what came back.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local server = require("spec.support.server").start { tls = true }

local exchange = {}

--- Runs `use(client)` in a scene of these replies; the requests that arrived,
--- then what `use` returned.
---@param replies table[]
---@param use fun(client: oai.Client): ...
---@return table[] requests
function exchange.run(replies, use)
  local scene = server:scenario { replies = replies }
  local value, facts, third = use(connect.over_kept(scene))
  local requests = scene:requests()
  return requests, value, facts, third
end

--- Runs `use` with one reply of JSON, by default an object that is a list too; the only request that arrived, and what
--- `use` returned, which must be a value.
---@param use fun(client: oai.Client): ...
---@param json? table
---@return table request
function exchange.once(use, json)
  local requests, value, facts = exchange.run({ { json = json or { data = {} } } }, use)
  assert(value, tostring(facts))
  assert(#requests == 1, "not one request")
  return requests[1], value, facts
end

--- "METHOD url" of each request.
---@param requests table[]
---@return string[]
function exchange.lines(requests)
  local lines = {}
  for i, request in ipairs(requests) do
    lines[i] = request.method .. " " .. request.url:gsub("%%5B", "["):gsub("%%5D", "]")
  end
  return lines
end

--- The JSON of a request's body; nil when it has none.
---@param request table
---@return table?
function exchange.body(request)
  return request.body ~= "" and cjson.decode(request.body) or nil
end

return exchange
