-- Texts that arrive in pieces. To append each to a string would copy that
-- each time, and to keep each would take ten times the memory of the text:
-- so a list has a few pieces, and blocks of those that came before them.

local pieces = {}

local BLOCK = 64 -- pieces

--- A new collection.
---@return table
function pieces.new()
  return {}
end

--- Adds a piece to `object[field]`.
---@param collection table
---@param object table
---@param field string
---@param piece string
function pieces.add(collection, object, field, piece)
  local fields = collection[object]
  if not fields then
    fields = {}
    collection[object] = fields
  end
  local list = fields[field]
  if list then
    pieces.append(list, piece)
  else
    local before = object[field]
    fields[field] = { type(before) == "string" and before or "", piece, count = 2 }
  end
end

--- Joins the pieces of a list to a block.
local function make_block(list)
  local blocks = list.blocks or {}
  list.blocks = blocks
  blocks[#blocks + 1] = table.concat(list)
  for i = list.count, 1, -1 do
    list[i] = nil
  end
  list.count = 0
end

--- Adds a piece to a list, which knows how many it has: Lua would search for
--- the last of them.
---@param list table
---@param piece string
function pieces.append(list, piece)
  local count = list.count + 1
  list[count] = piece
  list.count = count
  if count == BLOCK then
    make_block(list)
  end
end

local function text_of(list)
  local rest = table.concat(list, "", 1, list.count)
  return list.blocks and table.concat(list.blocks) .. rest or rest
end

--- The list of `object[field]`, to which further pieces may be appended until
--- the next `join`; nil before the first.
---@param collection table
---@param object table
---@param field string
---@return table?
function pieces.list(collection, object, field)
  return collection[object] and collection[object][field]
end

--- The text of `object[field]` so far, which is not put there. Nil where there
--- is none.
---@param collection table
---@param object table
---@param field string
---@return string?
function pieces.text(collection, object, field)
  local list = pieces.list(collection, object, field)
  if list then
    return text_of(list)
  end
  local text = rawget(object, field)
  return type(text) == "string" and text or nil
end

--- Forgets the pieces of `object[field]`: the whole has come.
---@param collection table
---@param object table
---@param field string
function pieces.drop(collection, object, field)
  if collection[object] then
    collection[object][field] = nil
  end
end

--- Puts all texts into their objects. More pieces may follow.
---@param collection table
function pieces.join(collection)
  for object, fields in pairs(collection) do
    for field, list in pairs(fields) do
      local text = text_of(list)
      object[field] = text
      fields[field] = { text, count = 1 }
    end
  end
end

require "oai.interpret" ()

return pieces
