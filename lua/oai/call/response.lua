-- The facts of a reply, and the error that one is. Pure: bytes in, values out.

local header = require "oai.codec.header"
local lazy = require "oai.lazy"
local on_demand = require "oai.on_demand"

local error_value = lazy "oai.error"
local failure = lazy "oai.call.failure"
local rate_limit = lazy "oai.codec.rate_limit"

local setmetatable = setmetatable

local response = {}

---@alias oai.Facts oai.Response|oai.Error  what is known of a reply; beside nil why there is none

---@class oai.Response
---@field status integer  the HTTP status
---@field headers oai.Headers     any case reads them
---@field request_id? string  what the API's support asks for
---@field client_request_id? string  the id that the request was sent with
---@field rate_limit? oai.RateLimit  what the server lets through; nil where it does not say
---@field attempts integer        how many times the request was sent
---@field elapsed number          seconds from the call to the reply
---@field body? string            the body as it came, unless it was streamed or saved
---@field package _exchange? userdata  which keeps a whole reply
---@field package _block? string       the header as it came
---@field package _credential? userdata|false  what its fields must not repeat
---@field package _place? string       to where redirects led that were followed

--- Whether a status is one of success.
---@param status integer
---@return boolean
function response.is_success(status)
  return status >= 200 and status <= 299
end

--- Whether an empty reply brings nothing by its status: one of 200 may be an
--- empty file, and one of 204 or 205 is none.
---@param status integer
---@return boolean
function response.brings_nothing(status)
  return status > 203
end

--- The id that a request goes out with, by which its sender knows it.
---@param exchange oai.Exchange|table
---@return string?
function response.identity(exchange)
  local id = exchange:identity()
  return id ~= "" and id or nil
end

-- Worked out when first asked for: most callers never do.
local COMPUTED = {
  headers = function(self)
    return header.parse(self._block)
  end,
  client_request_id = function(self)
    return self._exchange and response.identity(self._exchange)
  end,
  request_id = function(self)
    return header.find(self._block, "x-request-id")
  end,
  _block = function(self)
    local block, credential = self._exchange:headers(), self._credential
    return credential and credential:mask(block, true) or block
  end,
  attempts = function() -- of a whole reply to a first attempt, whose table is smaller without it
    return 1
  end,
  body = function(self)
    return self._exchange and (self._exchange:read() or "")
  end,
  rate_limit = function(self)
    return rate_limit.parse(self.headers)
  end,
}

local Response = { __name = "oai.Response" }
on_demand.install(Response, COMPUTED)

function Response.__tostring(self)
  return ("oai.Response %d"):format(self.status)
end

--- The facts of a reply whose header block is `block`.
---@param status integer
---@param block string
---@param attempts integer
---@param elapsed number
---@param identity? string
---@return oai.Response
function response.new(status, block, attempts, elapsed, identity)
  return setmetatable({ status = status, attempts = attempts, elapsed = elapsed, client_request_id = identity,
    _block = block }, Response)
end

--- The facts of a reply that has come whole, and waits in its exchange: that
--- has left its engine, and its header and body become strings when somebody
--- asks for them. Its header fields do not repeat the credential.
---@param status integer
---@param exchange oai.Exchange
---@param attempts integer
---@param elapsed number
---@param credential? userdata|false
---@return oai.Response
function response.whole(status, exchange, attempts, elapsed, credential)
  local facts = setmetatable({ status = status, elapsed = elapsed, _exchange = exchange, _credential = credential },
    Response)
  if attempts > 1 then
    facts.attempts = attempts
  end
  return facts
end

--- The error that a reply with a status of no success is.
---@param facts oai.Response
---@param body string
---@return oai.Error
function response.to_error(facts, body)
  local fields = failure.of_body(body)
  fields.message = fields.message or ("status %d without a body"):format(facts.status)
  if fields.message == "" then
    fields.message = ("status %d without a message"):format(facts.status)
  end
  fields.kind = failure.kind(facts.status, fields.code, fields.type)
  fields.body = body
  return response.annotate(error_value.new(fields), facts)
end

--- Puts the facts of the reply into an error.
---@param err oai.Error
---@param facts? oai.Response
---@return oai.Error
function response.annotate(err, facts)
  if facts then
    err.status = err.status or facts.status
    err.headers = facts.headers
    err.request_id, err.client_request_id = facts.request_id, facts.client_request_id
    err.rate_limit = facts.rate_limit
    err.attempts = facts.attempts
    err.elapsed = facts.elapsed
  end
  return err
end

return response
