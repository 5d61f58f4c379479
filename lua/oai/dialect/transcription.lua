-- The stream of a transcription: pieces of text, segments when speakers are
-- told apart, then the whole; the connection's end ends it.

local copy = require "oai.dialect.copy"

local transcription = { name = "transcription" }

function transcription.new_state()
  return { texts = {} }
end

--- The text of an event, or nil.
function transcription.text(event)
  return event.type == "transcript.text.delta" and event.delta or nil
end

--- Whether the stream may end here: the whole has come.
function transcription.may_end(state)
  return state.done ~= nil
end

local function add_delta(state, event)
  if type(event.delta) == "string" then
    table.insert(state.texts, event.delta)
  end
  if event.logprobs then
    state.logprobs = state.logprobs or {}
    for _, token in ipairs(event.logprobs) do
      table.insert(state.logprobs, copy(token))
    end
  end
end

local function add_segment(state, event)
  state.segments = state.segments or {}
  table.insert(state.segments, copy(event))
end

local function take_whole(state, event)
  state.done = copy(event)
  state.done.type = nil
end

local FOLDS = {
  ["transcript.text.delta"] = add_delta,
  ["transcript.text.segment"] = add_segment,
  ["transcript.text.done"] = take_whole,
}

--- Takes an event into the state.
function transcription.fold(state, event)
  local fold = FOLDS[event.type]
  if fold then
    fold(state, event)
  end
end

local function part_of(state)
  if #state.texts == 0 and not state.segments then
    return nil
  end
  return { text = table.concat(state.texts), logprobs = state.logprobs }
end

--- The transcription as a call without streaming returns it, or what there is
--- of it; whether there is more to come.
---@return table? transcription
---@return boolean incomplete
function transcription.result(state)
  local result = state.done or part_of(state)
  if not result then
    return nil, false
  end
  result.segments = result.segments or state.segments
  return result, not state.done
end

return transcription
