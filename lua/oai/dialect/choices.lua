-- What the choices of both kinds of completion have in common: when they have
-- finished, and in what order they stand.

local choices = {}

local INCOMPLETE = { length = true, content_filter = true }

--- Whether a stream may end without `[DONE]`: every choice has finished.
---@param completion table?
---@return boolean
function choices.may_end(completion)
  if not completion or #completion.choices == 0 then
    return false
  end
  for _, choice in ipairs(completion.choices) do
    if not choice.finish_reason then
      return false
    end
  end
  return true
end

--- Puts the choices in order. True when the model was kept from finishing one.
---@param completion table
---@return boolean incomplete
function choices.settle(completion)
  table.sort(completion.choices, function(a, b)
    return a.index < b.index
  end)
  for _, choice in ipairs(completion.choices) do
    if INCOMPLETE[choice.finish_reason] then
      return true
    end
  end
  return false
end

return choices
