-- The stream of responses: typed events that build a response item by item;
-- one of four ends it. Folds them, so that a cut stream has its part, and so
-- that an end which says less than the events before it costs nothing.

local alike = require "oai.dialect.alike"
local copy = require "oai.dialect.copy"
local delta = require "oai.dialect.delta"
local items = require "oai.dialect.items"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"
local places = require "oai.dialect.places"
local set = require "oai.set"

-- Before the rest, of which some runs while the module is loaded.
require "oai.interpret" ()

---@class oai.ResponsesDialect : oai.Dialect
local responses = { name = "responses", typed = true }

-- The status of a response that an event of the name ends.
local LAST = {
  ["response.completed"] = "completed",
  ["response.incomplete"] = "incomplete",
  ["response.failed"] = "failed",
  ["response.done"] = "completed", -- OpenRouter's
}

local OF_TEXT = set { "response.output_text.delta", "response.content_part.delta" }

function responses.new_state()
  local state = { folding = delta.new(), items = items.new(), boxes = {}, at = nil,
    has_text = false, has_begun = false }
  alike.begin(state)
  return state
end

--- All text of a response whose stream had none.
local function whole_text(response)
  local texts = {}
  for _, item in ipairs(kind.list(response.output)) do
    local content = item.type == "message" and item.content or ""
    texts[#texts + 1] = type(content) == "string" and content or nil
    for _, part in ipairs(kind.list(content)) do
      texts[#texts + 1] = part.type == "output_text" and type(part.text) == "string" and part.text or nil
    end
  end
  return table.concat(texts)
end

--- The text of an event, or nil. That of a response which ends is one piece
--- where none came before, unless its beginning was missed.
---@param event any
---@param state? table
---@return string?
function responses.text(event, state)
  local type_ = type(event) == "table" and event.type
  local text = OF_TEXT[type_] and event.delta ---@type any
  if type(text) == "table" then
    text = kind.object(text).text
  elseif LAST[type_] and state and not state.has_text and (state.has_begun or state.sequence_number == nil) then
    text = whole_text(state.response)
  end
  return text ~= "" and type(text) == "string" and text or nil
end

--- Whether nothing follows this event.
function responses.is_last(event)
  return type(event) == "table" and LAST[event.type] ~= nil
end

function responses.may_end()
  return false
end

local function response_of(state)
  if not state.response then
    state.response = { object = "response", status = "in_progress", output = json.array() }
  end
  return state.response
end

local function output_of(state)
  return response_of(state).output
end

--- The list in a field, which is made where there is none.
local function list_in(object, field)
  local list = object[field]
  if not kind.is_list(list) then
    list = {}
    object[field] = list
  end
  return list
end

local function item_of(state, event)
  return items.entry(state.items, output_of(state), event)
end

local function part_of(state, event, field, index)
  local list = list_in(item_of(state, event), field)
  return places.entry(state.folding.places, list, places.index(index) or 0)
end

local function content_part(state, event)
  return part_of(state, event, "content", event.content_index)
end

local function summary_part(state, event)
  return part_of(state, event, "summary", event.summary_index)
end

--- Puts all pieces of texts into their places.
local function settle(state)
  state.at = nil
  alike.forget(state)
  delta.join(state.folding)
  state.folding.pieces = pieces.new()
  for commands, boxes in pairs(state.boxes) do
    for place, box in ipairs(boxes) do
      commands[place] = box.text or ""
    end
  end
end

-- Where the text of each kind of delta goes: the object and its field; of which
-- type its item is, and the part in that. The `.done` event of the same name
-- holds the whole under the same field.
local TEXTS = {
  ["response.output_text"] = { content_part, "text", "message", "output_text" },
  ["response.content_part"] = { content_part, "text", "message", "output_text" },
  ["response.refusal"] = { content_part, "refusal", "message", "refusal" },
  ["response.reasoning_text"] = { content_part, "text", "reasoning", "reasoning_text" },
  ["response.reasoning_summary_text"] = { summary_part, "text", "reasoning", "summary_text" },
  ["response.function_call_arguments"] = { item_of, "arguments", "function_call" },
  ["response.mcp_call_arguments"] = { item_of, "arguments", "mcp_call" },
  ["response.custom_tool_call_input"] = { item_of, "input", "custom_tool_call" },
  ["response.code_interpreter_call_code"] = { item_of, "code", "code_interpreter_call" },
}

-- Kinds of text that no response shows.
local UNSEEN = set { "response.audio" }

--- Where the text of a kind goes that is not known: the event says what it is
--- about, and its name ends as the field does.
local function unknown_place(name, event)
  local what = name:match("^response%.([%w_]+)$")
  if not what or UNSEEN[name] or event.item_id == nil and event.output_index == nil then
    return nil
  end
  local object = event.content_index and content_part or event.summary_index and summary_part or item_of
  return { object, what:match("[^_]+$") or what }
end

--- Remembers where an event's text is put together: most are followed by more
--- of it.
local function note_place(state, event, object, field)
  state.at = { type = event.type, item_id = event.item_id, output_index = event.output_index,
    content_index = event.content_index, summary_index = event.summary_index,
    list = pieces.list(state.folding.pieces, object, field) }
end

--- Takes an event of more text for the place of the last one.
local function add_more(state, event)
  local at = state.at
  if not at or event.type ~= at.type or event.item_id ~= at.item_id or event.output_index ~= at.output_index
    or event.content_index ~= at.content_index or event.summary_index ~= at.summary_index
    or type(event.delta) ~= "string" then
    return false
  end
  pieces.append(at.list, event.delta)
  return true
end

--- Says of which type a part and its item are where no event has.
local function name_types(state, event, place, object)
  local item = item_of(state, event)
  if item.type == nil then
    item.type, item.role = place[3], place[3] == "message" and (item.role or "assistant") or item.role
  end
  object.type = object.type or place[4]
end

--- The object in which a text is put together, and its field.
---@return table object
---@return string field
local function object_of(state, event, place)
  local object = place[1](state, event)
  if object.type == nil and place[3] then
    name_types(state, event, place, object)
  end
  return object, place[2]
end

local function add_delta(state, event, place)
  local object, field = object_of(state, event, place)
  if field == "arguments" and type(event.delta) == "table" then
    pieces.add(state.folding.pieces, object, field, json.encode(event.delta) or "")
  elseif type(event.delta) == "string" then
    pieces.add(state.folding.pieces, object, field, event.delta)
    note_place(state, event, object, field)
  elseif kind.is_object(event.delta) then
    settle(state)
    delta.fold(state.folding, object, event.delta)
  end
end

--- Puts the whole of a text into the place of its pieces. An empty one does
--- not take their place.
local function set_text(state, object, field, text)
  if type(text) ~= "string" then
    return
  elseif text == "" then
    pieces.add(state.folding.pieces, object, field, text)
  else
    pieces.drop(state.folding.pieces, object, field)
    object[field] = text
  end
end

local function set_whole(state, event, place)
  local object, field = object_of(state, event, place)
  local whole = event[field]
  if field == "arguments" and type(whole) == "table" then
    whole = json.encode(whole)
  end
  set_text(state, object, field, whole)
end

--- Takes a response. What it leaves out is as it was before.
local function take_response(state, event)
  settle(state)
  state.has_begun = state.has_begun or event.type == "response.created"
  local before = response_of(state)
  local now = copy(kind.object(event.response))
  local output = before.output
  before.output = nil
  now.output = items.merge(state.items, items.take(state.items, now.output), output)
  if latest.is_nothing(now.status) then
    now.status = LAST[event.type] or before.status
  end
  state.response = latest.fill(now, before)
end

--- Takes the response of an event that brings nothing new, unless those before
--- it are missing.
local function take_first_response(state, event)
  if not state.response then
    take_response(state, event)
  end
end

local function put_item(stage)
  return function(state, event)
    if kind.is_object(event.item) then
      settle(state)
      items.put(state.items, output_of(state), event, copy(event.item), stage)
    end
  end
end

--- Puts into an object what an event has of it.
local function renew(state, object, now)
  if kind.is_object(now) then
    settle(state)
    latest.renew(object, copy(now))
  end
end

local function put_part(place)
  return function(state, event)
    renew(state, place(state, event), event.part)
  end
end

local function add_annotation(state, event)
  local list, index = list_in(content_part(state, event), "annotations"), places.index(event.annotation_index)
  if kind.is_object(event.annotation) then
    renew(state, places.entry(state.folding.places, list, index), event.annotation)
  end
end

--- The text of a command of a shell call. Commands are no objects, so they
--- are put together in some.
local function command_of(state, event)
  local item = item_of(state, event)
  item.action = kind.is_object(item.action) and item.action or {}
  local commands = list_in(item.action, "commands")
  local boxes = state.boxes[commands]
  if not boxes then
    boxes = {}
    for place, command in ipairs(commands) do
      boxes[place] = { text = command }
    end
    state.boxes[commands] = boxes
  end
  return places.entry(state.folding.places, boxes, places.index(event.command_index) or 0)
end

local function add_to_command(state, event)
  if type(event.delta) == "string" then
    pieces.add(state.folding.pieces, command_of(state, event), "text", event.delta)
  end
end

local function set_command(state, event)
  set_text(state, command_of(state, event), "text", event.command)
end

local function output_entry(state, event)
  return part_of(state, event, "output", event.command_index)
end

--- Texts for one or both of `stdout` and `stderr`.
local function add_to_output(state, event)
  local output = output_entry(state, event)
  for name, text in pairs(kind.object(event.delta)) do
    if type(text) == "string" then
      pieces.add(state.folding.pieces, output, name, text)
    end
  end
end

--- Takes the whole output of one command, which comes in a list.
local function set_output(state, event)
  renew(state, output_entry(state, event), kind.list(event.output)[1])
end

local FOLDS = {
  ["response.created"] = take_response,
  ["response.queued"] = take_first_response,
  ["response.in_progress"] = take_first_response,
  ["response.output_item.added"] = put_item(items.ADDED),
  ["response.output_item.done"] = put_item(items.DONE),
  ["response.content_part.added"] = put_part(content_part),
  ["response.content_part.done"] = put_part(content_part),
  ["response.reasoning_summary_part.added"] = put_part(summary_part),
  ["response.reasoning_summary_part.done"] = put_part(summary_part),
  ["response.output_text.annotation.added"] = add_annotation,
  ["response.shell_call_command.added"] = set_command,
  ["response.shell_call_command.delta"] = add_to_command,
  ["response.shell_call_command.done"] = set_command,
  ["response.shell_call_output_content.delta"] = add_to_output,
  ["response.shell_call_output_content.done"] = set_output,
}

for name in pairs(LAST) do
  FOLDS[name] = take_response
end

-- Events that say nothing but an item's new status.
local STATUSES = {
  code_interpreter_call = { "in_progress", "interpreting", "completed" },
  file_search_call = { "in_progress", "searching", "completed" },
  image_generation_call = { "in_progress", "generating", "completed" },
  mcp_call = { "in_progress", "completed", "failed" },
  web_search_call = { "in_progress", "searching", "completed" },
}

for item, statuses in pairs(STATUSES) do
  for _, status in ipairs(statuses) do
    FOLDS[("response.%s.%s"):format(item, status)] = function(state, event)
      item_of(state, event).status = status
    end
  end
end

local ON_TEXTS = { delta = add_delta, done = set_whole }

--- Takes an event of a text, or of a part of one.
local function fold_text(state, event)
  local name, moment = event.type:match("^(.+)%.(%l+)$")
  local fold = ON_TEXTS[moment]
  local place = fold and (TEXTS[name] or unknown_place(name, event))
  if place then
    fold(state, event, place)
  end
end

local function fold_event(state, event)
  local fold = FOLDS[event.type]
  if fold then
    fold(state, event)
  elseif type(event.type) == "string" then
    fold_text(state, event)
  end
end

--- The item that an event is about, once that was folded.
---@param state table
---@param event table
---@return table item
function responses.item(state, event)
  return item_of(state, event)
end

--- Where the text of an event stands once that was folded: the object and its
--- field, or nil.
---@param state table
---@param event table
---@return table? object
---@return string? field
function responses.place(state, event)
  local place = TEXTS[event.type:match("^(.+)%.%l+$")]
  if place then
    return place[1](state, event), place[2]
  end
end

--- What an item was before a whole response came, or nil.
---@param state table
---@param item table
---@return table? earlier
function responses.earlier(state, item)
  return state.items.earlier[item]
end

--- The text in an event that is like one which brought more.
local function delta_of(event)
  return event.delta
end

--- Takes an event into the state. One of text becomes the `template` of those
--- that are like it, where the text of the event is given.
---@param state table
---@param event any
---@param json_text? string
---@param name? string
function responses.fold(state, event, json_text, name)
  if not kind.is_object(event) then
    return
  end
  local is_more = add_more(state, event)
  if not is_more then
    state.at = nil
    alike.forget(state)
    fold_event(state, event)
    if not state.has_text then
      state.has_text = responses.text(event) ~= nil
    end
  elseif json_text and alike.miss(state) then
    alike.learn(state, json_text, name, "delta", delta_of)
  end
  state.sequence_number = event.sequence_number or state.sequence_number
end

--- Takes an event that is like the template.
---@param state table
---@param text string
---@param event table
function responses.more(state, text, event)
  pieces.append(state.at.list, text)
  state.missed = -1
  state.sequence_number = event.sequence_number or state.sequence_number
end

--- The response so far, and whether it ended as anything but completed.
---@return table? response
---@return boolean incomplete
function responses.result(state)
  if not state.response then
    return nil, false
  end
  settle(state)
  return state.response, state.response.status ~= "completed"
end

return responses
