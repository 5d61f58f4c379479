-- The stream of an assistant's run: the run, its messages and its steps as
-- they change, and deltas of the latter two; ended by "done". What an event
-- is about is in its name alone, so a reader gets both:
-- `{ event = "thread.run.created", data = { ... } }`.

local copy = require "oai.dialect.copy"
local delta = require "oai.dialect.delta"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"

---@class oai.AssistantsDialect : oai.Dialect
local assistants = { name = "assistants", named = true }

local function new_collection()
  return { by_id = {}, list = {} }
end

function assistants.new_state()
  return { messages = new_collection(), steps = new_collection() }
end

--- What an event is about: a table.
local function data_of(event)
  return kind.object(kind.object(event).data)
end

--- The name of an event, such as "thread.message.delta"; where a server leaves
--- names out, the object's.
local function name_of(event)
  return tostring(kind.object(event).event or data_of(event).object)
end

--- The text of an event, or nil.
function assistants.text(event)
  local fields, texts = name_of(event) == "thread.message.delta" and data_of(event).delta, {}
  for _, part in ipairs(kind.list(kind.object(fields).content)) do
    local text = kind.object(kind.object(part).text).value
    texts[#texts + 1] = type(text) == "string" and text or nil
  end
  local text = table.concat(texts)
  return text ~= "" and text or nil
end

--- Whether nothing follows this event.
function assistants.is_last(event)
  return kind.object(event).event == "done"
end

--- Only "done" ends the stream: a run that needs tool outputs looks unfinished.
function assistants.may_end()
  return false
end

--- The message or step of an id, as an entry { value, delta }.
local function entry_of(collection, id)
  id = type(id) == "string" and id or ""
  local entry = collection.by_id[id]
  if not entry then
    entry = { delta = delta.new() }
    collection.by_id[id] = entry
    table.insert(collection.list, entry)
  end
  return entry
end

--- A message or a step as a whole replaces what was folded, but not at its
--- beginning: then it brings nothing new. What it leaves out stays.
local function take_whole(collection, data)
  local entry = entry_of(collection, data.id)
  if not entry.value then
    entry.value = copy(data)
  elseif data.status ~= "in_progress" then
    delta.join(entry.delta)
    entry.value, entry.delta = latest.fill(copy(data), entry.value), delta.new()
  end
end

local function take_delta(collection, data, object)
  local entry = entry_of(collection, data.id)
  entry.value = entry.value or { id = data.id, object = object }
  delta.fold(entry.delta, entry.value, kind.object(data.delta))
end

-- By the name of an event, or the beginning that it has in common with others.
local FOLDS = {
  ["thread.run"] = function(state, data)
    state.run = latest.is_nothing(data) and state.run or copy(data)
  end,
  ["thread.message"] = function(state, data)
    take_whole(state.messages, data)
  end,
  ["thread.message.delta"] = function(state, data)
    take_delta(state.messages, data, "thread.message")
  end,
  ["thread.run.step"] = function(state, data)
    take_whole(state.steps, data)
  end,
  ["thread.run.step.delta"] = function(state, data)
    take_delta(state.steps, data, "thread.run.step")
  end,
}

--- Takes an event into the state.
function assistants.fold(state, event)
  local name = name_of(event)
  local fold = FOLDS[name] or FOLDS[name:match("^(.+)%.")]
  if fold then
    fold(state, data_of(event))
  end
end

--- What is known of the message or the step that an event was folded into:
--- `{ value =, delta = }` and the event's name and data. Nil for another one.
---@param state table
---@param event table
---@return table? entry
---@return string name
---@return table data
function assistants.place(state, event)
  local name, data = name_of(event), data_of(event)
  local collection = name:find("^thread%.message") and state.messages or name:find("^thread%.run%.step") and state.steps
  return collection and entry_of(collection, data.id) or nil, name, data
end

-- A run that waits for tool outputs has done its part, as a completion that
-- calls tools has.
local COMPLETE = { completed = true, requires_action = true }

--- The run as it was last seen, and whether it ended as anything else.
---@return table? run
---@return boolean incomplete
function assistants.result(state)
  local run = state.run
  return run, run ~= nil and not COMPLETE[run.status]
end

local function values_of(collection)
  local values = {}
  for i, entry in ipairs(collection.list) do
    delta.join(entry.delta)
    values[i] = entry.value
  end
  return values
end

--- The messages so far, in the order in which they began.
---@return table[]
function assistants.messages(state)
  return values_of(state.messages)
end

--- The run steps so far, in the order in which they began.
---@return table[]
function assistants.steps(state)
  return values_of(state.steps)
end

return assistants
