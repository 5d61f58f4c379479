-- The state file of a run: what has been done so far, written anew with each
-- step. It appears whole or not at all, and holds no key. And the names of
-- the files beside it.

local error_value = require "oai.error"
local file = require "oai.file"
local json = require "oai.codec.json"
local key = require "oai.key"

local state = {}

local VERSION = 1

---@class oai.BatchState
---@field oai_batch_run integer  the version of this format
---@field key string           what tells this run from others, on the service as well
---@field endpoint? string     nil when it was resumed by its batches' ids
---@field settings table       what batches are created with
---@field parts oai.BatchPart[]
---@field is_cancelled? boolean  no batch is to go on

---@alias oai.BatchStage
---| "written" | "uploading" | "uploaded" | "creating" | "created" | "ended" | "downloaded"

---@class oai.BatchPart  the requests of one batch
---@field number integer
---@field stage oai.BatchStage
---@field requests? integer    how many
---@field bytes? integer       of its input
---@field sent_at? integer     when what is being done was asked for, Unix seconds
---@field file_id? string      of its input
---@field batch_id? string
---@field counts? table        what the service says of its requests
---@field is_cancelled? boolean  the service was told
---@field status? string       how its batch ended
---@field output_file_id? string
---@field error_file_id? string
---@field errors? table[]      why its batch failed
---@field input_is_gone? boolean  the service has its input no more

--- An error about what a run is made of.
---@param message any
---@return oai.Error
function state.failure(message)
  return error_value.new { kind = "bad_request", operation = "batches.run", message = tostring(message) }
end

--- An error about a file of a run: it cannot be read or written.
---@param message any
---@return oai.Error
function state.file_failure(message)
  return error_value.new { kind = "io", operation = "batches.run", message = tostring(message) }
end

--- A file of a part, beside the state file.
---@param path string   of the state file
---@param part oai.BatchPart
---@param what "input"|"output"|"errors"
---@return string
function state.file(path, part, what)
  return ("%s.%d.%s.jsonl"):format(path, part.number, what)
end

--- The state of a new run.
---@param endpoint? string
---@param settings table
---@param parts oai.BatchPart[]
---@return oai.BatchState
function state.new(endpoint, settings, parts)
  return {
    oai_batch_run = VERSION, key = key.hex(8), endpoint = endpoint,
    settings = json.object(settings), parts = json.array(parts),
  }
end

--- Reads a state file; nil when there is none. What is no state file is an
--- error: it is somebody's, and must not be written over.
---@param path string
---@return oai.BatchState?
---@return oai.Error? err
function state.load(path)
  local text, reason, is_missing = file.read(path)
  if is_missing then
    return nil
  elseif not text then
    return nil, state.file_failure(reason)
  end
  local fields = json.decode(text)
  if type(fields) ~= "table" or fields.oai_batch_run ~= VERSION then
    return nil, state.failure(("%s is not the state of a run of batches"):format(path))
  end
  return fields
end

--- Writes the state.
---@param path string
---@param fields oai.BatchState
---@return boolean? done
---@return oai.Error? err
function state.save(path, fields)
  local text, where, reason = json.encode(fields)
  if not text then
    return nil, state.failure(("the state: %s: %s"):format(where, reason))
  end
  local done, why = file.replace(path, text)
  if not done then
    return nil, state.file_failure("the state: " .. tostring(why))
  end
  return true
end

--- Whether a file can be read.
---@param path string
---@return boolean
function state.exists(path)
  local handle = io.open(path, "rb")
  if handle then
    handle:close()
  end
  return handle ~= nil
end

return state
