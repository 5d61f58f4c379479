-- The content of a message, which arrives as texts or as lists of parts (text,
-- thinking, ...), whichever a server likes, and by turns.

local delta = require "oai.dialect.delta"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"

local content = {}

local IS_TEXT = { text = true, output_text = true }

--- The text of a part, or nil.
local function text_of_part(part)
  if type(part) == "string" then
    return part
  elseif kind.is_object(part) and (part.type == nil or IS_TEXT[part.type]) and type(part.text) == "string" then
    return part.text
  end
  return nil
end

--- The text of a content, or nil where it has none.
---@param value any
---@return string?
function content.text(value)
  if type(value) == "table" then
    local texts = { text_of_part(value) }
    for _, part in ipairs(value) do
      texts[#texts + 1] = text_of_part(part)
    end
    value = table.concat(texts)
  end
  return value ~= "" and type(value) == "string" and value or nil
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
