-- The fields of two tables in one that is new; those of the second win.

---@param base table
---@param more? table
---@return table
return function(base, more)
  local all = {}
  for _, from in ipairs { base, more or {} } do
    for name, value in pairs(from) do
      all[name] = value
    end
  end
  return all
end
