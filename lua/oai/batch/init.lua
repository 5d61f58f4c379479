-- Many requests through the API's Batch service, in as many batches as they
-- need. A run is what its state file says, so it can go on in another
-- process, wherever it was killed.

local error_value = require "oai.error"
local input = require "oai.batch.input"
local options_list = require "oai.batch.options"
local run_module = require "oai.batch.run"
local state = require "oai.batch.state"

local batch = {}

local function check_arguments(self, requests, options)
  error_value.check_bound(self, "batches.run", "client.batches:run(...)")
  local mistaken = requests ~= nil and input.mistaken(requests)
  if mistaken then
    error_value.misuse("batches.run: the requests must be an array or a function, got " .. mistaken)
  elseif requests ~= nil and options.resume then
    error_value.misuse "batches.run: give requests or 'resume', not both"
  end
end

local function settings_of(options)
  return {
    completion_window = options.completion_window or "24h", metadata = options.metadata,
    expires_after = options.expires_after, output_expires_after = options.output_expires_after,
  }
end

--- The state of a run of batches that exist.
local function resumed(options)
  local parts = {}
  for i, id in ipairs(type(options.resume) == "table" and options.resume or { options.resume }) do
    parts[i] = { number = i, stage = "created", batch_id = id }
  end
  return state.new(nil, settings_of(options), parts)
end

--- The state of a new run, its requests written; or nil and an error, or what
--- is to be raised.
---@return oai.BatchState?
---@return oai.Error? err
---@return any raised
local function written(path, requests, options)
  if requests == nil then
    return nil, state.failure(("there are no requests, and no state of an earlier run in %s"):format(
      options.state or "a file"))
  end
  local parts, endpoint, raised = input.write(path, requests, options.endpoint, options)
  if not parts then
    return nil, endpoint --[[@as oai.Error?]], raised
  end
  return state.new(endpoint --[[@as string]], settings_of(options), parts)
end

local function same_ids(parts, resume)
  local ids = type(resume) == "table" and resume or { resume }
  for i = 1, math.max(#parts, #ids) do
    if not parts[i] or parts[i].batch_id ~= ids[i] then
      return false
    end
  end
  return true
end

--- Whether requests are not those of a run, as far as their number and size
--- tell.
local function are_others(kept, requests, options)
  local parts = input.measure(requests, kept.endpoint, options)
  if not parts then
    return false
  end
  local count, bytes = input.size(parts)
  local kept_count, kept_bytes = input.size(kept.parts)
  return count ~= kept_count or bytes ~= kept_bytes
end

--- Why a recorded run cannot be the one that is asked for, or nil.
local function misfit(kept, requests, options)
  if options.endpoint and kept.endpoint and options.endpoint ~= kept.endpoint then
    return "is of a run of " .. kept.endpoint
  elseif are_others(kept, requests, options) then
    return "is of a run of other requests: remove it, or give another name"
  elseif options.resume and not same_ids(kept.parts, options.resume) then
    return "is of a run of other batches"
  end
  return nil
end

--- Has parts whose files were removed from the disk fetched again.
local function check_files(path, parts)
  for _, part in ipairs(parts) do
    local is_lost = part.output_file_id and not state.exists(state.file(path, part, "output"))
      or part.error_file_id and not state.exists(state.file(path, part, "errors"))
      or not part.input_is_gone and part.file_id and not state.exists(state.file(path, part, "input"))
    if part.stage == "downloaded" and is_lost then
      part.stage = "ended"
    end
  end
end

--- The state of a run that was begun before; nil when there is none.
local function recorded(path, requests, options)
  if not options.state then
    return nil
  end
  local kept, err = state.load(path)
  local reason = kept and misfit(kept, requests, options)
  if reason then
    return nil, state.failure(("the state in %s %s"):format(path, reason))
  elseif kept then
    check_files(path, kept.parts)
  end
  return kept, err
end

--- The state of a run that is begun here, recorded; or as `written`.
---@return oai.BatchState|false|nil
---@return oai.Error? err
---@return any raised
local function begun(path, requests, options)
  local fresh, err, raised
  if options.resume then
    fresh = resumed(options)
  else
    fresh, err, raised = written(path, requests, options)
  end
  if not fresh then
    return nil, err, raised
  end
  local saved
  saved, err = state.save(path, fresh)
  return saved and fresh, err
end

--- Begins a run, or goes on with the one that is recorded in `options.state`;
--- its requests are then not looked at, and may be left out. Writes the
--- requests to files; nothing is sent before the run is waited for or read.
---@param self table      client.batches
---@param requests? oai.BatchRequests  a function returns one after another
---@param options? oai.BatchRunOptions
---@return oai.BatchRun? run
---@return oai.Error? err
function batch.run(self, requests, options)
  local complete = options_list.complete(options)
  check_arguments(self, requests, complete)
  local path = complete.state or os.tmpname()
  local raised
  local found, err = recorded(path, requests, complete) ---@type oai.BatchState|false|nil, oai.Error?
  if not found and not err then
    found, err, raised = begun(path, requests, complete)
  end
  if not found and not complete.state then
    os.remove(path)
  end
  if raised then
    error(raised, 0)
  elseif not found then
    return nil, err
  end
  return run_module.new(self._client, complete, path, found)
end

return batch
