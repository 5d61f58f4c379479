-- The names in a table, in order: so what a tool prints is the same each time.

---@param by_name table<string, any>
---@return string[]
return function(by_name)
  local list = {}
  for name in pairs(by_name) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end
