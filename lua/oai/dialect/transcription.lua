-- The stream of a transcription: pieces of text, segments when speakers are
-- told apart, then the whole; the connection's end ends it. Some servers send
-- the chunks of a chat completion instead.

local choices = require "oai.dialect.choices"
local copy = require "oai.dialect.copy"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"

---@class oai.TranscriptionDialect : oai.Dialect
local transcription = { name = "transcription", typed = true, failure = choices.failure }

function transcription.new_state()
  return { texts = {} }
end

--- The text of an event, or nil. The whole is one piece where none came before.
---@param event any
---@param state? table
---@return string?
function transcription.text(event, state)
  local type_ = kind.object(event).type
  if type_ == "transcript.text.done" and state and state.texts[1] == nil then
    return event.text ~= "" and type(event.text) == "string" and event.text or nil
  elseif type_ ~= "transcript.text.delta" then
    return choices.text(event)
  end
  return event.delta ~= "" and type(event.delta) == "string" and event.delta or nil
end

--- Whether the stream may end here: the whole has come.
function transcription.may_end(state)
  return state.done ~= nil
end

local function add_logprobs(state, tokens)
  for _, token in ipairs(kind.list(tokens)) do
    state.logprobs = state.logprobs or {}
    table.insert(state.logprobs, copy(token))
  end
end

local function add_delta(state, event)
  table.insert(state.texts, transcription.text(event))
  add_logprobs(state, event.logprobs)
end

local function add_segment(state, event)
  state.segments = state.segments or {}
  table.insert(state.segments, copy(event))
end

local function take_whole(state, event)
  state.done = copy(event)
  state.done.type = nil
end

--- Takes a chunk of a chat completion: its text, and the usage where there is
--- some.
local function add_chunk(state, event)
  local choice = choices.of(event)[1]
  table.insert(state.texts, choices.text(event))
  latest.put(state, "usage", event.usage)
  local reason = choices.reason(kind.object(choice))
  if reason then
    state.done, state.is_incomplete = {}, not choices.is_good(reason)
  end
end

local FOLDS = {
  ["transcript.text.delta"] = add_delta,
  ["transcript.text.segment"] = add_segment,
  ["transcript.text.done"] = take_whole,
}

--- How an event is folded: by its type, or by what it has where it has none.
local function fold_of(event)
  if event.type ~= nil then
    return FOLDS[event.type]
  elseif event.choices ~= nil then
    return add_chunk
  end
  return type(event.text) == "string" and take_whole or nil
end

--- Takes an event into the state; what is wrong with one that holds an error.
---@return string? reason
function transcription.fold(state, event)
  local fold = kind.is_object(event) and fold_of(event)
  if fold then
    fold(state, event)
  end
  return choices.failure(event) and "a choice holds an error" or nil
end

local function has_part(state)
  return state.done or state.segments or #state.texts > 0
end

--- The transcription as a call without streaming returns it, or what there is
--- of it; whether there is more to come.
---@return table? transcription
---@return boolean incomplete
function transcription.result(state)
  if not has_part(state) then
    return nil, false
  end
  local result = state.done or {}
  result.text = type(result.text) == "string" and result.text or nil
  latest.fill(result, { text = table.concat(state.texts), logprobs = state.logprobs, segments = state.segments,
    usage = state.usage })
  return result, not state.done or state.is_incomplete or false
end

return transcription
