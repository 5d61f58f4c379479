-- The facts of a reply, and the error in one. Pure: bytes in, values out.

local header = require "oai.codec.header"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local mask = lazy "oai.call.mask"
local rate_limit = lazy "oai.codec.rate_limit"

local response = {}

---@class oai.Response
---@field status integer
---@field headers oai.Headers     any case reads them
---@field request_id? string
---@field rate_limit? oai.RateLimit
---@field attempts integer        how many times the request was sent
---@field elapsed number          seconds from the call to the reply
---@field body? string            the body as it came, unless it was streamed or saved
---@field package _exchange? userdata  which keeps a whole reply
---@field package _block? string       the header as it came
---@field package _credential? userdata|false  what its fields must not repeat

-- Worked out when first asked for: most callers never do.
local on_demand = {
  headers = function(self)
    return header.parse(self._block)
  end,
  request_id = function(self)
    return header.find(self._block, "x-request-id")
  end,
  _block = function(self)
    local block, credential = self._exchange:headers(), self._credential
    return credential and credential:mask(block, true) or block
  end,
  body = function(self)
    return self._exchange and (self._exchange:read() or "")
  end,
  rate_limit = function(self)
    return rate_limit.parse(self.headers)
  end,
}

local Response = { __name = "oai.Response" }

function Response.__index(self, name)
  local compute = on_demand[name]
  if not compute then
    return nil
  end
  local value = compute(self)
  rawset(self, name, value)
  return value
end

function Response.__tostring(self)
  return ("oai.Response %d"):format(self.status)
end

--- The facts of a reply whose header block is `block`.
---@param status integer
---@param block string
---@param attempts integer
---@param elapsed number
---@return oai.Response
function response.new(status, block, attempts, elapsed)
  return setmetatable({ status = status, attempts = attempts, elapsed = elapsed, _block = block }, Response)
end

--- The facts of a reply that has come whole, and waits in its exchange. Its
--- header fields do not repeat the credential.
---@param status integer
---@param exchange userdata
---@param attempts integer
---@param elapsed number
---@param credential? userdata|false
---@return oai.Response
function response.whole(status, exchange, attempts, elapsed, credential)
  return setmetatable({
    status = status, attempts = attempts, elapsed = elapsed, _exchange = exchange, _credential = credential,
  }, Response)
end

local KINDS = {
  [400] = "bad_request", [401] = "authentication", [403] = "permission_denied", [404] = "not_found",
  [408] = "timeout", [409] = "conflict", [422] = "unprocessable", [429] = "rate_limit",
}

local function kind_of(status, code, type_)
  if status == 429 and (code == "insufficient_quota" or type_ == "insufficient_quota") then
    return "quota"
  end
  return KINDS[status] or (status >= 500 and "server") or "bad_request"
end

local LONGEST_MESSAGE = 1000 -- bytes of a body that is no JSON

local function excerpt(body)
  if #body <= LONGEST_MESSAGE then
    return body
  end
  local cut = LONGEST_MESSAGE -- not within a UTF-8 sequence
  while cut > 1 and body:byte(cut + 1) >= 0x80 and body:byte(cut + 1) < 0xC0 do
    cut = cut - 1
  end
  return body:sub(1, cut) .. "..."
end

local function as_text(value)
  if type(value) == "table" then
    return json.encode(value)
  elseif value ~= nil then
    return tostring(value)
  end
  return nil
end

--- The message, code, type and param of an error object of the API, whatever
--- a compatible server made of it: `{ error = { ... } }`, `{ error = "..." }`
--- or the fields themselves.
---@param decoded any
---@return table fields
function response.error_fields(decoded)
  if type(decoded) ~= "table" then
    return { message = as_text(decoded) }
  end
  local object = decoded.error
  if object == nil then
    object = decoded
  elseif type(object) ~= "table" then
    return { message = as_text(object) }
  end
  local message = as_text(object.message)
  return { message = message or as_text(object), code = object.code, type = object.type, param = object.param }
end

---@return table fields
local function message_of(status, body)
  if body == "" then
    return { message = ("status %d without a body"):format(status) }
  end
  local decoded = json.decode(body)
  if decoded == nil then
    return { message = excerpt(body) }
  end
  local fields = response.error_fields(decoded)
  fields.message = fields.message or excerpt(body) -- what is no UTF-8 is no JSON
  return fields
end

--- The error that a reply with a status of no success is.
---@param facts oai.Response
---@param body string
---@return oai.Error
function response.to_error(facts, body)
  local fields = message_of(facts.status, body)
  fields.kind = kind_of(facts.status, fields.code, fields.type)
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
    err.request_id = facts.request_id
    err.rate_limit = facts.rate_limit
    err.attempts = facts.attempts
    err.elapsed = facts.elapsed
  end
  return err
end

--- The value of a reply that came whole and should be JSON; without a body it
--- is `true`.
---@param facts oai.Response
---@param request? oai.Request  whose secrets an error must not repeat
---@return any value
---@return oai.Error? err
function response.decode(facts, request)
  local done, value = json.decode_reply(facts._exchange --[[@as userdata]])
  if done then
    return value
  elseif facts.body == "" then
    return true
  end
  local body = facts.body ---@cast body string
  body = request and mask.text(request, body) or body
  local _, reason = json.decode(body) ---@cast reason string
  return nil, response.annotate(error_value.new {
    kind = "decode",
    message = "the reply is not JSON (" .. reason .. "): " .. excerpt(body), -- 5.1 formats no NUL
    body = body,
  }, facts)
end

return response
