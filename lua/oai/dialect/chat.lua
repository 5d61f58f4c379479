-- The stream of chat.completions: chunks of deltas, ended by `[DONE]`. Folds
-- them into the completion that would have come without streaming.

local choices = require "oai.dialect.choices"
local pieces = require "oai.dialect.pieces"

local append = pieces.append

local chat = { name = "chat" }

local NOTHING = {}

function chat.new_state()
  return { pieces = pieces.new(), choices = {}, message_calls = {} }
end

--- The text of an event, or nil.
function chat.text(event)
  local choice = event.choices and event.choices[1]
  return choice and choice.delta and choice.delta.content
end

--- Usage may follow the last choice, so no event ends the stream by itself.
--- Whether it may end without `[DONE]`: every choice has finished.
function chat.may_end(state)
  return choices.may_end(state.completion)
end

local ENVELOPE = { "id", "created", "model", "service_tier", "system_fingerprint", "usage", "moderation" }

local function fold_envelope(state, event)
  local completion = state.completion
  if not completion then
    completion = { object = "chat.completion", choices = {} }
    state.completion = completion
  end
  for _, field in ipairs(ENVELOPE) do
    local value = event[field]
    if value ~= nil and value ~= "" and value ~= 0 then -- the last that says something wins
      completion[field] = value
    end
  end
end

local function choice_of(state, index)
  local choice = state.choices[index]
  if not choice then
    choice = { index = index, message = { role = "assistant" } }
    state.choices[index] = choice
    local all = state.completion.choices
    all[#all + 1] = choice
  end
  return choice
end

--- What a call or a delta of one calls: a function's or custom tool's name.
local function name_of(call)
  local tool = call["function"] or call.custom
  return type(tool) == "table" and tool.name ~= "" and tool.name or nil
end

--- Without an id, a name that the call would not be given tells another one.
local function is_another(call, delta)
  local name, named = name_of(delta), name_of(call)
  return name and named and (delta.index == nil or name ~= named)
end

--- The call a delta belongs to, or nil for a new one. Compatible servers
--- leave indexes out, repeat them or start at 1: a new id on a used index is
--- a new call, and without an index the id decides, else it is the last call.
local function find_call(calls, delta)
  local call = calls[#calls]
  if delta.index ~= nil then
    call = calls.by_index[delta.index]
  end
  if delta.id ~= nil and delta.id ~= "" then
    if delta.index == nil or call and call.id and call.id ~= delta.id then
      return calls.by_id[delta.id]
    end
    return call
  end
  return call and not is_another(call, delta) and call or nil
end

--- Puts a new call before those with a greater index.
local function add_call(calls, list, delta)
  local at, call = #list + 1, {}
  local order = delta.index or calls.order[#list] or 0
  while at > 1 and calls.order[at - 1] > order do
    at = at - 1
  end
  table.insert(list, at, call)
  table.insert(calls.order, at, order)
  calls[#calls + 1] = call
  return call
end

local function call_of(state, message, delta)
  local calls = state.message_calls[message]
  if not calls then
    calls = { by_index = {}, by_id = {}, order = {} }
    state.message_calls[message] = calls
    message.tool_calls = {}
  end
  local call = find_call(calls, delta) or add_call(calls, message.tool_calls, delta)
  if delta.index ~= nil then
    calls.by_index[delta.index] = call
  end
  if delta.id ~= nil and delta.id ~= "" then
    calls.by_id[delta.id] = call
  end
  return call
end

-- Fields of a call's function or custom tool: whole, or in pieces.
local IN_PIECES = { arguments = true, input = true }

local function fold_part(state, call, kind, delta)
  call[kind] = call[kind] or {}
  for field, value in pairs(delta) do
    if IN_PIECES[field] and type(value) == "string" then
      pieces.add(state.pieces, call[kind], field, value)
    elseif value ~= "" then -- an empty name takes none away
      call[kind][field] = value
    end
  end
end

local function fold_call(state, message, delta)
  local call = call_of(state, message, delta)
  for field, value in pairs(delta) do
    if type(value) == "table" then
      fold_part(state, call, field, value)
    elseif field ~= "index" and value ~= "" then
      call[field] = value
    end
  end
end

local function append_all(list, items)
  for _, item in ipairs(items) do
    list[#list + 1] = item
  end
end

-- How each field of a delta is folded; what is not here is taken as it is.
local TEXTS = { content = true, refusal = true, reasoning_content = true, reasoning = true }

local function fold_audio(state, message, audio)
  message.audio = message.audio or {}
  for field, value in pairs(audio) do
    if field == "data" or field == "transcript" then
      pieces.add(state.pieces, message.audio, field, value)
    else
      message.audio[field] = value
    end
  end
end

local function fold_delta(state, message, delta)
  for field, value in pairs(delta) do
    if TEXTS[field] and type(value) == "string" then
      pieces.add(state.pieces, message, field, value)
    elseif field == "tool_calls" then
      for _, call in ipairs(value) do
        fold_call(state, message, call)
      end
    elseif field == "function_call" then
      fold_part(state, message, field, value)
    elseif field == "audio" then
      fold_audio(state, message, value)
    elseif field == "annotations" then
      message.annotations = message.annotations or {}
      append_all(message.annotations, value)
    elseif value ~= "" then
      message[field] = value
    end
  end
end

local function fold_logprobs(choice, logprobs)
  choice.logprobs = choice.logprobs or {}
  for field, tokens in pairs(logprobs) do
    choice.logprobs[field] = choice.logprobs[field] or {}
    append_all(choice.logprobs[field], tokens)
  end
end

local function fold_choice(state, delta)
  local choice = choice_of(state, delta.index or 0)
  if delta.delta then
    fold_delta(state, choice.message, delta.delta)
  end
  if delta.logprobs then
    fold_logprobs(choice, delta.logprobs)
  end
  if delta.finish_reason and delta.finish_reason ~= "" then
    choice.finish_reason = delta.finish_reason
  end
end

--- Nearly every event is one more piece of the first choice's text; then
--- there is nothing else to look at.
local function fold_text(state, event)
  local all, list = event.choices, state.text_pieces
  local choice = all and list and all[1]
  if not choice or all[2] or choice.index ~= state.text_index or choice.finish_reason or choice.logprobs
    or event.usage then
    return false
  end
  local field, text = next(choice.delta or NOTHING)
  if field ~= "content" or type(text) ~= "string" or next(choice.delta, field) ~= nil then
    return false
  end
  append(list, text)
  return true
end

--- After the first piece its list is known.
local function note_text(state)
  local choice = state.completion.choices[1]
  if choice and not state.text_pieces then
    state.text_pieces = pieces.list(state.pieces, choice.message, "content")
    state.text_index = choice.index
  end
end

--- Takes an event into the state.
function chat.fold(state, event)
  if fold_text(state, event) then
    return
  end
  if event.object == "" and (not event.choices or #event.choices == 0) then
    return -- a content filter's report, not a chunk
  end
  fold_envelope(state, event)
  for _, delta in ipairs(event.choices or {}) do
    fold_choice(state, delta)
  end
  note_text(state)
end

--- The completion so far, and whether the model was kept from finishing.
---@return table? completion
---@return boolean incomplete
function chat.result(state)
  local completion = state.completion
  if not completion then
    return nil, false
  end
  pieces.join(state.pieces)
  state.text_pieces = nil
  return completion, choices.settle(completion)
end

require "oai.interpret" ()

return chat
