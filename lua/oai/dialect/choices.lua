-- What the choices of both kinds of completion have in common: which they
-- are, what they hold besides their texts, when they have finished, and in
-- what order they stand; and the completion around them.

local content = require "oai.dialect.content"
local copy = require "oai.dialect.copy"
local delta = require "oai.dialect.delta"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local places = require "oai.dialect.places"
local set = require "oai.set"

local choices = {}

local NOTHING = {}

--- The choices of an event.
---@param event any
---@return table
function choices.of(event)
  return kind.list(kind.object(event).choices)
end

--- The message in a choice: its delta, all of it where a server sends that,
--- or the text of a legacy completion.
---@param choice table
---@return table
function choices.message(choice)
  if kind.is_object(choice.delta) then
    return choice.delta
  elseif kind.is_object(choice.message) then
    return choice.message
  end
  return type(choice.text) == "string" and { content = choice.text } or NOTHING
end

--- The text of a choice, unless it is another one than the first.
local function text_of(choice)
  if kind.is_object(choice) and (places.index(choice.index) or 0) == 0 then
    return content.text(choices.message(choice).content)
  end
  return nil
end

--- The text of the first choice (that of index 0, wherever it stands) in an
--- event, or nil.
---@param event any
---@return string?
function choices.text(event)
  local all = type(event) == "table" and event.choices
  local choice = type(all) == "table" and all[1]
  local message = type(choice) == "table" and choice.index == 0 and choice.delta
  if type(message) == "table" and all[2] == nil then -- nearly every event
    local text = message.content
    if type(text) == "string" then
      return text ~= "" and text or nil
    elseif text == nil then
      return nil
    end
  end
  for _, other in ipairs(kind.list(all)) do
    local text = text_of(other)
    if text then
      return text
    end
  end
  return nil
end

--- The error in a choice, or nil.
local function failure_in(choice)
  local failure = choice.error
  return failure and not latest.is_nothing(failure) and failure or nil
end

--- The error in one of an event's choices, or nil.
---@param event any
---@return any
function choices.failure(event)
  for _, choice in ipairs(choices.of(event)) do
    local failure = failure_in(kind.object(choice))
    if failure then
      return failure
    end
  end
  return nil
end

-- Fields of an event that are not taken over into the completion: those folded
-- elsewhere, and those that only vary the length of an event.
local APART = set { "choices", "object", "error", "obfuscation" }

local function fold_around(completion, event)
  for field, value in pairs(event) do
    if completion[field] ~= value and not APART[field] then
      latest.put(completion, field, value)
    end
  end
end

--- Folds an event: of what stands around the choices, the last that says
--- something counts. What is wrong with an event that holds an error.
---@param state table   its `completion` is what the events add up to
---@param event any
---@param object string what a completion of this kind is called
---@param fold_choice fun(state: table, choice: table)
---@return string? reason
function choices.fold_event(state, event, object, fold_choice)
  if not kind.is_object(event) then
    return nil
  end
  local completion = state.completion or { object = object, choices = json.array() }
  state.completion = completion
  fold_around(completion, event)
  local reason
  for _, choice in ipairs(kind.list(event.choices)) do
    if kind.is_object(choice) and next(choice) ~= nil then
      fold_choice(state, choice)
      reason = reason or choice.error and failure_in(choice) and "a choice holds an error" or nil
    end
  end
  return reason
end

--- Whether anything has come that is a completion's: a choice, or its id.
---@param state table
---@return boolean
function choices.any(state)
  local completion = state.completion
  return completion ~= nil and (completion.choices[1] ~= nil or completion.id ~= nil)
end

--- The choice of an index, which is made where there is none.
---@param state table  its `completion` is what the events add up to
---@param index any
---@param make fun(index: number): table
---@return table choice
function choices.entry(state, index, make)
  local choice = index and state.choices[index]
  if choice then
    return choice
  end
  index = places.index(index) or 0
  choice = state.choices[index]
  if not choice then
    choice = make(index)
    state.choices[index] = choice
    table.insert(state.completion.choices, choice)
  end
  return choice --[[@as table]]
