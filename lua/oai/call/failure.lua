-- What a server says went wrong, in whatever form it says so: the API's error
-- object, what compatible servers and gateways make of it, events, plain text.
-- Pure.

local json = require "oai.codec.json"
local latest = require "oai.dialect.latest"
local set = require "oai.set"
local sniff = require "oai.codec.sniff"
local source = require "oai.call.source"
local tables = require "oai.tables"

local failure = {}

---@type table<number, oai.ErrorKind>
local KINDS = {
  [400] = "bad_request", [401] = "authentication", [403] = "permission_denied", [404] = "not_found",
  [408] = "timeout", [409] = "conflict", [422] = "unprocessable", [429] = "rate_limit",
}

--- The kind of error that a status stands for, with what the API calls it.
---@param status number
---@param code? string|number
---@param type_? string
---@return oai.ErrorKind
function failure.kind(status, code, type_)
  if status == 429 and (code == "insufficient_quota" or type_ == "insufficient_quota") then
    return "quota"
  end
  return KINDS[status] or (status >= 500 and "server") or "bad_request"
end

failure.LONGEST = 1000 -- bytes of a body that is no JSON, in a message

--- The beginning of a body, for a message.
---@param body string
---@return string
function failure.excerpt(body)
  if #body <= failure.LONGEST then
    return body
  end
  local cut = failure.LONGEST -- not within a UTF-8 sequence
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

--- What a field of an error says that programs compare with: a text or a
--- number.
local function as_name(value)
  return type(value) == "number" and value or as_text(value)
end

--- What is wrong with a field, after its place: "body.messages.0: Field required".
local function of_fault(fault)
  local place = {}
  for i, step in ipairs(type(fault.loc) == "table" and fault.loc or {}) do
    place[i] = as_text(step)
  end
  local text = as_text(fault.msg) or as_text(fault.message) or as_text(fault)
  return place[1] and table.concat(place, ".") .. ": " .. text or text
end

--- What FastAPI says, on which many compatible servers are built: a text, or
--- what is wrong with some fields, whose values stand beside it and are left out.
local function of_detail(detail)
  if type(detail) ~= "table" then
    return as_text(detail)
  end
  local texts = {}
  for _, fault in tables(detail) do
    texts[#texts + 1] = of_fault(fault)
  end
  return texts[1] and table.concat(texts, "; ")
end

--- A message, which is FastAPI's object or its list of faults at some servers.
local function of_message(message)
  if type(message) ~= "table" then
    return as_text(message)
  end
  return of_detail(message.detail or message) or as_text(message)
end

-- What gateways call the message of an error, and its number.
local OTHER_WORDS = { "msg", "Message", "error_msg", "error_message", "errmsg", "status_msg", "error_description" }
local OTHER_CODES = { "error_code", "errcode", "status_code" }

--- The first of some fields that says something; nil where none does.
local function first_of(object, names)
  for _, name in ipairs(names) do
    if not latest.is_nothing(object[name]) then
      return object[name]
    end
  end
  return nil
end

--- The message of an error by other names than the API's.
local function other_message(object)
  local faults = object.errors
  return as_text(first_of(object, OTHER_WORDS)) or type(faults) == "table" and of_detail(faults)
    or type(object.base_resp) == "table" and as_text(object.base_resp.status_msg) or nil
end

--- The code of an error, by whatever name.
local function code_of(object)
  if object.code ~= nil then
    return object.code
  end
  return first_of(object, OTHER_CODES) or type(object.base_resp) == "table" and object.base_resp.status_code or nil
end

--- The message, code, type and param of an error object of the API, whatever
--- a compatible server made of it: `{ error = { ... } }`, `{ error = "..." }`,
--- the fields themselves, or a list of one of these.
---@param decoded any
---@return table fields
function failure.fields(decoded)
  if type(decoded) == "table" and type(decoded[1]) == "table" then
    decoded = decoded[1]
  end
  if type(decoded) ~= "table" then
    return { message = as_text(decoded) }
  end
  local object = decoded.error
  if object == nil then
    object = decoded
  elseif type(object) ~= "table" then
    return { message = as_text(object) }
  end
  return {
    message = of_message(object.message) or of_detail(object.detail) or other_message(object) or as_text(object),
    code = as_name(code_of(object)), type = as_text(object.type), param = as_text(object.param),
  }
end

--- Whether the value of a field `error` says that there is one.
---@param value any
---@return boolean
function failure.is_one(value)
  return value ~= false and not latest.is_nothing(value)
end

local FINE = set { "ok", "success", "successful", "succeeded" }
local FAILED = set { "error", "fail", "failed", "failure" }

--- Whether a code is one of failure: a number other than 0 and those of
--- success, or a word.
local function is_bad_code(code)
  local number = tonumber(code)
  if number then
    return number ~= 0 and (number < 200 or number > 299)
  end
  return type(code) == "string" and code ~= "" and not FINE[code:lower()]
end

--- Whether an object says that something failed as gateways do: `{ code = 1002,
--- msg = "..." }`, `{ success = false, ... }`, `{ detail = "..." }`. No reply of
--- the API, and no event, has such a field and neither an id nor an `object`.
---@param object table
---@return boolean
function failure.is_told(object)
  local status, base = object.status, object.base_resp
  if type(base) == "table" and is_bad_code(base.status_code) then
    return true -- MiniMax's, beside the fields of an answer
  elseif object.id ~= nil or not latest.is_nothing(object.object) then
    return false
  elseif object.success == false or object.detail ~= nil or FAILED[tostring(status):lower()]
    or type(object.errors) == "table" and type(object.errors[1]) == "table" then
    return true
  end
  local has_words = not latest.is_nothing(object.message) or other_message(object) ~= nil
  return has_words and (is_bad_code(code_of(object)) or type(status) == "number" and is_bad_code(status))
end

--- Whether something decoded is an error, in whatever words, or a list of them.
---@param decoded table
---@return boolean
function failure.says_one(decoded)
  local object = type(decoded[1]) == "table" and decoded[1] or decoded
  return failure.is_one(object.error) or object.object == "error" or type(object.message) == "string"
    or failure.is_told(object)
end

--- The first object among the events of a text, or in its field `error`,
--- which is llama.cpp's.
local function object_in_events(body)
  local events = source.of_text(body .. "\n\n")
  local data = events.event()
  while data do
    local decoded = json.decode(data)
    if type(decoded) == "table" then
      return decoded
    end
    data = events.event()
  end
  local passed = events.rest() or ""
  local decoded = json.decode(passed:match("^error:%s*(.*)$") or "")
  return decoded ~= nil and { error = decoded } or nil
end

--- What a text of the server's says of an error: the decoded object of JSON or
--- of an event; nil when it is neither.
---@param body string
---@return any decoded
function failure.said(body)
  local decoded = json.decode(body)
  if decoded == nil and sniff.kind(body) == "events" then
    return object_in_events(body)
  end
  return decoded
end

--- What the body of an error says: its message, code, type and param; nothing
--- of an empty one.
---@param body string
---@return table fields
function failure.of_body(body)
  local decoded = failure.said(body)
  local fields = decoded ~= nil and failure.fields(decoded) or {}
  if body ~= "" then
    fields.message = fields.message or failure.excerpt(body) -- what is no UTF-8 is no JSON
  end
  return fields
end

require "oai.interpret" ()

return failure
