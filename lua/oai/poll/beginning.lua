-- What begins something and waits until it is done, by the names of the API's
-- own libraries. One time-out is over all of it.

local arguments = require "oai.poll.arguments"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local options_list = require "oai.options"
local path = require "oai.codec.path"
local poll = require "oai.poll"
local unpack = require "oai.unpack"

local beginning = {}

local PURPOSE = "assistants"
local CONCURRENCY = 5

--- The ids, parameters and options that a method was called with.
local function take(bound, operation, method, ...)
  local function apart(ids, params, options, ...)
    arguments.check_last(bound._name .. "." .. method, "the options follow the parameters", ...)
    return ids, params, options
  end
  return apart(arguments.ids(bound, operation, method, ...))
end

--- A wait for an object that is yet to be created.
local function prepare(bound, method, kind, params, options, more)
  local name = bound._name .. "." .. method
  arguments.check_params(name, params)
  return poll.new(bound, method, kind or bound._definition.object, arguments.renamed(name, options), more)
end

--- Waits for what an operation has returned.
local function wait_for(self, object, facts)
  if not object then
    return nil, facts
  elseif type(object) ~= "table" or not object.refresh or path.refusal(object.id) then
    return nil, error_value.new { kind = "decode", operation = self.name, partial = object,
      message = "the reply has no id to look at it again" }
  end
  return poll.run(poll.of(self, object))
end

