-- The options of a run of batches: their names, types and defaults.

local call_options = require "oai.options"
local error_value = require "oai.error"
local value_type = require "oai.value_type"

local options_list = {}

---@class oai.BatchRunOptions
---@field endpoint? string     such as "/v1/embeddings"; else the url of the first request
---@field state? string        the file in which the run is recorded; the others are beside it, under longer names;
--- without it they are temporary, and the run cannot go on in another process
---@field resume? string|string[]  the ids of batches that exist, instead of requests
---@field metadata? table<string, string>  of the batches, beside our own
---@field completion_window? string  "24h"
---@field expires_after? table  of the files that are uploaded
---@field output_expires_after? table  of the files of results
---@field max_requests? integer  50,000 to a batch
---@field max_bytes? integer  200,000,000 to a batch's file
---@field max_inputs? integer  50,000 to a batch of embeddings
---@field concurrency? integer  how many batches are under way at once; all of them
---@field interval? number     seconds until the service is asked first, 5; then longer and longer
---@field max_interval? number seconds, 60
---@field settle? number       seconds, 30, in which a batch may appear whose creation was not answered
---@field patience? number     seconds, 3600, for which the service may be out of reach while a batch is waited for
---@field progress? fun(progress: oai.BatchProgress)  after each step and each look

local DEFAULTS = {
  max_requests = 50000, max_bytes = 200 * 1000 * 1000, max_inputs = 50000, concurrency = math.huge,
  interval = 5, max_interval = 60, settle = 30, patience = 3600,
}

local TYPES = {
  endpoint = { "string" }, state = { "string" }, resume = { "any" }, metadata = { "table" },
  completion_window = { "string" }, expires_after = { "table" }, output_expires_after = { "table" },
  max_requests = { "number" }, max_bytes = { "number" }, max_inputs = { "number" }, concurrency = { "number" },
  interval = { "number" }, max_interval = { "number" }, settle = { "number" }, patience = { "number" },
  progress = { "function" },
}

local function check_resume(value)
  if type(value) ~= "string" and type(value) ~= "table" then
    error_value.misuse("batches.run: option 'resume' must be the id of a batch, or a list of them")
  end
  for _, id in ipairs(type(value) == "table" and value or { value }) do
    if type(id) ~= "string" or id == "" then
      error_value.misuse "batches.run: an id in 'resume' must be a non-empty string"
    end
  end
end

local function check_option(name, value)
  if name == "resume" then
    check_resume(value)
  elseif type(value) == "string" and value:find("%z") then -- another file would be opened
    error_value.misuse(("batches.run: option '%s' must not hold NUL"):format(name))
  end
end

--- The options, checked, with their defaults.
---@param given? oai.BatchRunOptions
---@return table
function options_list.complete(given)
  local options = {}
  if given ~= nil and type(given) ~= "table" then
    error_value.misuse("batches.run: the options must be a table, got " .. type(given))
  end
  value_type.check("batches.run", "option", given or {}, TYPES)
  for name, value in pairs(given or {}) do
    check_option(name, value)
    options[name] = call_options.copy(value)
  end
  for name, value in pairs(DEFAULTS) do
    options[name] = options[name] or value
  end
  return options
end

require "oai.interpret" ()

return options_list
