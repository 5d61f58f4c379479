-- Requests to JSONL files that the Batch service takes: as many as its limits
-- ask for. One request is held at a time. It must not send anything.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local state = require "oai.batch.state"

local input = {}

---@class oai.BatchRequest
---@field custom_id? string  made when absent: "request-1", ...
---@field body table         the parameters of the call
---@field method? string     "POST"
---@field url? string        the run's endpoint

---@alias oai.BatchRequests oai.BatchRequest[]|fun(): oai.BatchRequest?

local Writer = {}
Writer.__index = Writer

local function misuse(position, message)
  error_value.misuse(("batches.run: request %d: %s"):format(position, message))
end

local function refusal(position, message)
  return nil, state.failure(("request %d: %s"):format(position, message))
end

local MADE = "^request%-%d+$"

--- Remembers an id that was given, which another request must not have.
local function note_id(self, id, position)
  if type(id) ~= "string" or id == "" then
    misuse(position, "custom_id must be a non-empty string")
  elseif self.ids[id] then
    return refusal(position, ("the custom_id '%s' is there twice"):format(id))
  end
  self.ids[id] = true
  if not self.looks_made and id:find(MADE) then
    self.looks_made = id
  end
  return id
end

--- The id of a request. Those that are made need not be remembered, unless
--- given ones look like them.
local function id_of(self, request, position)
  local id, err = request.custom_id, nil
  if id == nil then
    self.has_made = true
    id = ("request-%d"):format(position)
  else
    id, err = note_id(self, id, position)
  end
  if id and self.has_made and self.looks_made then
    return refusal(position, ("the custom_id '%s' looks like those that are made for requests without one: "
      .. "give all requests one, or none of this form"):format(tostring(self.looks_made)))
  end
  return id, err
end

--- Invalid text is the data's fault and returned; the rest is the program's.
local function encoded(value, position, name)
  local text, path, reason, has_bad_text = json.encode(value)
  if text then
    return text
  end
  local message = ("%s%s: %s"):format(name, path == "" and "" or "." .. path, reason)
  if not has_bad_text then
    misuse(position, message)
  end
  return refusal(position, message)
end

--- All requests of a batch go to one endpoint: the one given, else that of
--- the first request.
local function check_url(self, request, position)
  self.endpoint = self.endpoint or request.url
  if type(self.endpoint) ~= "string" then
    misuse(position, "it has no url, and the run no 'endpoint'")
  elseif request.url ~= nil and request.url ~= self.endpoint then
    misuse(position, ("its url is '%s', the run's endpoint '%s'"):format(tostring(request.url), self.endpoint))
  end
end

local function check(self, request, position)
  if type(request) ~= "table" then
    misuse(position, "expected a table, got " .. type(request))
  elseif type(request.body) ~= "table" then
    misuse(position, "it has no body: { custom_id = ..., body = { ... } }")
  elseif request.method ~= nil and type(request.method) ~= "string" then
    misuse(position, "method must be a string")
  end
  check_url(self, request, position)
end

--- The line of a request; it begins with the id, as `input.id` knows.
local function line_of(self, request, position)
  local id, err = id_of(self, request, position)
  if not id then
    return nil, err
  end
  id, err = encoded(id, position, "custom_id")
  if not id then
    return nil, err
  end
  local body
  body, err = encoded(request.body, position, "body")
  if not body then
    return nil, err
  end
  return ('{"custom_id":%s,"method":%s,"url":%s,"body":%s}\n'):format(id,
    json.encode(request.method or "POST"), json.encode(self.endpoint), body)
end

--- How many embeddings a request asks for: they have a limit of their own.
local function inputs_of(self, request)
  local given = request.body.input
  if not self.endpoint:find("/embeddings$") then
    return 0
  elseif type(given) ~= "table" or type(given[1]) == "number" then
    return 1
  end
  return #given
end

local function close_file(self)
  local file = self.file
  self.file = nil
  if file then
    return file:close()
  end
  return true
end