--- Calls an operation of a resource, whose ids it lacks are `ids`.
local function begin(self, bound, operation, ids, params)
  local given = options_list.merge(ids, {})
  given[#ids + 1], given[#ids + 2] = params, poll.options(self)
  return bound[operation](bound, unpack(given))
end

--- `create_and_poll(ids..., params, options)` and its like.
---@param operation string  of the resource
---@param method string     that was called
---@param kind? string      of what the operation returns, where it is not the resource's own
---@param bound table       the resource
---@param ... any
---@return table? object
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function beginning.call(operation, method, kind, bound, ...)
  local ids, params, options = take(bound, operation, method, ...)
  local self, flow = prepare(bound, method, kind, params, options)
  params = options_list.copy(params)
  return extra.run(self.client, flow, function()
    return wait_for(self, begin(self, bound, operation, ids, params))
  end)
end

--- Raises unless a value can be a file; which fields it may have is said where
--- it is sent.
local function check_file(name, place, file)
  if type(file) ~= "string" and type(file) ~= "table" and type(file) ~= "userdata" then
    error_value.misuse(("%s: %s must be the path of a file, an open file or a table, got %s"):format(name, place,
      type(file)))
  elseif file == "" or type(file) == "string" and file:find "%z" then
    error_value.misuse(("%s: %s must be the path of a file, and %s"):format(name, place,
      file == "" and "is empty" or "holds NUL"))
  end
end

--- A file that was sent, of which the server must have said the id: by that it
--- is added.
local function known(file, facts)
  if file and (type(file) ~= "table" or path.refusal(file.id)) then
    return nil, error_value.new { kind = "decode", message = "the reply has no id of a file", partial = file }
  end
  return file, facts
end

--- Sends a file, and adds it to the vector store. Where only the second step
--- fails, `partial` is the file that was sent.
local function upload(self, bound, ids, file, params)
  local sent, err = known(self.client.files:create({ file = file, purpose = PURPOSE }, poll.options(self)))
  if not sent then
    return nil, err
  end
  params.file_id = sent.id
  local object, facts = begin(self, bound, "create", ids, params)
  if not object then
    facts.partial = sent
  end
  return object, facts
end

--- A copy of parameters without one of them.
local function without(params, name)
  local rest = options_list.merge(params, {})
  rest[name] = nil
  return options_list.copy(rest)
end

---@class oai.StoredFile  a file that is sent, and added to a vector store
---@field file string|oai.OpenFile|oai.FileInput  a path, an open file, or what is in it
---@field attributes? table<string, string|number|boolean>  by which searches can be filtered
---@field chunking_strategy? oai.ChunkingStrategyRequestParam  how it is cut into passages

---@class oai.StoredFiles  files that are sent, and added to a vector store
---@field files (string|oai.OpenFile|oai.FileInput)[]  paths, open files, or what is in them
---@field file_ids? string[]  of those that were sent before
---@field attributes? table<string, string|number|boolean>  by which searches can be filtered
---@field chunking_strategy? oai.ChunkingStrategyRequestParam  how they are cut into passages

--- What sends a file and adds it to a vector store, and the wait for that. What
--- is sent is fixed here.
local function prepare_upload(bound, method, ...)
  local ids, params, options = take(bound, "create", method, ...)
  local self, flow = prepare(bound, method, nil, params, options)
  check_file(self.name, "'file'", params.file)
  local file, rest = options_list.copy(params.file), without(params, "file")
  return self, flow, function()
    return upload(self, bound, ids, file, rest)
  end
end

--- `upload(ids..., { file =, ... }, options)`: the file in the vector store,
--- not waited for.
---@param bound table
---@param ... any
---@return table? object
---@return oai.Response|oai.Error facts
function beginning.upload(bound, ...)
  local self, flow, send_and_add = prepare_upload(bound, "upload", ...)
  return extra.run(self.client, flow, send_and_add)
end

--- `upload_and_poll(ids..., { file =, ... }, options)`.
---@param bound table
---@param ... any
---@return table? object
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function beginning.upload_and_poll(bound, ...)
  local self, flow, send_and_add = prepare_upload(bound, "upload_and_poll", ...)
  return extra.run(self.client, flow, function()
    return wait_for(self, send_and_add())
  end)
end

--- Raises where a list has a gap: what stands behind it would be passed over.
local function check_gaps(name, what, list)
  local all, row = 0, 0
  for _ in pairs(list) do
    all = all + 1
  end
  for _ in ipairs(list) do
    row = row + 1
  end
  if all > row then
    error_value.misuse(("%s: '%s' is no list: %s[%d] is nil, and there is more in it"):format(name, what, what,
      row + 1))
  end
end

local function check_files(name, files, file_ids)
  if type(files) ~= "table" or files[1] == nil then
    error_value.misuse(name .. ": 'files' must be a list of files; for those that were sent there is create_and_poll")
  elseif file_ids ~= nil and type(file_ids) ~= "table" then
    error_value.misuse(("%s: 'file_ids' must be a list of ids, got %s"):format(name, type(file_ids)))
  end
  check_gaps(name, "files", files)
  check_gaps(name, "file_ids", file_ids or {})
  for i, file in ipairs(files) do
    check_file(name, ("files[%d]"):format(i), file)
  end
end

--- Sends a file: that of a path in parts, if it is large.
local function send(self, file)
  if type(file) == "string" then
    return self.client.files:upload(file, options_list.merge(poll.options(self), { purpose = PURPOSE }))
  end
  return self.client.files:create({ file = file, purpose = PURPOSE }, poll.options(self))
end

--- Sends files, so many at a time. Their ids in order; where one fails, the
--- `partial` of its error has the ids of those that were sent.
local function send_all(self, files)
  local ids, sent = {}, {}
  local done, err = self.client:map(files, function(file, i)
    local one, failure = known(send(self, file))
    if not one then
      return nil, failure
    end
    ids[i], sent[#sent + 1] = one.id, one.id
    return true
  end, { concurrency = self.own.max_concurrency or CONCURRENCY })
  if done then
    return ids
  elseif not error_value.is_error(err) then
    error(err, 0)
  end
  err.partial, err.where = { file_ids = sent }, err.where or error_value.caller()
  return nil, err
end

--- Sends files and has them added to the vector store, with those that were
--- sent before.
local function upload_all(self, bound, ids, files, params)
  local sent, err = send_all(self, files)
  if not sent then
    return nil, err
  end
  local all = {}
  for _, list in ipairs { params.file_ids or {}, sent } do
    for _, id in ipairs(list) do
      all[#all + 1] = id
    end
  end
  params.file_ids = all
  local batch, facts = begin(self, bound, "create", ids, params)
  if not batch then
    facts.partial = { file_ids = all }
  end
  return batch, facts
end

--- `upload_and_poll(ids..., { files =, file_ids =, ... }, options)` of file
--- batches.
---@param bound table
---@param ... any
---@return table? batch
---@return oai.Response|oai.Error facts
---@return oai.WaitOutcome? outcome
function beginning.upload_all_and_poll(bound, ...)
  local ids, params, options = take(bound, "create", "upload_and_poll", ...)
  local self, flow = prepare(bound, "upload_and_poll", nil, params, options, { max_concurrency = { "count" } })
  check_files(self.name, params.files, params.file_ids)
  local rest, files = without(params, "files"), options_list.copy(params.files)
  return extra.run(self.client, flow, function()
    return wait_for(self, upload_all(self, bound, ids, files, rest))
  end)
end

require "oai.interpret" ()

return beginning
