-- The stream of chat.completions: chunks of deltas, ended by `[DONE]`. Folds
-- them into the completion that would have come without streaming.

local alike = require "oai.dialect.alike"
local calls = require "oai.dialect.calls"
local choices = require "oai.dialect.choices"
local content = require "oai.dialect.content"
local delta = require "oai.dialect.delta"
local json = require "oai.codec.json"
local pieces = require "oai.dialect.pieces"

local append, is_alike = pieces.append, json.alike

local chat = { name = "chat", text = choices.text, failure = choices.failure }

function chat.new_state()
  return { delta = delta.new(true), choices = {}, calls = {}, pieces = false, like = false }
end

--- Usage may follow the last choice, so no event ends the stream by itself.
--- Whether it may end without `[DONE]`: every choice has finished.
function chat.may_end(state)
  return choices.may_end(state.completion)
end

local function new_choice(index)
  return { index = index, message = { role = "assistant" } }
end

local function calls_of(state, message)
  state.calls[message] = state.calls[message] or calls.new()
  return state.calls[message]
end

-- How the fields of a message are folded; all others by the general rule.
local FOLDS = {
  content = function(state, message, value)
    content.fold(state.delta, message, value)
  end,
  tool_calls = function(state, message, value)
    calls.fold(state.delta, calls_of(state, message), message, value)
  end,
  function_call = function(state, message, value)
    calls.fold_single(state.delta, calls_of(state, message), message, value)
  end,
}

local function fold_message(state, message, fields)
  for field, value in pairs(fields) do
    local fold = FOLDS[field]
    if fold then
      fold(state, message, value)
    elseif type(field) == "string" then
      delta.add(state.delta, message, field, value)
    end
  end
end

local function fold_choice(state, part)
  local choice = choices.entry(state, part.index, new_choice)
  fold_message(state, choice.message, choices.message(part))
  choices.fold(choice, part)
end

--- Whether an event brings nothing but text of the first choice: all else
--- that it has does not add up when it comes again.
local function is_text(event)
  local all = choices.of(event)
  local choice = all[2] == nil and all[1]
  if type(choice) ~= "table" or type(choice.delta) ~= "table" or choices.text(event) ~= choice.delta.content
    or choice.logprobs ~= nil or choice.token_ids ~= nil then
    return false
  end
  for field in pairs(choice.delta) do
    if field ~= "content" and field ~= "role" then
      return false
    end
  end
  return true
end

--- Remembers an event of text, and where that is put together: nearly every
--- event is one more like it.
local function note_text(state, event, json_text)
  local choice = state.choices[0]
  state.pieces = choice and pieces.list(state.delta.pieces, choice.message, "content")
  state.like = state.pieces and json_text and is_text(event)
    and alike.new(json_text, event.choices[1].delta.content)
end

--- Takes an event into the state; what is wrong with one that holds an error.
--- Where it is given as it came, too, most are not looked through.
---@param state table
---@param event table
---@param json_text? string
---@return string? reason
function chat.fold(state, event, json_text)
  local like = state.like
  if like and json_text and is_alike(json_text, like[1], like[2], like[3], like[4], like[5]) then
    append(state.pieces, event.choices[1].delta.content)
    return nil
  end
  local reason = choices.fold_event(state, event, "chat.completion", fold_choice)
  note_text(state, event, json_text)
  return reason
end

--- The completion so far, and whether the model was kept from finishing.
---@return table? completion
---@return boolean incomplete
function chat.result(state)
  if not choices.any(state) then
    return nil, false
  end
  delta.join(state.delta)
  state.like = false
  return state.completion, choices.settle(state.completion)
end

require "oai.interpret" ()

return chat
