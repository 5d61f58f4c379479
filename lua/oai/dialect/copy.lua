-- Copies of values that an event brought. Events are the reader's: what is
-- folded on is a copy.

--- A copy of a value and all that is in it, empty arrays being marked still.
---@param value any
---@return any
local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local copied = {}
  for key, item in pairs(value) do
    copied[key] = copy(item)
  end
  return setmetatable(copied, getmetatable(value))
end

require "oai.interpret" ()

return copy
