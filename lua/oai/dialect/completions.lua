-- The stream of the legacy completions: chunks of text, ended by `[DONE]`.

local choices = require "oai.dialect.choices"
local pieces = require "oai.dialect.pieces"

local completions = { name = "completions" }

function completions.new_state()
  return { pieces = pieces.new(), choices = {} }
end

--- The text of an event, or nil.
function completions.text(event)
  local choice = event.choices and event.choices[1]
  return choice and choice.text
end

--- Whether the stream may end without `[DONE]`: every choice has finished.
function completions.may_end(state)
  return choices.may_end(state.completion)
end

local function choice_of(state, delta)
  local index = delta.index or 0
  local choice = state.choices[index]
  if not choice then
    choice = { index = index, text = "" }
    state.choices[index] = choice
    state.completion.choices[#state.completion.choices + 1] = choice
  end
  return choice
end

local function fold_choice(state, delta)
  local choice = choice_of(state, delta)
  if type(delta.text) == "string" then
    pieces.add(state.pieces, choice, "text", delta.text)
  end
  if delta.finish_reason and delta.finish_reason ~= "" then
    choice.finish_reason = delta.finish_reason
  end
  choice.logprobs = delta.logprobs or choice.logprobs
end

--- Takes an event into the state.
function completions.fold(state, event)
  state.completion = state.completion or { choices = {} }
  for field, value in pairs(event) do
    if field ~= "choices" then
      state.completion[field] = value
    end
  end
  for _, delta in ipairs(event.choices or {}) do
    fold_choice(state, delta)
  end
end

--- The completion so far, and whether it was kept from finishing.
---@return table? completion
---@return boolean incomplete
function completions.result(state)
  if not state.completion then
    return nil, false
  end
  pieces.join(state.pieces)
  return state.completion, choices.settle(state.completion)
end

require "oai.interpret" ()

return completions
