-- What a stream has missed of a response that is known as a whole, as events:
-- the rest of its texts, then its end. Each has `recovered = true`, and no
-- number, since the API has sent none of them so. Pure.

local copy = require "oai.dialect.copy"
local tables = require "oai.tables"

local ENDS = { completed = "response.completed", incomplete = "response.incomplete" }

--- What came of the items, by their ids, and of those without by their places.
local function items_before(response)
  local found = {}
  for i, item in tables(response and response.output) do
    found[item.id or i] = item
  end
  return found
end

--- The text of a part so far.
local function text_before(item, place)
  local content = item and item.content
  local part = type(content) == "table" and content[place]
  return type(part) == "table" and type(part.text) == "string" and part.text or ""
end

local function add_text(events, item, place, part, before)
  local text = part.type == "output_text" and part.text
  local known = text_before(before, place)
  if type(text) == "string" and #text > #known and text:sub(1, #known) == known then
    events[#events + 1] = { type = "response.output_text.delta", item_id = item.id, output_index = item.at,
      content_index = place - 1, delta = text:sub(#known + 1), recovered = true }
  end
end

--- Adds what is new of a message.
local function add_message(events, item, at, before)
  if not before then
    local begun = copy(item)
    begun.content, begun.status = nil, "in_progress"
    events[#events + 1] = { type = "response.output_item.added", output_index = at, item = begun, recovered = true }
  end
  for place, part in tables(item.content) do
    add_text(events, { id = item.id, at = at }, place, part, before)
  end
end

--- The events that were missed.
---@param response table      at its end
---@param so_far table|false  what the stream has brought of it; false: nobody knows which texts are new
---@return table[]
local function missed(response, so_far)
  local events, before = {}, items_before(so_far)
  for i, item in tables(so_far and response.output) do
    if item.type == "message" then
      add_message(events, item, i - 1, before[item.id or i])
    end
  end
  events[#events + 1] = { type = ENDS[response.status] or "response.failed", response = response, recovered = true }
  return events
end

require "oai.interpret" ()

return missed
