-- The stream of responses: typed events that build a response item by item;
-- one of three ends it. Folds them, so that a cut stream has its part.

local copy = require "oai.dialect.copy"
local pieces = require "oai.dialect.pieces"

local responses = { name = "responses" }

local NOTHING = {}

local LAST = {
  ["response.completed"] = true,
  ["response.incomplete"] = true,
  ["response.failed"] = true,
}

function responses.new_state()
  return { pieces = pieces.new() }
end

--- The text of an event, or nil.
function responses.text(event)
  return event.type == "response.output_text.delta" and event.delta or nil
end

--- Whether nothing follows this event.
function responses.is_last(event)
  return LAST[event.type] == true
end

function responses.may_end()
  return false
end

local function response_of(state)
  if not state.response then
    state.response = { object = "response", status = "in_progress", output = {} }
  end
  return state.response
end

local function item_of(state, event)
  local output = response_of(state).output
  local index = (event.output_index or 0) + 1
  output[index] = output[index] or { id = event.item_id }
  return output[index]
end

local function part_of(state, event, list, index)
  local item = item_of(state, event)
  item[list] = item[list] or {}
  index = (index or 0) + 1
  item[list][index] = item[list][index] or {}
  return item[list][index]
end

local function content_part(state, event)
  return part_of(state, event, "content", event.content_index)
end

local function summary_part(state, event)
  return part_of(state, event, "summary", event.summary_index)
end

-- Where the text of each kind of delta goes: the object and its field. The
-- `.done` event of the same name holds the whole under the same field.
local TEXTS = {
  ["response.output_text"] = { content_part, "text" },
  ["response.refusal"] = { content_part, "refusal" },
  ["response.reasoning_text"] = { content_part, "text" },
  ["response.reasoning_summary_text"] = { summary_part, "text" },
  ["response.function_call_arguments"] = { item_of, "arguments" },
  ["response.mcp_call_arguments"] = { item_of, "arguments" },
  ["response.custom_tool_call_input"] = { item_of, "input" },
  ["response.code_interpreter_call_code"] = { item_of, "code" },
}

local function add_delta(state, event, place)
  pieces.add(state.pieces, place[1](state, event), place[2], event.delta)
end

local function set_whole(state, event, place)
  local object, field = place[1](state, event), place[2]
  if type(event[field]) == "string" then
    pieces.drop(state.pieces, object, field)
    object[field] = event[field]
  end
end

local function take_response(state, event)
  state.response = copy(event.response) or response_of(state)
  state.response.output = state.response.output or {}
  state.pieces = pieces.new()
end

--- It brings nothing new, unless the events before it are missing.
local function take_first_response(state, event)
  if not state.response then
    take_response(state, event)
  end
end

local function set_item(state, event)
  response_of(state).output[(event.output_index or 0) + 1] = copy(event.item)
end

local function set_part(list, index_field)
  return function(state, event)
    local item = item_of(state, event)
    item[list] = item[list] or {}
    item[list][(event[index_field] or 0) + 1] = copy(event.part)
  end
end

local function add_annotation(state, event)
  local part = content_part(state, event)
  part.annotations = part.annotations or {}
  part.annotations[(event.annotation_index or #part.annotations) + 1] = copy(event.annotation)
end

--- The commands of a shell call, and the place of the event's among them.
local function command_of(state, event)
  local item = item_of(state, event)
  item.action = item.action or {}
  item.action.commands = item.action.commands or {}
  return item.action.commands, (event.command_index or 0) + 1
end

local function add_to_command(state, event)
  local commands, place = command_of(state, event)
  pieces.add(state.pieces, commands, place, event.delta)
end

local function set_command(state, event)
  local commands, place = command_of(state, event)
  pieces.drop(state.pieces, commands, place)
  commands[place] = event.command
end

--- Texts for one or both of `stdout` and `stderr`.
local function add_to_output(state, event)
  local output = part_of(state, event, "output", event.command_index)
  for name, text in pairs(event.delta or NOTHING) do
    pieces.add(state.pieces, output, name, text)
  end
end

--- The output of one command comes in a list.
local function set_output(state, event)
  local whole = event.output and event.output[1]
  if whole then
    local item = item_of(state, event)
    item.output = item.output or {}
    item.output[(event.command_index or 0) + 1] = copy(whole)
  end
end

local FOLDS = {
  ["response.created"] = take_response,
  ["response.queued"] = take_first_response,
  ["response.in_progress"] = take_first_response,
  ["response.completed"] = take_response,
  ["response.incomplete"] = take_response,
  ["response.failed"] = take_response,
  ["response.output_item.added"] = set_item,
  ["response.output_item.done"] = set_item,
  ["response.content_part.added"] = set_part("content", "content_index"),
  ["response.content_part.done"] = set_part("content", "content_index"),
  ["response.reasoning_summary_part.added"] = set_part("summary", "summary_index"),
  ["response.reasoning_summary_part.done"] = set_part("summary", "summary_index"),
  ["response.output_text.annotation.added"] = add_annotation,
  ["response.shell_call_command.added"] = set_command,
  ["response.shell_call_command.delta"] = add_to_command,
  ["response.shell_call_command.done"] = set_command,
  ["response.shell_call_output_content.delta"] = add_to_output,
  ["response.shell_call_output_content.done"] = set_output,
}

for name, place in pairs(TEXTS) do
  FOLDS[name .. ".delta"] = function(state, event)
    add_delta(state, event, place)
  end
  FOLDS[name .. ".done"] = function(state, event)
    set_whole(state, event, place)
  end
end

-- Events that say nothing but an item's new status.
local STATUSES = {
  code_interpreter_call = { "in_progress", "interpreting", "completed" },
  file_search_call = { "in_progress", "searching", "completed" },
  image_generation_call = { "in_progress", "generating", "completed" },
  mcp_call = { "in_progress", "completed", "failed" },
  web_search_call = { "in_progress", "searching", "completed" },
}

for kind, statuses in pairs(STATUSES) do
  for _, status in ipairs(statuses) do
    FOLDS[("response.%s.%s"):format(kind, status)] = function(state, event)
      item_of(state, event).status = status
    end
  end
end

--- Takes an event into the state.
function responses.fold(state, event)
  local fold = FOLDS[event.type]
  if fold then
    fold(state, event)
  end
  state.sequence_number = event.sequence_number or state.sequence_number
end

--- The response so far, and whether it ended as anything but completed.
---@return table? response
---@return boolean incomplete
function responses.result(state)
  if not state.response then
    return nil, false
  end
  pieces.join(state.pieces)
  return state.response, state.response.status ~= "completed"
end

require "oai.interpret" ()

return responses
