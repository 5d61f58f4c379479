-- What the methods that wait are called with: ids, parameters and options, of
-- which some have other names in the API's own libraries. Pure.

local error_value = require "oai.error"
local line = require "oai.call.line"
local options_list = require "oai.options"
local path = require "oai.codec.path"
local suggest = require "oai.suggest"

local arguments = {}

-- Options of the API's own libraries: what each is here, and in which unit.
local CALLED = {
  poll_interval_ms = { "interval", 0.001 }, poll_interval = { "interval", 1 }, max_wait_seconds = { "timeout", 1 },
}

-- Where a method is, for examples; the others are in this one.
local EXAMPLE = { wait = "batches", wait_for_processing = "files", create_and_run_poll = "beta.threads",
  submit_tool_outputs_and_poll = "beta.threads.runs" }
local HAS_MOST = "vector_stores.files"

--- Raises where a method was called with a dot.
local function check_self(bound, method)
  error_value.check_bound(bound, method, ("client.%s:%s(...)"):format(EXAMPLE[method] or HAS_MOST, method))
end

--- Raises where something stands behind the options, which are last: a nil in
--- their place would have them overlooked.
---@param name string  of the operation
---@param says string  where the options belong
---@param ... any
function arguments.check_last(name, says, ...)
  for i = 1, select("#", ...) do
    if select(i, ...) ~= nil then
      error_value.misuse(("%s: one argument too many: %s"):format(name, says))
    end
  end
end

--- The ids that a line takes and the resource lacks, taken off what a method
--- was called with; and what follows them.
---@param bound table
---@param key string      of the line
---@param method string
---@param ... any
---@return string[] ids
---@return any ...
function arguments.ids(bound, key, method, ...)
  check_self(bound, method)
  local names, given, ids = line.ids(bound._definition[key]), { ... }, {}
  for i = #bound._ids + 1, #names do
    local id = given[i - #bound._ids]
    path.check_id(id, bound._name .. "." .. method, names[i])
    ids[#ids + 1] = id
  end
  return ids, select(#ids + 1, ...)
end

local function check_number(name, old, value)
  if type(value) ~= "number" or value < 0 or value ~= value then
    error_value.misuse(("%s: option '%s' must be a number from 0 on, got %s"):format(name, old,
      type(value) == "number" and tostring(value) or type(value)))
  end
end

--- Options with those of other libraries under the names that they have here.
---@param name string     of the operation
---@param options any
---@return any
function arguments.renamed(name, options)
  local renamed = options
  for old, new in pairs(CALLED) do
    local value = type(options) == "table" and options[old]
    if value then
      check_number(name, old, value)
      if renamed[new[1]] ~= nil then
        error_value.misuse(("%s: give option '%s' or '%s', not both"):format(name, new[1], old))
      end
      renamed = options_list.merge(renamed, { [new[1]] = value * new[2] })
      renamed[old] = nil
    end
  end
  return renamed
end

--- Raises for names of other libraries, also misspelt, where only ours are
--- known.
---@param name string     of the operation
---@param types table<string, any>  the options that it has, beside those of each call
---@param options any
function arguments.refuse_old(name, types, options)
  for key in pairs(type(options) == "table" and options or {}) do
    local is_ours = types[key] or options_list.is_one(key) or suggest.nearest(key, types)
    local old = not is_ours and (CALLED[key] and key or suggest.nearest(key, CALLED))
    if old then
      error_value.misuse(("%s: unknown option '%s'; did you mean '%s', in seconds?"):format(name, key, CALLED[old][1]))
    end
  end
end

--- Raises unless these can be parameters of what is begun and waited for.
---@param name string     of the operation
---@param params any
function arguments.check_params(name, params)
  if type(params) ~= "table" then
    error_value.misuse(("%s: the parameters must be a table, got %s"):format(name, type(params)))
  elseif params.stream then
    error_value.misuse(name .. ": what is waited for is not streamed")
  end
  for _, option in ipairs { "poll_interval_ms", "max_wait_seconds", "max_concurrency" } do
    if params[option] ~= nil then
      error_value.misuse(("%s: '%s' is an option: options are the table after the parameters"):format(name, option))
    end
  end
end

require "oai.interpret" ()

return arguments
