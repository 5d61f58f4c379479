-- The files of agents: into an environment, which takes two calls, and out of
-- a session, as artifacts.

local error_value = require "oai.error"
local extra = require "oai.call.extra"
local options_list = require "oai.options"
local path_ids = require "oai.codec.path"

local files = {}

local ROOT = "/workspace/"

-- What the service keeps for itself, below the root.
local RESERVED = { "^%.codex$", "^%.managed%-agents$", "^%.managed%-agents%-", "^outputs$" }

local PARTS_OF_NO_NAME = { [""] = true, ["."] = true, [".."] = true }

local function reserved_reason(first)
  for _, pattern in ipairs(RESERVED) do
    if first:find(pattern) then
      return "must not lie under " .. ROOT .. first .. ", which is the service's own"
    end
  end
  return nil
end

--- Why a file of an environment cannot be called so, or nil.
---@param path any
---@return string? reason
function files.refusal(path)
  if type(path) ~= "string" then
    return "must be a string, got " .. type(path)
  elseif path:find("[%z\\]") or path:sub(1, #ROOT) ~= ROOT then
    return "must lie under " .. ROOT
  end
  for part in (path:sub(#ROOT + 1) .. "/"):gmatch("([^/]*)/") do
    if PARTS_OF_NO_NAME[part] then
      return "must not have an empty part, '.' or '..' in it"
    end
  end
  return reserved_reason(path:match("^/workspace/([^/]+)"))
end

--- What a call of `upload` gives: the id, unless it is bound, and the rest.
local function arguments(self, ...)
  error_value.check_bound(self, "upload", "environment.files:upload(...)")
  if #self._ids > 0 then
    return nil, ...
  end
  local id = ...
  local reason = path_ids.refusal(id)
  if reason then
    error_value.misuse(("%s.upload: environment_id %s"):format(self._name, reason))
  end
  return ...
end

--- Puts a file of the API's into an environment.
local function place(self, environment_id, params, options)
  if environment_id then
    return self:create(environment_id, params, options)
  end
  return self:create(params, options)
end

local function upload(self, environment_id, source, path, options)
  local name = self._name .. ".upload"
  local reason = source == nil and "expected a file" or files.refusal(path)
  if reason then
    error_value.misuse(("%s: %s"):format(name, source == nil and reason or "the path in the environment " .. reason))
  end
  local _, rest, flow = extra.split(name, {}, options)
  return extra.run(self._client, flow, function()
    local file, facts = self._client.files:create({ file = source, purpose = "user_data" }, rest)
    if not file then
      return nil, facts
    end
    local placed, err = place(self, environment_id, { type = "file_id", file_id = file.id, path = path }, rest)
    if not placed then
      err.partial = file -- the program must know that it was sent
    end
    return placed, err
  end)
end

--- Sends a file and puts it into an environment. Where only the second of the
--- two calls fails, the error's `partial` is the file that was sent.
---@param self table  client.beta.agents.environments.files, or an environment's own
---@param ... any     the environment's id, unless it is bound; a file as client.files:create takes it; its path in the
--- environment; options
---@return table? file  of the environment
---@return oai.Response|oai.Error
function files.upload(self, ...)
  return upload(self, arguments(self, ...))
end

--- Saves an artifact as a file, which appears when all of it has come.
---@param bound table    the resource of its ids
---@param path string
---@param options? oai.CallOptions
---@return string? path
---@return any
function files.download(_, bound, path, options)
  if type(path) ~= "string" or path == "" then
    error_value.misuse("artifact:download: expected the path of a file, got " .. (path == "" and "''" or type(path)))
  end
  return bound:content(nil, options_list.merge({ save_to = path }, options))
end

require "oai.interpret" ()

return files
