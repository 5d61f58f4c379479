-- State files: which parts have been done of something that may be killed at
-- any moment and run again, written anew with each step. One appears whole or
-- not at all, and holds no key.

local error_value = require "oai.error"
local file = require "oai.file"
local json = require "oai.codec.json"
local value_type = require "oai.value_type"

local state_file = {}

---@class oai.StateKind
---@field operation string  whose state it is, for errors
---@field mark string       the field that says what a file is
---@field version integer   its value
---@field called string     what a file is, for people: "the state of an upload"
---@field fields table<string, string[]>  the types of what one holds
---@field is_sound? fun(fields: table): boolean  whether what types do not say is right, too

--- An error about what a state is of.
---@param kind oai.StateKind
---@param message any
---@return oai.Error
function state_file.failure(kind, message)
  return error_value.new { kind = "bad_request", operation = kind.operation, message = tostring(message) }
end

--- An error about a file that cannot be read or written.
---@param kind oai.StateKind
---@param message any
---@return oai.Error
function state_file.file_failure(kind, message)
  return error_value.new { kind = "io", operation = kind.operation, message = tostring(message) }
end

--- Whether what a state file holds can be gone on with: somebody may have
--- written to it.
local function is_sound(kind, fields)
  for name, types in pairs(kind.fields) do
    if not value_type.fits(fields[name], types) then
      return false
    end
  end
  return not kind.is_sound or kind.is_sound(fields)
end

--- Reads a state file; nil when there is none. What is no state file is an
--- error: it is somebody's, and must not be written over.
---@param kind oai.StateKind
---@param path string
---@return table? fields
---@return oai.Error? err
function state_file.load(kind, path)
  local text, reason, is_missing = file.read(path)
  if is_missing then
    return nil
  elseif not text then
    return nil, state_file.file_failure(kind, reason)
  end
  local fields = json.decode(text)
  if type(fields) ~= "table" or fields[kind.mark] ~= kind.version or type(fields.parts) ~= "table" then
    return nil, state_file.failure(kind, ("%s is not %s"):format(path, kind.called))
  elseif not is_sound(kind, fields) then
    return nil, state_file.failure(kind, ("%s is damaged: it holds what %s does not"):format(path, kind.called))
  end
  return fields
end

--- Writes a state.
---@param kind oai.StateKind
---@param path string
---@param fields table
---@return boolean? done
---@return oai.Error? err
function state_file.save(kind, path, fields)
  local text, where, reason = json.encode(fields)
  if not text then
    return nil, state_file.failure(kind, ("the state: %s: %s"):format(where, reason))
  end
  local done, why = file.replace(path, text)
  if not done then
    return nil, state_file.file_failure(kind, "the state: " .. tostring(why))
  end
  return true
end

require "oai.interpret" ()

return state_file
