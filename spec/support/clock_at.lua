-- Runs a function while `os.time` says a given time.

---@param seconds integer
---@param run fun(): any
---@return any ...
return function(seconds, run)
  local time = os.time
  os.time = function() -- luacheck: ignore
    return seconds
  end
  local results = { pcall(run) }
  os.time = time -- luacheck: ignore
  if not results[1] then
    error(results[2], 0)
  end
  return (table.unpack or unpack)(results, 2, 3) -- luacheck: ignore
end
