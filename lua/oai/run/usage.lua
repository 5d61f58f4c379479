-- The tokens of several replies as one table: every number is summed, those
-- of the details too. Pure.

local usage = {}

--- Adds the usage of a reply to a sum.
---@param sum table
---@param used any
function usage.add(sum, used)
  for name, value in pairs(type(used) == "table" and used or {}) do
    if type(value) == "number" then
      sum[name] = (type(sum[name]) == "number" and sum[name] or 0) + value
    elseif type(value) == "table" then
      sum[name] = type(sum[name]) == "table" and sum[name] or {}
      usage.add(sum[name], value)
    end
  end
end

--- How many tokens a reply and its request had; 0 where nobody says.
---@param used any
---@return number
function usage.total(used)
  local total = type(used) == "table" and used.total_tokens
  return type(total) == "number" and total or 0
end

require "oai.interpret" ()

return usage
