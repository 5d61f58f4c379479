-- What is done with a part of a run, stage by stage, until its results are
-- on the disk. Each step returns true when the next one may follow, false
-- when the service has to work first; or nil and an error.

local error_value = require "oai.error"
local failure = require "oai.call.failure"
local once = require "oai.batch.once"
local options_list = require "oai.options"
local sniff = require "oai.codec.sniff"
local state = require "oai.batch.state"

local steps = {}

-- What is sent again is batch/once.lua's business, not send.lua's or libcurl's.
local ONCE = { max_retries = 0, fresh_connection = true }
local DAY = 24 * 60 * 60 -- seconds by which clocks may differ
local PAGE = 100

--- Whether a page of a list, newest first, and so all that follow, are from
--- before the part was begun.
local function is_too_old(data, part)
  local first, last = data[1], data[#data]
  return first ~= nil and type(first.created_at) == "number" and type(last.created_at) == "number"
    and first.created_at > last.created_at and last.created_at < part.sent_at - DAY
end

--- The item of a list that `matches`.
local function search(page, err, part, matches)
  while page do
    for _, item in ipairs(page.data or {}) do
      if matches(item) then
        return item
      end
    end
    if is_too_old(page.data or {}, part) then
      return nil
    end
    page, err = page:next()
  end
  return nil, err
end

--- The name under which the service has the input of a part.
local function file_name(run, part)
  return ("oai-run-%s-%d.jsonl"):format(run.state.key, part.number)
end

local UPLOAD = { before = "written", doing = "uploading", settles = false } -- a second file does no harm

local NO_LIST = { [404] = true, [405] = true } -- a server that takes files need not list them

function UPLOAD.find(run, part)
  local page, err = run.client.files:list { purpose = "batch", order = "desc", limit = PAGE }
  if not page and NO_LIST[err.status] then
    return nil
  end
  return search(page, err, part, function(file)
    return file.filename == file_name(run, part) and (file.bytes == nil or file.bytes == part.bytes)
  end)
end

function UPLOAD.send(run, part)
  return run.client.files:create({
    file = { path = state.file(run.path, part, "input"), filename = file_name(run, part) },
    purpose = "batch",
    expires_after = run.state.settings.expires_after,
  }, ONCE)
end

local function upload(run, part)
  local file, err = once.send(run, part, UPLOAD)
  if not file then
    return nil, err
  end
  run:_reached()
  return run:_record(part, { stage = "uploaded", file_id = file.id })
end

local CREATE = { before = "uploaded", doing = "creating", settles = true }

--- What tells the batch of a part from all others.
local function marks(run, part)
  return { oai_run = run.state.key, oai_part = ("%d"):format(part.number) }
end

function CREATE.find(run, part)
  local page, err = run.client.batches:list { limit = PAGE }
  local wanted = marks(run, part)
  return search(page, err, part, function(batch)
    local said = batch.metadata or {}
    return batch.input_file_id == part.file_id
      or said.oai_run == wanted.oai_run and said.oai_part == wanted.oai_part
  end)
end

function CREATE.send(run, part)
  local settings = run.state.settings
  return run.client.batches:create({
    input_file_id = part.file_id,
    endpoint = run.state.endpoint,
    completion_window = settings.completion_window,
    metadata = options_list.merge(settings.metadata or {}, marks(run, part)),
    output_expires_after = settings.output_expires_after,
  }, ONCE)
end

local function create(run, part)
  local batch, err = once.send(run, part, CREATE)
  if not batch then
    return nil, err
  end
  run:_note(part, batch)
  local recorded
  recorded, err = run:_record(part, { stage = "created", batch_id = batch.id })
  return recorded and false, err
end

local ENDED = { completed = true, failed = true, expired = true, cancelled = true }

--- The id of a file of a batch, or nil: some servers say "".
local function file_id(value)
  return value ~= "" and value or nil
end

local function poll(run, part)
  local batch, err = run.client.batches:retrieve(part.batch_id)
  if not batch then
    return nil, err
  end
  run:_note(part, batch)
  if not ENDED[batch.status] then
    return false
  end
  return run:_record(part, {
    stage = "ended",
    status = batch.status,
    file_id = batch.input_file_id,
    output_file_id = file_id(batch.output_file_id),
    error_file_id = file_id(batch.error_file_id),
    errors = batch.errors and batch.errors.data,
  })
end

local BEGINNING = 1024 -- bytes of a file that tell what it is

--- Why a file that was fetched is none of lines of JSON, or nil: what came may be
--- a proxy's, and the results are still with the service.
local function misfit(path)
  local file = io.open(path, "rb")
  local begins = file and file:read(BEGINNING) or ""
  if file then
    file:close()
  end
  local kind = sniff.kind(begins)
  if kind ~= "json" and kind ~= "empty" then
    return ("what came as a batch's file has no lines of JSON%s: %s"):format(sniff.remark(begins),
      failure.excerpt(begins))
  end
end

--- Fetches a file of the service's into one of ours, which is removed where the
--- service has none.
local function fetch(run, part, id, what)
  local path = state.file(run.path, part, what)
  if not id then
    os.remove(path)
    return true
  end
  local saved, err = run.client.files:content(id, nil, { save_to = path })
  local wrong = saved and misfit(path)
  if wrong then
    os.remove(path)
    return nil, error_value.new { kind = "decode", message = wrong }
  end
  return saved, err
end

--- Fetches the input, where it was written elsewhere. The service may have it no
--- more.
local function fetch_input(run, part)
  if not part.file_id or state.exists(state.file(run.path, part, "input")) then
    return true
  end
  local done, err = fetch(run, part, part.file_id, "input")
  if not done and err.kind == "not_found" then
    part.input_is_gone = true
    return true
  end
  return done, err
end

local function download(run, part)
  local done, err = fetch(run, part, part.output_file_id, "output")
  if done then
    done, err = fetch(run, part, part.error_file_id, "errors")
  end
  if done then
    done, err = fetch_input(run, part)
  end
  if not done then
    return nil, err
  end
  run:_reached()
  return run:_record(part, { stage = "downloaded" })
end

-- What is done next with a part, by the stage in which it is.
local STEPS = {
  written = upload, uploading = upload, uploaded = create, creating = create, created = poll, ended = download,
}

local function withdrawn(run, part)
  return run:_record(part, { stage = "ended", status = "cancelled" })
end

--- Finds the batch of a part that may have been created.
local function settle(run, part)
  local batch, err = once.look_up(run, part, CREATE)
  if batch then
    return run:_record(part, { stage = "created", batch_id = batch.id })
  elseif err then
    return nil, err
  end
  return withdrawn(run, part)
end

--- Whether the service would not cancel a batch because it is at its end.
local function has_ended(err)
  return error_value.is_error(err) and (err.kind == "conflict" or err.kind == "bad_request")
end

--- Has the service cancel a batch, once.
local function cancel_created(run, part)
  local batch, err = run.client.batches:cancel(part.batch_id --[[@as string]])
  if not batch and not has_ended(err) then
    return nil, err --[[@as oai.Error]]
  end
  part.is_cancelled = true
  return true
end

local UNDECIDED = { written = true, uploading = true, uploaded = true }

--- Has the service cancel the batch of a part; one that has none gets none.
---@param run oai.BatchRun
---@param part oai.BatchPart
---@return boolean? done
---@return oai.Error? err
function steps.cancel(run, part)
  if part.stage == "creating" then
    local settled, err = settle(run, part)
    if not settled then
      return nil, err
    end
  end
  if part.stage == "created" and not part.is_cancelled then
    return cancel_created(run, part)
  elseif UNDECIDED[part.stage] then
    return withdrawn(run, part)
  end
  return true
end

--- Takes a part as far as it goes without waiting for the service's work.
---@param run oai.BatchRun
---@param part oai.BatchPart
---@return boolean? done
---@return oai.Error? err
function steps.advance(run, part)
  if run.state.is_cancelled then
    local done, err = steps.cancel(run, part)
    if not done then
      return nil, err
    end
  end
  while STEPS[part.stage] do
    local going, err = STEPS[part.stage](run, part)
    if going == nil then
      return nil, err
    elseif not going then
      return true
    end
  end
  return true
end

return steps
