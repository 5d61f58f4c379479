-- The named events of responses: the texts of their items, the items, and how
-- a response ended. Events say when a text is whole; servers leave some of them
-- out, so what is whole in an item, or in the response, is told then at last.

local kind = require "oai.dialect.kind"
local dialect = require "oai.dialect.responses"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"
local texts = require "oai.events.texts"

local responses = {}

-- What the text of an event is called, by the beginning of its name, and of
-- which kind it is.
local KINDS = {
  ["response.output_text"] = { "content" },
  ["response.content_part"] = { "content" },
  ["response.refusal"] = { "refusal" },
  ["response.reasoning_text"] = { "reasoning", "text" },
  ["response.reasoning_summary_text"] = { "reasoning", "summary" },
  ["response.function_call_arguments"] = { "tool_call", "function" },
  ["response.custom_tool_call_input"] = { "tool_call", "custom" },
  ["response.mcp_call_arguments"] = { "hosted_call", "mcp" },
  ["response.code_interpreter_call_code"] = { "hosted_call", "code_interpreter" },
}

-- The text of an item that has no parts, by its type.
local OF_ITEM = {
  function_call = { "arguments", "response.function_call_arguments" },
  custom_tool_call = { "input", "response.custom_tool_call_input" },
  mcp_call = { "arguments", "response.mcp_call_arguments" },
  code_interpreter_call = { "code", "response.code_interpreter_call_code" },
}

-- The text of a part, by its type.
local OF_PART = {
  output_text = { "text", "response.output_text" },
  refusal = { "refusal", "response.refusal" },
  reasoning_text = { "text", "response.reasoning_text" },
  summary_text = { "text", "response.reasoning_summary_text" },
}

--- What tells a stream of a response by named events.
---@param state table   of the dialect
---@param fill? fun(event: table)  says of each event what all have in common
---@return table
function responses.new(state, fill)
  return { state = state, items = {}, fill = fill or function() end, last = nil }
end

