-- The state of a run, which its state file has: what has been done so far. And
-- the names of the files beside that.

local json = require "oai.codec.json"
local key = require "oai.key"
local path_codec = require "oai.codec.path"
local state_file = require "oai.state_file"
local value_type = require "oai.value_type"

local state = {}

-- The fields of a part, and what each may be.
local OF_PART = {
  number = { "count" }, requests = { "integer", "nil" }, bytes = { "integer", "nil" }, sent_at = { "number", "nil" },
  stage = { { "written", "uploading", "uploaded", "creating", "created", "ended", "downloaded" } },
}

-- The ids that a part may have.
local IDS = { "file_id", "batch_id", "output_file_id", "error_file_id" }

local function is_part(part, number)
  if type(part) ~= "table" or part.number ~= number then
    return false
  end
  for name, types in pairs(OF_PART) do
    if not value_type.fits(part[name], types) then
      return false
    end
  end
  for _, name in ipairs(IDS) do
    if part[name] ~= nil and part[name] ~= "" and path_codec.refusal(part[name]) then
      return false
    end
  end
  return part.stage ~= "created" or (part.batch_id or "") ~= ""
end

--- Whether the parts of a run can be gone on with.
local function has_parts(fields)
  local count = 0
  for number, part in pairs(fields.parts) do
    count = count + 1
    if not is_part(part, number) then
      return false
    end
  end
  return count == #fields.parts
end

---@type oai.StateKind
local KIND = {
  operation = "batches.run", mark = "oai_batch_run", version = 1, called = "the state of a run of batches",
  fields = { key = { "text" }, endpoint = { "string", "nil" }, settings = { "table" } }, is_sound = has_parts,
}

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
  return state_file.failure(KIND, message)
end

--- An error about a file of a run: it cannot be read or written.
---@param message any
---@return oai.Error
function state.file_failure(message)
  return state_file.file_failure(KIND, message)
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
    oai_batch_run = KIND.version, key = key.hex(8), endpoint = endpoint,
    settings = json.object(settings), parts = json.array(parts),
  }
end

--- Reads a state file; nil when there is none.
---@param path string
---@return oai.BatchState?
---@return oai.Error? err
function state.load(path)
  return state_file.load(KIND, path)
end

--- Writes the state.
---@param path string
---@param fields oai.BatchState
---@return boolean? done
---@return oai.Error? err
function state.save(path, fields)
  return state_file.save(KIND, path, fields)
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

require "oai.interpret" ()

return state
