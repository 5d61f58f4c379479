-- What a hook is told of a request: an object whose fields are worked out when
-- they are first asked for. It shows no secret.

local attributes = require "oai.observe.attributes"
local error_value = require "oai.error"
local mask = require "oai.call.mask"
local on_demand = require "oai.on_demand"
local tokens = require "oai.observe.tokens"

local observed = {}

---@class oai.Observed  what a hook is told
---@field event oai.ObservedEvent  what has happened
---@field operation string         such as "chat.completions.create"
---@field method string  of HTTP
---@field path string              without the query
---@field template string          the path with names for its ids
---@field host string  where it goes
---@field model? string            that was asked for
---@field attempt integer          counted from 1
---@field client_request_id? string  the id that the request is sent with
---@field bytes_sent? integer      of the body
---@field range_start? integer     how much of a file was there already, which is not asked for again
---@field status? integer          of a reply
---@field error? oai.Error         why there is none; of a retry, what has failed; of a stream, why it broke
---@field request_id? string  the API's id of the reply
---@field rate_limit? oai.RateLimit  what the server lets through
---@field usage? oai.TokenCount  the tokens of the reply
---@field response_model? string  the model that has answered
---@field seconds? number          of the attempt; of a stream, from the call to its end
---@field durations? oai.Durations  how the time was spent
---@field bytes_received? integer  of the body, as it came
---@field delay? number            until the next attempt
---@field waited? number           for the server's rate limit
---@field stream_status? string    how a stream ended
---@field body? string             where bodies are asked for
---@field attributes fun(self): table<string, any>  by OpenTelemetry's names
---@field package _request oai.Request
---@field package _facts? table
---@field package _hooks? table
---@field package _state? table     of the call
---@field package _identify? fun(state: table, request: oai.Request): string?  knows the id of its next exchange
---@field package _sent? oai.Response  the reply to what went out: an exchange may be closed
---@field package _times? integer[]
---@field package _value? table

---@class oai.Durations  seconds since the attempt began, as libcurl measures them
---@field dns? number  until the name was looked up
---@field connect? number  until the connection was there
---@field tls? number          0: without TLS, or over a connection that was there
---@field first_byte? number  until the reply began
---@field total? number        not of a stream

-- What hooks see of an error.
local OUTLINE = { "kind", "message", "operation", "status", "code", "type", "param", "reason", "request_id",
  "client_request_id", "rate_limit", "retry_after", "attempts", "elapsed", "where" }

--- A text of the other side's, or of the program's, without what is secret.
local function masked(request, text)
  return type(text) == "string" and mask.text(request, text) or text
end

--- The path with names for its ids; of one that has no method as it was given,
--- without the query, and without the host of a whole URL.
local function template_of(request)
  local given = request.plan.template:match "^[^?#]*"
  return mask.text(request, given:match "^%a[%w+.-]*://[^/]*(.*)$" or given)
end

local function url_of(request)
  return mask.text(request, (request.url:match("^[^?#]*")))
end

local function times_of(self)
  local times, facts = rawget(self, "_times"), rawget(self, "_facts")
  local exchange = not times and facts and rawget(facts, "_exchange") -- an exchange keeps its times, with its reply
  if exchange then
    times = { exchange:times() }
    self._times = times
  end
  return times
end

-- Worked out when first asked for.
local COMPUTED = {
  operation = function(self)
    return self._request.plan.name
  end,
  method = function(self)
    return self._request.plan.method
  end,
  model = function(self)
    return self._request.model
  end,
  path = function(self)
    return url_of(self._request):match("^%a[%w+.-]*://[^/]*(.*)$") or ""
  end,
  host = function(self)
    return (self._request.url:match("^%a[%w+.-]*://[^/]*"):match("([^/@]*)$"))
  end,
  usage = function(self)
    local value = rawget(self, "_value")
    return value and tokens.of(value.usage)
  end,
  response_model = function(self)
    local value = rawget(self, "_value")
    return value and type(value.model) == "string" and value.model or nil
  end,
  template = function(self)
    return template_of(self._request)
  end,
  range_start = function(self)
    return self._request.range_start
  end,
  bytes_sent = function(self)
    local body, sent = self._request.body, times_of(self)
    return body and #body or sent and sent[6] or nil
  end,
  client_request_id = function(self)
    local sent, identify, facts = rawget(self, "_sent"), rawget(self, "_identify"), rawget(self, "_facts")
    return sent and sent.client_request_id or not sent and identify and identify(self._state, self._request)
      or facts and facts.client_request_id or nil
  end,
  request_id = function(self)
    return self._facts and masked(self._request, self._facts.request_id)
  end,
  rate_limit = function(self)
    return self._facts and self._facts.headers and self._facts.rate_limit
  end,
  bytes_received = function(self)
    local times = times_of(self)
    return times and times[7] or nil
  end,
  durations = function(self)
    local times = times_of(self)
    return times and times[1] and { dns = times[1] / 1e6, connect = times[2] / 1e6, tls = times[3] / 1e6,
      first_byte = times[4] / 1e6, total = times[5] > 0 and times[5] / 1e6 or nil } or nil
  end,
}

local Observed = { __name = "oai.Observed" }
on_demand.install(Observed, COMPUTED, { attributes = attributes.of })

function Observed.__tostring(self)
  return ("oai.Observed %s of %s, attempt %d"):format(self.event, self.operation, self.attempt)
end

--- An error as hooks see it: what is known of what failed, and neither the
--- header nor the body of a reply, nor what a stream had brought.
---@param err oai.Error
---@return oai.Error
function observed.outline(err)
  local fields = {}
  for _, name in ipairs(OUTLINE) do
    fields[name] = err[name]
  end
  return error_value.new(fields)
end

--- What is told of an attempt.
---@param event oai.ObservedEvent
---@param state table  of the call
---@param request oai.Request
---@param identify? fun(state: table, request: oai.Request): string?  the id that the request will have
---@return table told
function observed.new(event, state, request, identify)
  return setmetatable({ event = event, attempt = state.attempts, _request = request,
    _state = state, _identify = identify, _sent = nil }, Observed) -- room for this
end

--- What is told of a reply, or of an error.
---@param hooks table
---@param request oai.Request
---@param attempt integer
---@param facts oai.Response|oai.Error
---@param seconds number
---@return table told
function observed.of_reply(hooks, request, attempt, facts, seconds)
  return setmetatable({ event = "response", attempt = attempt, status = facts.status, seconds = seconds,
    _request = request, _facts = facts, _hooks = hooks, _value = nil }, Observed) -- room for this
end

require "oai.interpret" ()

return observed
