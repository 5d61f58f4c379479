-- The named events of an assistant's run: the texts of its messages, the calls
-- of tools, its usage and how it ended. Calls of functions are whole when the
-- run asks for their outputs.

local dialect = require "oai.dialect.assistants"
local kind = require "oai.dialect.kind"
local pieces = require "oai.dialect.pieces"
local places = require "oai.dialect.places"
local texts = require "oai.events.texts"

local assistants = {}

--- What tells a stream of a run by named events.
---@param state table  of the dialect
---@return table
function assistants.new(state)
  return { state = state, known = {}, calls = {} }
end

--- The entry of a list that the part at a place of a delta's was folded into,
--- and its index. Without one it went on with the last, or stands behind it.
local function folded(entry, list, parts, place)
  local index = places.index(kind.object(parts[place]).index)
  if index then
    return places.find(entry.delta.places, list, index), index
  end
  local at = math.max(1, #list - #parts + place)
  return list[at], at - 1
end

--- The text of a key, which is made where there is none. What it stands in is
--- another table when a message came whole.
local function text_at(self, key, entry, object, field, what, fill)
  local known = self.known[key]
  if not known then
    known = {}
    known.text = texts.new(what, function()
      return pieces.text(known.entry.delta.pieces, known.object, known.field) or ""
    end, fill)
    self.known[key] = known
  end
  known.entry, known.object, known.field = entry, object, field
  return known.text
end

-- Where the text of a message's part stands, by the type of the part.
local function place_of(part)
  if kind.is_object(part.text) then
    return part.text, "value", "content"
  elseif part.type == "refusal" or part.refusal ~= nil then
    return part, "refusal", "refusal"
  end
end

local function text_of_part(self, entry, index, part)
  local object, field, what = place_of(part)
  if not object then
    return nil
  end
  local id = entry.value.id
  local key = "message " .. tostring(id) .. " " .. tostring(index)
  return text_at(self, key, entry, object, field, what, function(event)
    event.item_id, event.content_index = id, index
  end)
end

--- Takes what an event adds to the parts of a message.
local function add_to_message(self, entry, data, event, out)
  local list = kind.list(entry.value.content)
  local parts = kind.list(kind.object(data.delta).content)
  for place, part in ipairs(parts) do
    local whole, index = folded(entry, list, parts, place)
    local text = kind.is_object(whole) and text_of_part(self, entry, index, whole)
    local object, field = place_of(kind.object(part))
    local piece = object and object[field]
    if text and type(piece) == "string" and piece ~= "" then
      texts.delta(text, piece, event, out)
    end
  end
end

--- Takes a message that is whole.
local function close_message(self, entry, event, out)
  for place, part in ipairs(kind.list(entry.value.content)) do
    local text = kind.is_object(part) and text_of_part(self, entry, place - 1, part)
    if text then
      texts.close(text, event, out)
    end
  end
end

-- What a call of a step's calls: what its events are called, its kind, and the
-- field of its text.
local TOOLS = {
  ["function"] = { "tool_call", "function", "arguments" },
  code_interpreter = { "hosted_call", "code_interpreter", "input" },
}

local function text_of_call(self, entry, index, call)
  local of = TOOLS[call.type]
  local tool = of and call[call.type]
  if not kind.is_object(tool) then
    return nil
  end
  local known = { call = call, tool = tool }
  local key = call.id or "call " .. tostring(entry.value.id) .. " " .. tostring(index)
  self.calls[key] = self.calls[key] or known
  known = self.calls[key]
  known.call, known.tool = call, tool
  return text_at(self, key, entry, tool, of[3], of[1], function(event)
    event.item_id, event.index, event.kind = entry.value.id, index, of[2]
    event.call_id, event.name = known.call.id, known.tool.name
  end)
end

--- Takes what an event adds to the calls of a step: the first may add nothing.
local function add_to_step(self, entry, data, event, out)
  local details = kind.object(kind.object(data.delta).step_details)
  local list = kind.list(kind.object(entry.value.step_details).tool_calls)
  local parts = kind.list(details.tool_calls)
  for place, part in ipairs(parts) do
    local call, index = folded(entry, list, parts, place)
    local text = kind.is_object(call) and text_of_call(self, entry, index, call)
    local piece = text and kind.object(kind.object(part)[call.type])[TOOLS[call.type][3]]
    piece = type(piece) == "string" and piece or ""
    if text and (piece ~= "" or not text.length) then
      texts.delta(text, piece, event, out)
    end
  end
end

--- Takes a step that is whole: of what the API calls itself.
local function close_step(self, entry, event, out)
  for place, call in ipairs(kind.list(kind.object(entry.value.step_details).tool_calls)) do
    local text = kind.is_object(call) and TOOLS[call.type] and TOOLS[call.type][1] == "hosted_call"
      and text_of_call(self, entry, place - 1, call)
    if text then
      texts.close(text, event, out)
    end
  end
end

--- Takes the calls whose outputs the run asks for.
local function take_required(self, run, event, out)
  local asked = kind.object(kind.object(run.required_action).submit_tool_outputs)
  for place, call in ipairs(kind.list(asked.tool_calls)) do
    local entry = { value = {}, delta = { pieces = {} } }
    local text = kind.is_object(call) and text_of_call(self, entry, place - 1, call)
    if text then
      texts.close(text, event, out)
    end
  end
end

local ENDED = { completed = true, incomplete = true, failed = true, cancelled = true, expired = true,
  requires_action = true }

local function take_run(self, event, out)
  local run, incomplete = dialect.result(self.state)
  if not run or not ENDED[run.status] then
    return
  elseif run.status == "requires_action" then
    take_required(self, run, event, out)
  end
  if kind.is_object(run.usage) then
    out[#out + 1] = { type = "usage", usage = run.usage, snapshot = run.usage, raw = event }
  end
  out[#out + 1] = { type = "finish", complete = not incomplete, raw = event,
    reason = kind.object(run.incomplete_details).reason or run.status }
end

-- What is done with an event of a message or a step, by its name.
local TAKES = {
  ["thread.message.delta"] = add_to_message,
  ["thread.run.step.delta"] = add_to_step,
  ["thread.message.completed"] = function(self, entry, _, event, out)
    close_message(self, entry, event, out)
  end,
  ["thread.run.step.completed"] = function(self, entry, _, event, out)
    close_step(self, entry, event, out)
  end,
}

--- Tells an event that was folded.
---@param self table
---@param event table
---@param out table
function assistants.add(self, event, out)
  local entry, name, data = dialect.place(self.state, event)
  if entry and TAKES[name] then
    TAKES[name](self, entry, data, event, out)
  elseif not entry and name:find("^thread%.run%.") then
    take_run(self, event, out)
  end
end

--- Nothing is left to tell when a run has ended.
function assistants.finish() end

return assistants
