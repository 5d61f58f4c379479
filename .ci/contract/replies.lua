-- What came back: what the mock found in the request, and whether the reply
-- became the kind of value that the document promises.

local replies = {}

---@class contract.Violation
---@field call contract.Call
---@field code string     the mock's
---@field at string       where in the request: "body.input"
---@field message string

local function violation(call, code, at, message)
  return { call = call, code = code, at = at, message = message }
end

--- What the mock found wrong with the request of a call.
---@param call contract.Call
---@param facts oai.Response|oai.Error
---@return contract.Violation[]
function replies.violations(call, facts)
  local headers, found = facts.headers, {}
  if not headers or not headers["x-steady-error-count"] then
    return { violation(call, "none", "reply", "the mock did not check it: " .. tostring(facts)) }
  end
  for i = 1, tonumber(headers["x-steady-error-count"]) do
    local about = "x-steady-error-" .. i
    found[i] = violation(call, headers[about .. "-code"], headers[about .. "-path"], headers[about .. "-message"])
  end
  local matched = headers["x-steady-matched-path"]
  if matched and matched ~= call.operation.path then
    found[#found + 1] = violation(call, "path", "path", "taken for " .. matched)
  elseif headers["x-steady-request-valid"] ~= "true" and #found == 0 then
    found[1] = violation(call, "invalid", "request", "not valid")
  end
  return found
end

--- Reads a stream to its end, which the mock writes in a way of its own.
local function read_stream(stream)
  local count = 0
  while true do
    local event, err = stream:next()
    if event == nil then
      local is_early = err and err.kind == "stream" and err.message:find("ended before it was complete", 1, true)
      return count > 0 and (err == nil or is_early ~= nil), err or "no event"
    end
    count = count + 1
  end
end

local is_kind = {
  page = function(value)
    return type(value) == "table" and type(value.data) == "table" and type(value.each) == "function"
  end,
  object = function(value)
    return type(value) == "table"
  end,
  bytes = function(value, facts)
    return type(value) == "string" and value == facts.body
  end,
  -- The mock writes an empty object where the API writes nothing.
  empty = function(value)
    return value == true or type(value) == "table" and next(value) == nil
  end,
  stream = function(value)
    if type(value) ~= "table" or type(value.events) ~= "function" then
      return false, "no stream"
    end
    return read_stream(value)
  end,
}

--- Whether a reply is a list that is to be gone through: not one of texts.
local function is_list(of, call, schema)
  local data = (schema.properties or {}).data
  local is_array = data ~= nil and data.type == "array" and of:plain(data.items).type ~= "string"
  return call.endpoint.page ~= nil or call.operation.method == "GET" and is_array
end

--- The kind of value that the document promises.
local function promised(of, call)
  local types = call.operation.replies
  if call.streams then
    return "stream"
  elseif next(types) == nil then -- the content of a container's file too
    return call.endpoint.returns == "bytes" and "bytes" or "empty"
  elseif not types["application/json"] or call.endpoint.returns == "bytes" then
    return "bytes"
  end
  local schema = of:plain(types["application/json"])
  return schema.type == "string" and "bytes" or is_list(of, call, schema) and "page" or "object"
end

--- Whether a stream is asked for where the document describes none, so that
--- the mock answers with JSON.
---@param call contract.Call
---@return boolean
function replies.is_undescribed(call)
  return call.streams and not call.operation.replies["text/event-stream"]
end

--- What is wrong where JSON came in place of a stream: it is played as one, if
--- it is an answer that a stream could add up to, or is an error.
local function fault_of_undescribed(value, facts)
  if value == nil then
    return facts.kind ~= "stream" and tostring(facts) or nil
  end
  local right, reason = is_kind.stream(value)
  return not right and tostring(reason) or nil
end

--- What is wrong with the value of a call, or nil.
---@param of table  the document
---@param call contract.Call
---@param value any
---@param facts oai.Response|oai.Error
---@return string?
function replies.fault(of, call, value, facts)
  if replies.is_undescribed(call) then
    return fault_of_undescribed(value, facts)
  elseif value == nil then
    return tostring(facts)
  end
  local kind = promised(of, call)
  local right, reason = is_kind[kind](value, facts)
  return not right and ("the reply is no %s but a %s %s"):format(kind, type(value), tostring(reason or "")) or nil
end

return replies