--- Appends an event that is not about a text.
local function tell(self, out, event)
  self.fill(event)
  out[#out + 1] = event
end

--- What is told of an item: its texts by their field and part. It may have been
--- another table before a whole response came.
local function told_of(self, item)
  local told = self.items[item]
  if not told then
    local earlier = dialect.earlier(self.state, item)
    told = earlier and self.items[earlier] or { known = {} }
    self.items[item] = told
  end
  told.item = item
  return told
end

--- Which part of an item's lists an object is; nil for the item itself.
local function place_in(item, object)
  for _, list in ipairs { "content", "summary" } do
    for place, part in ipairs(kind.list(item[list])) do
      if part == object then
        return list, place
      end
    end
  end
end

local function fill_call(event, item)
  event.index, event.call_id, event.name = event.output_index, item.call_id, item.name
end

--- Makes the text of an item's part or field.
local function make(self, told, of, at, list, place)
  return texts.new(of[1], function()
    return pieces.text(self.state.folding.pieces, at.object, at.field) or ""
  end, function(event)
    local item = told.item
    event.item_id, event.output_index, event.kind, event.phase = item.id, told.output_index, of[2], item.phase
    if list then
      event[list .. "_index"] = place - 1
    elseif of[1] == "tool_call" or of[1] == "hosted_call" then
      fill_call(event, item)
    end
    self.fill(event)
  end)
end

--- The text of an item that stands in a field of an object, by what its events
--- are called.
local function text_at(self, item, object, field, name)
  local told = told_of(self, item)
  local list, place = place_in(item, object)
  local key = list and list .. place or field
  local known = told.known[key]
  if not known then
    local at = { object = object, field = field }
    known = { at = at, text = make(self, told, KINDS[name], at, list, place) }
    told.known[key] = known
  end
  known.text.has_moved = known.text.has_moved or known.at.object ~= object
  known.at.object = object
  return known.text, told
end

--- The text that an event is about; most are about that of the last one.
local function text_of(self, event, name)
  local last = self.last
  if last and last.type == event.type and last.item_id == event.item_id and last.output_index == event.output_index
    and last.content_index == event.content_index and last.summary_index == event.summary_index then
    return self.last_text
  end
  local item = dialect.item(self.state, event)
  local object, field = dialect.place(self.state, event)
  local text, told = text_at(self, item, object, field, name)
  told.output_index = event.output_index or told.output_index
  self.last, self.last_text = event, text
  return text
end

--- Takes an event of a text. A call is whole when its item is: only then it is
--- known that it was not cut.
local function take_text(self, event, name, moment, out)
  if moment == "delta" then
    local delta = type(event.delta) == "table" and kind.object(event.delta).text or event.delta
    if type(delta) == "string" and delta ~= "" then
      texts.delta(text_of(self, event, name), delta, event, out)
    end
  elseif moment == "done" and KINDS[name][1] ~= "tool_call" then
    texts.close(text_of(self, event, name), event, out)
  end
end

--- Tells what is whole in a list of an item's parts.
local function close_parts(self, item, list, event, out)
  for _, part in ipairs(kind.list(item[list])) do
    local of = OF_PART[kind.object(part).type]
    if of then
      texts.close(text_at(self, item, part, of[1], of[2]), event, out)
    end
  end
end

--- Tells what of an item is whole, since that is.
local function close_item(self, item, event, out)
  local of = OF_ITEM[item.type]
  if of then
    texts.close(text_at(self, item, item, of[1], of[2]), event, out)
  end
  close_parts(self, item, "summary", event, out)
  close_parts(self, item, "content", event, out)
end

--- Tells that a call begins, with what it is called with as far as that came.
local function begin_call(self, item, event, out)
  local of = OF_ITEM[item.type]
  local is_call = of and KINDS[of[2]][1] == "tool_call" and not told_of(self, item).known[of[1]]
  if is_call then
    local given = item[of[1]]
    texts.delta(text_at(self, item, item, of[1], of[2]), type(given) == "string" and given or "", event, out)
  end
end

local function take_item(self, event, moment, out)
  local item = kind.is_object(event.item) and dialect.item(self.state, { item_id = event.item.id or event.item_id,
    output_index = event.output_index })
  if not item then
    return
  end
  local told = told_of(self, item)
  told.output_index = event.output_index or told.output_index
  if moment == "done" and item.status ~= "incomplete" then
    close_item(self, item, event, out)
  else
    begin_call(self, item, event, out)
  end
  tell(self, out, { type = "item." .. moment, item = item, item_id = item.id, output_index = told.output_index,
    raw = event })
end

--- Takes the whole response at its end.
local function take_end(self, event, out)
  local response, incomplete = dialect.result(self.state) ---@cast response table
  for place, item in ipairs(response.output) do
    local told = told_of(self, item)
    told.output_index = told.output_index or place - 1
    if not incomplete then
      close_item(self, item, event, out)
    end
  end
  if kind.is_object(response.usage) and not latest.is_nothing(response.usage) then
    tell(self, out, { type = "usage", usage = response.usage, snapshot = response.usage, raw = event })
  end
  tell(self, out, { type = "finish", complete = not incomplete, raw = event,
    reason = incomplete and kind.object(response.incomplete_details).reason or response.status })
end

--- Tells an event that was folded.
---@param self table
---@param event table
---@param out table
function responses.add(self, event, out)
  local name, moment = tostring(event.type):match("^(.+)%.(%l+)$")
  if KINDS[name] and kind.object(event.part) ~= event.part then
    take_text(self, event, name, moment, out)
    return
  end
  self.last = nil
  if name == "response.output_item" then
    take_item(self, event, moment, out)
  elseif dialect.is_last(event) then
    take_end(self, event, out)
  end
end

--- Nothing is left to tell when a response has ended.
function responses.finish() end

return responses
