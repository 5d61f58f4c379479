-- The errors with which a wait ends: its time is up, or what it was for has
-- failed. Each holds the object. Pure.

local error_value = require "oai.error"

local ending = {}

--- An error that holds the object of a wait.
local function fail(self, fields)
  fields.operation, fields.partial = self.name, self.result or self.object
  return nil, error_value.new(fields)
end

--- The error of a wait whose time is up.
---@param self oai.Polling
---@return nil
---@return oai.Error
function ending.timed_out(self)
  local status, seconds = self.object and self.object.status, self.own.timeout
  local message = status and ("it was still '%s' after the timeout of %g s"):format(tostring(status), seconds)
    or ("it was not looked at within the timeout of %g s"):format(seconds)
  local failure = self.failure and self.failure.kind ~= "timeout" and self.failure or nil
  return fail(self, { kind = "timeout", cause = failure, message = message .. (failure
    and (", and the last look has failed: %s"):format(failure.message) or "") })
end

--- The error of an object that does not say how far it is.
---@param self oai.Polling
---@param reason? string
---@return nil
---@return oai.Error
function ending.unclear(self, reason)
  return fail(self, { kind = "decode", message = reason or "it has no 'status', so nobody knows when it is done" })
end

--- What an object says went wrong, of whatever kind it is.
local function complaint(object)
  local errors = rawget(object, "errors")
  local list = type(errors) == "table" and errors.data
  local said = rawget(object, "error") or rawget(object, "last_error") or type(list) == "table" and list[1]
  if type(said) == "table" then
    return said
  end
  return { message = type(said) == "string" and said or rawget(object, "status_details") }
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

--- The error of an object that has failed.
---@param self oai.Polling
---@param status string
---@return nil
---@return oai.Error
function ending.failed(self, status)
  local said = complaint(self.object)
  local message = text_of(said.message)
  return fail(self, { kind = "failed", reason = status, code = text_of(said.code), param = text_of(said.param),
    message = ("it ended as '%s'%s"):format(status, message and ": " .. message or "") })
end

require "oai.interpret" ()

return ending
