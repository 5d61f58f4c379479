-- Compares a value with what is wanted of it, as far as that goes: a field
-- that is not wanted may be anything, `false` wants it absent.

local function difference(want, got, path)
  if want == false then
    return got ~= nil and got ~= false and ("%s should not be there"):format(path) or nil
  elseif type(want) ~= "table" then
    return want ~= got and ("%s: wanted %s, got %s"):format(path, tostring(want), tostring(got)) or nil
  elseif type(got) ~= "table" then
    return ("%s: wanted a table, got %s"):format(path, tostring(got))
  elseif #want > 0 and #want ~= #got then
    return ("%s: wanted %d items, got %d"):format(path, #want, #got)
  end
  for key, value in pairs(want) do
    local found = difference(value, got[key], path .. "." .. tostring(key))
    if found then
      return found
    end
  end
  return nil
end

--- What differs first, or nil.
---@return string?
return function(want, got)
  return difference(want, got, "value")
end