end

local function append(object, field, items)
  local list = object[field]
  if not kind.is_list(list) then
    object[field] = copy(items)
    return
  end
  for _, item in ipairs(items) do
    list[#list + 1] = copy(item)
  end
end

--- A field whose lists are as long as the text: each event has its part.
local function put_or_append(object, field, value)
  local put = kind.is_list(value) and append or latest.put
  put(object, field, value)
end

--- Log probabilities are lists in an object, or one alone.
local function fold_logprobs(choice, logprobs)
  if type(logprobs) ~= "table" or next(logprobs) == nil then
    return
  elseif logprobs[1] ~= nil then
    append(choice, "logprobs", logprobs)
    return
  end
  local all = choice.logprobs
  if not kind.is_object(all) then
    all = {}
    choice.logprobs = all
  end
  for field, value in pairs(logprobs) do
    put_or_append(all, field, value)
  end
end

-- What some servers write where a choice has no reason yet to have finished.
local NO_REASON = set { "null", "none" }

--- Why a choice has finished, or nil when it has not.
---@param choice table
---@return any
function choices.reason(choice)
  local reason = choice.finish_reason
  if reason == false or latest.is_nothing(reason) or NO_REASON[tostring(reason):lower()] then
    return nil
  end
  return reason
end

-- Why a model stops that has not been kept from finishing, in the words of
-- this and other servers. Whatever else there is, or will be, is no good end.
local GOOD = set {
  "stop", "stop_sequence", "stop_token", "eos", "eos_token", "end_turn", "end", "complete", "completed", "done",
  "tool_calls", "tool_call", "tool_use", "function_call", "function_calls",
}

--- Whether a model that stopped for a reason has not been kept from finishing.
---@param reason any
---@return boolean
function choices.is_good(reason)
  return GOOD[tostring(reason):lower()] == true
end

-- Fields of a choice that are its text or say where it belongs.
local OF_TEXT = set { "index", "delta", "message", "text", "finish_reason" }

-- How the fields of a choice are folded that are not taken as they are.
local FOLDS = {
  logprobs = fold_logprobs,
  token_ids = function(choice, ids)
    put_or_append(choice, "token_ids", ids)
  end,
}

--- Folds what a choice holds besides its text.
---@param choice table
---@param part table      of an event
---@param folding? table  of delta.new, where choices are in pieces: texts of any name are joined
function choices.fold(choice, part, folding)
  if part.finish_reason ~= nil then
    choice.finish_reason = copy(choices.reason(part)) or choice.finish_reason
  end
  for field, value in pairs(part) do
    if FOLDS[field] then
      FOLDS[field](choice, value)
    elseif folding and type(value) == "string" and not OF_TEXT[field] then
      delta.add(folding, choice, field, value)
    elseif choice[field] ~= value and not OF_TEXT[field] then
      latest.put(choice, field, value)
    end
  end
end

--- Whether a stream may end without `[DONE]`: every choice has finished.
---@param completion table?
---@return boolean
function choices.may_end(completion)
  if not completion or #completion.choices == 0 then
    return false
  end
  for _, choice in ipairs(completion.choices) do
    if choice.finish_reason == nil then
      return false
    end
  end
  return true
end

--- Puts the choices in order. True when the model was kept from finishing one,
--- or nothing says of any that it has finished: there are servers that never
--- do, and others that end a stream so where another request came between.
---@param completion table
---@return boolean incomplete
function choices.settle(completion)
  table.sort(completion.choices, function(a, b)
    return a.index < b.index
  end)
  local is_said = #completion.choices == 0
  for _, choice in ipairs(completion.choices) do
    if choice.finish_reason ~= nil and not choices.is_good(choice.finish_reason) then
      return true
    end
    is_said = is_said or choice.finish_reason ~= nil
  end
  return not is_said
end

require "oai.interpret" ()

return choices
