-- The options of what makes clients of a provider: its own taken apart from
-- those of a client.

local error_value = require "oai.error"
local options_list = require "oai.options"
local value_type = require "oai.value_type"

local given_options = {}

--- Raises for an option that is called otherwise here, and for one that there is
--- not: what is said to be missing may have been given by a misspelt name.
local function check_names(where, given, own, called)
  for name in pairs(given) do
    if called[name] then
      error_value.misuse(("%s: option '%s' is called '%s'"):format(where, tostring(name), called[name]))
    end
    local reason = options_list.unknown(name, own)
    if reason then
      error_value.misuse(where .. ": " .. reason)
    end
  end
end

--- The options of a client that are among those of a provider.
---@param where string              "azure": what was called
---@param given any
---@param own table<string, table>  the provider's, and what each may be
---@param called table<string, string>  what others call these
---@return table given
---@return table rest
function given_options.split(where, given, own, called)
  if type(given) ~= "table" then
    error_value.misuse(("%s: the options must be a table, got %s"):format(where, type(given)))
  elseif given.provider or given.workload_identity then
    error_value.misuse(where .. ": it is a provider by itself")
  end
  check_names(where, given, own, called)
  local rest = {}
  for name, value in pairs(given) do
    if own[name] then
      value_type.check_one(where, "option", name, value, own[name])
    else
      rest[name] = value
    end
  end
  return given, rest
end

require "oai.interpret" ()

return given_options
