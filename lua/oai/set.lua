-- A list of names as a set: a table whose keys they are.

---@param names string[]
---@return table<string, true>
return function(names)
  local members = {}
  for _, name in ipairs(names) do
    members[name] = true
  end
  return members
end
