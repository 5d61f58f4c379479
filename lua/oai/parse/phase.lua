-- Which of a model's messages is its answer: what it says on the way there is
-- of another phase.

--- Whether text of a phase is the answer, or part of it.
---@param phase any
---@return boolean
return function(phase)
  return phase == nil or phase == "final_answer"
end