--- Begins the next part.
local function open_next(self)
  local done, reason = close_file(self)
  if not done then
    return nil, state.file_failure(reason)
  end
  local part = { number = #self.parts + 1, stage = "written", requests = 0, bytes = 0 }
  self.file, reason = self.open(state.file(self.path, part, "input"), "wb")
  if not self.file then
    return nil, state.file_failure(reason)
  end
  self.parts[part.number], self.part, self.inputs = part, part, 0
  return true
end

--- Whether a part has room for one request more.
local function has_room(self, bytes, inputs)
  local part, limits = self.part, self.limits
  return part ~= nil and part.requests < limits.max_requests and part.bytes + bytes <= limits.max_bytes
    and self.inputs + inputs <= limits.max_inputs
end

local function append(self, line, inputs)
  local done, reason = self.file:write(line)
  if not done then
    return nil, state.file_failure(reason)
  end
  local part = self.part
  part.requests, part.bytes, self.inputs = part.requests + 1, part.bytes + #line, self.inputs + inputs
  return true
end

--- Adds a request to the part that is being written, or to a new one.
local function add(self, request, position)
  check(self, request, position)
  local line, err = line_of(self, request, position)
  if not line then
    return nil, err
  end
  local inputs = inputs_of(self, request)
  if #line > self.limits.max_bytes or inputs > self.limits.max_inputs then
    return refusal(position, "it is too large for any batch")
  elseif not has_room(self, #line, inputs) then
    local opened
    opened, err = open_next(self)
    if not opened then
      return nil, err
    end
  end
  return append(self, line, inputs)
end

local function is_callable(value)
  local metatable = getmetatable(value)
  return type(value) == "function" or type(metatable) == "table" and metatable.__call ~= nil
end

--- What gives one request after another.
local function source_of(requests)
  if is_callable(requests) then
    return requests
  end
  local at = 0
  return function()
    at = at + 1
    return requests[at]
  end
end

--- What a program gave for requests; nil where that can be right: an array, or
--- a function that gives one after the other.
---@param requests any
---@return string?
function input.mistaken(requests)
  if is_callable(requests) then
    return nil
  elseif type(requests) ~= "table" then
    return type(requests)
  end
  return requests[1] == nil and next(requests) ~= nil and "a table with named fields" or nil
end

--- Raises where neither a request nor the run says where requests go, as of
--- those that are none.
local function check_endpoint(self)
  if self.endpoint == nil then
    error_value.misuse "batches.run: there is no request that has a url, and the run has no 'endpoint'"
  end
end

--- Adds what there is; or nil and an error, or the message of what a wrong
--- request raised. The source may wait, and is not called in a pcall.
---@return boolean? done
---@return oai.Error? err
---@return any raised
local function add_all(self, requests)
  local next_request, position = source_of(requests), 1
  local request = next_request()
  while request ~= nil do
    local done, added, err = pcall(add --[[@as function]], self, request, position)
    if not done then
      return nil, nil, added
    elseif not added then
      return nil, err
    end
    position = position + 1
    request = next_request()
  end
  local known, raised = pcall(check_endpoint, self)
  if not known then
    return nil, nil, raised
  end
  local closed, reason = close_file(self)
  return closed, not closed and state.file_failure(reason) or nil
end

--- Removes the files of what could not be written to the end.
local function abandon(self)
  close_file(self)
  for _, part in ipairs(self.parts) do
    os.remove(state.file(self.path, part, "input"))
  end
end

local function new_writer(path, endpoint, limits, open)
  return setmetatable({ path = path, endpoint = endpoint, limits = limits, open = open, parts = {}, ids = {} }, Writer)
end

--- Writes requests to the input files of a run.
---@param path string      of the state file
---@param requests oai.BatchRequests
---@param endpoint? string
---@param limits { max_requests: integer, max_bytes: integer, max_inputs: integer }
---@return oai.BatchPart[]? parts
---@return string|oai.Error|nil endpoint
---@return string? raised  what is wrong with a request that is none: to be raised
function input.write(path, requests, endpoint, limits)
  local self = new_writer(path, endpoint, limits, io.open)
  local done, err, raised = add_all(self, requests)
  if not done then
    abandon(self)
    return nil, err, raised
  end
  return self.parts, self.endpoint
end

--- How many requests the parts of a run have, and how many bytes.
---@param parts oai.BatchPart[]
---@return integer requests
---@return integer bytes
function input.size(parts)
  local requests, bytes = 0, 0
  for _, part in ipairs(parts) do
    requests, bytes = requests + (part.requests or 0), bytes + (part.bytes or 0)
  end
  return requests, bytes
end

local function nothing()
  return true
end

local function open_nothing()
  return { write = nothing, close = nothing }
end

--- The parts that requests would be written to; nil where a function gives them
--- one after the other, which it does once.
---@param requests? oai.BatchRequests
---@param endpoint? string
---@param limits table
---@return oai.BatchPart[]? parts
function input.measure(requests, endpoint, limits)
  if requests == nil or is_callable(requests) then
    return nil
  end
  local self = new_writer("", endpoint, limits, open_nothing)
  local done, _, raised = add_all(self, requests)
  if raised then
    error(raised, 0)
  end
  return done and self.parts or {}
end

--- The id in a line of a JSONL file of the service, or nil.
---@param text string
---@return string?
function input.id(text)
  local plain = text:match('^{"custom_id":"([^"\\]*)"')
  if plain then
    return plain
  end
  local decoded = json.decode(text)
  local id = type(decoded) == "table" and decoded.custom_id
  return type(id) == "string" and id or nil
end

require "oai.interpret" ()

return input
