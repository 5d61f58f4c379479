-- The results of a run: the lines of the files that were downloaded, joined
-- with their requests by custom_id. Each request has one result, also when
-- the service gave none or two. One line is held at a time, and the ids of
-- one part.

local error_value = require "oai.error"
local failure = require "oai.call.failure"
local input = require "oai.batch.input"
local json = require "oai.codec.json"
local log = require "oai.log"
local response = require "oai.call.response"
local state = require "oai.batch.state"

local results = {}

---@class oai.BatchResult
---@field custom_id string  the request's own
---@field response? any        the body of the reply, decoded
---@field status_code? integer of the reply
---@field request_id? string  of the reply
---@field error? oai.Error     why there is no reply, or what its status says
---@field request? oai.BatchRequest  nil when the service has the batch's input no more

local Reader = {}
Reader.__index = Reader

-- What an end of a batch means for a request that it has not answered.
local KINDS = { expired = "timeout", cancelled = "cancelled", failed = "bad_request" }
local CODES = { batch_expired = "timeout", batch_cancelled = "cancelled" }

--- What a line says went wrong, or that it says nothing at all.
local function error_of(line, reply, status)
  if line.error and failure.is_one(line.error) then
    local fields = failure.fields(line.error)
    fields.kind = CODES[fields.code] or "server"
    return error_value.new(fields)
  elseif status and not response.is_success(status) then
    local facts = { status = status, request_id = reply.request_id, headers = {} }
    return response.to_error(facts --[[@as oai.Response]], reply.body ~= nil and json.encode(reply.body) or "")
  elseif reply.body == nil then
    return error_value.new { kind = "decode", message = "the line of this request has neither a reply nor an error" }
  end
  return nil
end

--- The offset of every request of a part in its input, by its id, and how
--- many these are.
local function index_of(file)
  local offsets, count, at = {}, 0, 0
  for line in file:lines() do
    local id = line ~= "" and input.id(line)
    if id and not offsets[id] then
      offsets[id], count = at, count + 1
    end
    at = at + #line + 1
  end
  return offsets, count
end

local OUTPUTS = { { what = "output", id = "output_file_id" }, { what = "errors", id = "error_file_id" } }

--- Opens the files of a part that have results; returns why one cannot be.
local function open_outputs(self)
  for _, output in ipairs(OUTPUTS) do
    if self.part[output.id] then
      local file, reason = io.open(state.file(self.path, self.part, output.what), "rb")
      if not file then
        return reason
      end
      self.outputs[#self.outputs + 1] = file
    end
  end
end

--- Opens the requests of the part, where they are known.
local function open_input(self)
  local reason
  local is_known = self.part.requests or self.part.file_id -- written here, or fetched
  if is_known and not self.part.input_is_gone then
    self.input, reason = io.open(state.file(self.path, self.part, "input"), "rb")
    if self.input then
      self.offsets, self.left = index_of(self.input)
    end
  end
  return reason
end

--- The results of one part, which has been downloaded.
---@param path string   of the state file
---@param part oai.BatchPart
---@param logger? table
---@return table? reader
---@return oai.Error? err
function results.open(path, part, logger)
  local self = { path = path, part = part, logger = logger, given = {}, outputs = {}, position = 0 }
  setmetatable(self, Reader)
  local reason = open_outputs(self) or open_input(self)
  if reason then
    self:close()
    return nil, state.file_failure(reason)
  end
  return self
end

--- The request at an offset of the input.
local function request_at(self, offset)
  self.input:seek("set", offset)
  return json.decode(self.input:read("*l"))
end

--- Takes an id off those that still need a result. Whether the id needed one, and
--- its request where there is an input.
local function take(self, id)
  if not self.offsets then
    local is_new = not self.given[id]
    self.given[id] = true
    return is_new
  end
  local offset = self.offsets[id]
  if not offset then
    return false
  end
  self.offsets[id], self.left = nil, self.left - 1
  return true, request_at(self, offset)
end

--- The result in a line; nil when it is nobody's, or somebody's second.
local function joined(self, text)
  local line = json.decode(text)
  local id = type(line) == "table" and line.custom_id
  local is_wanted, request
  if type(id) == "string" then
    is_wanted, request = take(self, id)
  end
  if not is_wanted then
    log.write(self.logger, "warn", "batches.run: a line of %s is no request's, or a second result",
      tostring(self.part.batch_id))
    return nil
  end
  local reply = type(line.response) == "table" and line.response or {}
  local status = tonumber(reply.status_code)
  return {
    custom_id = id, response = reply.body, status_code = status, request_id = reply.request_id,
    error = error_of(line, reply, status), request = request,
  }
end

--- What the service says of why a request has no result: of its line, else
--- of the whole batch.
local function cause_of(self)
  local general
  for _, item in ipairs(self.part.errors or {}) do
    if item.line == self.position then
      return item
    end
    general = general or item.line == nil and item or nil
  end
  return general or {}
end

local function missing_error(self)
  local status = self.part.status
  local cause = cause_of(self)
  return error_value.new {
    kind = KINDS[status] or "server",
    code = cause.code or (KINDS[status] and "batch_" .. status or "no_result"),
    param = cause.param,
    message = cause.message or KINDS[status] and ("the batch is %s"):format(status)
      or "the service gave no result for this request",
  }
end

--- The next request that no line was for; nil after the last.
local function next_missing(self)
  if not self.missing then
    self.missing = true
    self.input:seek("set", 0)
  end
  while self.left > 0 do
    local line = self.input:read("*l")
    self.position = self.position + 1
    local id = line ~= "" and input.id(line)
    if id and self.offsets[id] then
      self.offsets[id], self.left = nil, self.left - 1
      return { custom_id = id, error = missing_error(self), request = json.decode(line) }
    end
  end
  return nil
end

--- The next result that a line has; nil after the last.
local function next_joined(self)
  while self.outputs[1] do
    local text = self.outputs[1]:read("*l")
    if not text then
      table.remove(self.outputs, 1):close()
    elseif text ~= "" then
      local result = joined(self, text)
      if result then
        return result
      end
    end
  end
  return nil
end

--- The next result of the part; nil after the last.
---@return oai.BatchResult?
function Reader:next()
  local result = next_joined(self) or self.input and next_missing(self)
  if not result then
    self:close()
  end
  return result or nil
end

function Reader:close()
  for _, file in ipairs(self.outputs) do
    file:close()
  end
  if self.input then
    self.input:close()
  end
  self.outputs, self.input = {}, nil
end

return results
