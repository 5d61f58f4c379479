-- Tools that a search of the program's has found in an earlier run: which of
-- them a history tells of, and that each can be called again.

local budget = require "oai.run.budget"
local error_value = require "oai.error"
local tables = require "oai.tables"

local found = {}

--- Puts the keys of the functions among some definitions behind others.
local function add_keys(keys, definitions, namespace)
  for _, one in tables(definitions) do
    if one.type == "namespace" then
      add_keys(keys, one.tools, one.name)
    elseif type(one.name) == "string" then
      keys[#keys + 1] = namespace and tostring(namespace) .. "." .. one.name or one.name
    end
  end
end

--- The keys of the functions that searches have found, as a history tells.
local function keys_in(items)
  local keys = {}
  for _, item in ipairs(items) do
    if item.type == "tool_search_output" and item.execution == "client" then
      add_keys(keys, item.tools)
    end
  end
  return keys
end

--- Has a run find again what was found before it. Raises for what it was not
--- given.
---@param self oai.ToolRun
function found.again(self)
  local missing, search = {}, self._tools:for_item "tool_search_call"
  for _, key in ipairs(keys_in(budget.items(self))) do
    local library = search and search.found --[[@as oai.Tools?]]
    if not self._tools:has(key) and not (library and self._tools:adopt(library, key)) then
      missing[#missing + 1] = ("'%s'"):format(key)
    end
  end
  if missing[1] then
    error_value.misuse(("%s: a search has found tools that this run does not have: %s; give them as 'found' of the "
      .. "tool_search, or among its 'tools'"):format(self._api.operation, table.concat(missing, ", ")))
  end
end

return found
