-- The stream of the legacy completions: chunks of text, ended by `[DONE]`.

local choices = require "oai.dialect.choices"
local content = require "oai.dialect.content"
local delta = require "oai.dialect.delta"
local pieces = require "oai.dialect.pieces"

---@class oai.CompletionsDialect : oai.Dialect
local completions = { name = "completions", text = choices.text, failure = choices.failure }

function completions.new_state()
  return { folding = delta.new(), choices = {} }
end

--- Whether the stream may end without `[DONE]`: every choice has finished.
function completions.may_end(state)
  return choices.may_end(state.completion)
end

local function new_choice(index)
  return { index = index, text = "" }
end

--- The choice that a part of an event was folded into.
---@param state table
---@param part table
---@return table choice
function completions.choice(state, part)
  return choices.entry(state, part.index, new_choice)
end

local function fold_choice(state, part)
  local choice = completions.choice(state, part)
  local text = content.text(choices.message(part).content)
  if text then
    pieces.add(state.folding.pieces, choice, "text", text)
  end
  choices.fold(choice, part, state.folding)
end

--- Takes an event into the state; what is wrong with one that holds an error.
---@return string? reason
function completions.fold(state, event)
  return choices.fold_event(state, event, "text_completion", fold_choice)
end

--- The completion so far, and whether it was kept from finishing.
---@return table? completion
---@return boolean incomplete
function completions.result(state)
  if not choices.any(state) then
    return nil, false
  end
  delta.join(state.folding)
  return state.completion, choices.settle(state.completion)
end

require "oai.interpret" ()

return completions
