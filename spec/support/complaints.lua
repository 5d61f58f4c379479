-- What a loop would write to stderr, caught.

--- The messages that a loop is given to report while `act` runs.
---@param loop table
---@param act function
---@return string[]
return function(loop, act)
  local list = {}
  loop.report = function(message)
    list[#list + 1] = message
  end
  local done, err = pcall(act)
  loop.report = nil
  assert(done, err)
  return list
end
