-- The stream of chat.completions: chunks of deltas, ended by `[DONE]`. Folds
-- them into the completion that would have come without streaming.

local alike = require "oai.dialect.alike"
local calls = require "oai.dialect.calls"
local choices = require "oai.dialect.choices"
local content = require "oai.dialect.content"
local delta = require "oai.dialect.delta"
local kind = require "oai.dialect.kind"
local pieces = require "oai.dialect.pieces"

local append = pieces.append

---@class oai.ChatDialect : oai.Dialect
local chat = { name = "chat", text = choices.text, failure = choices.failure }

function chat.new_state()
  local state = { delta = delta.new(), details = delta.new(true), choices = {}, calls = {}, list = false }
  alike.begin(state)
  return state
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
-- Details of reasoning go back to the server as it made them.
local FOLDS = {
  reasoning_details = function(state, message, value)
    delta.add(state.details, message, "reasoning_details", value)
  end,
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
    else
      delta.add(state.delta, message, field, value)
    end
  end
end

--- The choice that a part of an event was folded into.
---@param state table
---@param part table
---@return table choice
function chat.choice(state, part)
  return choices.entry(state, part.index, new_choice)
end

local function fold_choice(state, part)
  local choice = chat.choice(state, part)
  fold_message(state, choice.message, choices.message(part))
  choices.fold(choice, part)
end

--- The call that a delta of a message's calls went to, by the delta's place in
--- the last event; nil where it is none.
---@param state table
---@param message table
---@param place integer
---@return table? call
function chat.call(state, message, place)
  return calls_of(state, message).touched[place] or nil
end

--- The one field of a delta besides its role, or nil.
local function only_field(fields)
  local only
  for field in pairs(fields) do
    if field ~= "role" then
      if only then
        return nil
      end
      only = field
    end
  end
  return only
end

--- The text to which an event brings one more piece, when nothing else that it
--- has adds up: the object and its field. The field of the delta is the third.
---@return table|false|nil object
---@return any field
local function text_of(state, event)
  local all = choices.of(event)
  local choice = all[2] == nil and kind.object(all[1])
  ---@type any
  local known = choice and choice.logprobs == nil and choice.token_ids == nil and state.choices[choice.index or 0]
  ---@cast choice table  as far as it is used
  local field = known and only_field(kind.object(choice.delta))
  if field == "tool_calls" then
    return calls.tool_of(calls_of(state, known.message), choice.delta.tool_calls), "arguments"
  end
  return field and known.message, field
end

--- The piece of text in an event that is like one of which `text_of` told it.
local function piece_of(event, field)
  local message = event.choices[1].delta
  return field == "arguments" and message.tool_calls[1]["function"].arguments or message[field]
end

--- Remembers what an event of a text is like: most are like the one before.
local function note_text(state, event, json_text, name)
  if alike.miss(state) then
    local object, field = text_of(state, event)
    local list = object and pieces.list(state.delta.pieces, object, field)
    state.list = list and alike.learn(state, json_text, name, field, piece_of) and list or false
  end
end

--- Takes an event into the state; what is wrong with one that holds an error.
--- Where its text is given, too, the state has a `template` for those like it.
---@param state table
---@param event table
---@param json_text? string
---@param name? string
---@return string? reason
function chat.fold(state, event, json_text, name)
  local reason = choices.fold_event(state, event, "chat.completion", fold_choice)
  if json_text then
    note_text(state, event, json_text, name)
  end
  return reason
end

--- Takes an event that is like the template, of which this is the text.
---@param state table
---@param text string
function chat.more(state, text)
  append(state.list, text)
  state.missed = -1
end

--- The completion so far, and whether the model was kept from finishing.
---@return table? completion
---@return boolean incomplete
function chat.result(state)
  if not choices.any(state) then
    return nil, false
  end
  delta.join(state.delta)
  delta.join(state.details)
  alike.forget(state)
  return state.completion, choices.settle(state.completion)
end

require "oai.interpret" ()

return chat
