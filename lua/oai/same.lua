-- Whether two values are the same, however deep: tables by what is in them.

local same

local function has_names_of(a, b)
  for name in pairs(b) do
    if a[name] == nil then
      return false
    end
  end
  return true
end

local function has_all(a, b, are_alike)
  for name, value in pairs(a) do
    if not same(value, b[name], are_alike) then
      return false
    end
  end
  return true
end

--- Whether two values are the same.
---@param a any
---@param b any
---@param are_alike? fun(a: any, b: any): boolean  whether two are that differ, and of which one is no table
---@return boolean
function same(a, b, are_alike)
  if a == b then
    return true
  elseif type(a) ~= "table" or type(b) ~= "table" then
    return are_alike ~= nil and are_alike(a, b)
  end
  return has_names_of(a, b) and has_all(a, b, are_alike)
end

require "oai.interpret" ()

return same
