-- The content of a message, which arrives as texts or as lists of parts (text,
-- thinking, ...), whichever a server likes, and by turns.

local delta = require "oai.dialect.delta"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"

local content = {}

local IS_TEXT = { text = true, output_text = true }

--- A field of a part of an event.
local function field_of(part, field)
  return part[field]
end

--- The text of a part, or nil.
local function text_of_part(part, get)
  if type(part) == "string" then
    return part
  elseif kind.is_object(part) and (part.type == nil or IS_TEXT[part.type]) then
    local text = get(part, "text")
    return type(text) == "string" and text or nil
  end
  return nil
end

--- The texts of a content in parts, by what one part has, joined.
local function joined(value, of_part, get)
  local texts = { of_part(value, get) }
  for _, part in ipairs(value) do
    texts[#texts + 1] = of_part(part, get)
  end
  return table.concat(texts)
end

--- The text of a content, or nil where it has none.
---@param value any
---@return string?
function content.text(value)
  if type(value) == "table" then
    value = joined(value, text_of_part, field_of)
  end
  return value ~= "" and type(value) == "string" and value or nil
end

local IS_THOUGHT = { thinking = "thinking", reasoning = "reasoning" }

--- What the model thought in a part: a text, or texts in parts of its own.
local function thought_of_part(part, get)
  local field = kind.is_object(part) and IS_THOUGHT[part.type]
  local value = field and (get(part, field) or get(part, "text")) ---@type any
  if type(value) == "table" then
    value = joined(value, text_of_part, get)
  end
  return type(value) == "string" and value or nil
end

--- What the model thought, where that is a part of the content; or nil.
---@param value any
---@return string?
function content.thought(value)
  local text = type(value) == "table" and joined(value, thought_of_part, field_of)
  return text and text ~= "" and text or nil
end

--- The text of a message's content so far, and what the model thought in it.
--- Neither is put there.
---@param folding table  of delta.new
---@param message table
---@return string text
---@return string thought
function content.so_far(folding, message)
  local value = message.content
  if type(value) ~= "table" then
    return pieces.text(folding.pieces, message, "content") or "", ""
  end
  local function get(part, field)
    return pieces.text(folding.pieces, part, field) or part[field]
  end
  return joined(value, text_of_part, get), joined(value, thought_of_part, get)
end

--- Whether a part has more than a type.
local function is_something(part)
  for field, value in pairs(part) do
    if field ~= "type" and not latest.is_nothing(value) then
      return true
    end
  end
  return false
end

--- Puts a part of a content, which may be all of it, behind others.
local function add_part(parts, part)
  if type(part) == "string" then
    part = { type = "text", text = part }
  end
  if kind.is_object(part) and is_something(part) then
    parts[#parts + 1] = part
  end
end

--- A content as a list of parts.
local function parts_of(value)
  local parts = {}
  if not kind.is_list(value) then
    add_part(parts, value)
    return parts
  end
  for _, part in ipairs(value) do
    add_part(parts, part)
  end
  return parts
end

--- Makes parts of what has come as text.
local function begin_parts(folding, message)
  delta.join(folding)
  pieces.drop(folding.pieces, message, "content")
  message.content = parts_of(message.content)
end

--- Folds a delta of a message's content.
---@param folding table  of delta.new
---@param message table
---@param value any
function content.fold(folding, message, value)
  local in_parts = type(message.content) == "table"
  if type(value) == "string" and not in_parts then
    pieces.add(folding.pieces, message, "content", value)
    return
  end
  local parts = parts_of(value)
  if not parts[1] then
    return
  elseif not in_parts then
    begin_parts(folding, message)
  end
  delta.extend(folding, message.content, parts)
end

require "oai.interpret" ()

return content
