-- Texts that arrive in pieces. Pieces are kept in lists and joined once: to
-- append to a string for each would copy it each time.

local pieces = {}

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
    list[#list + 1] = piece
  else
    local before = object[field]
    fields[field] = { type(before) == "string" and before or "", piece }
  end
end

--- The list that further pieces of `object[field]` may be appended to, until
--- the next `join`; nil before the first.
---@param collection table
---@param object table
---@param field string
---@return string[]?
function pieces.list(collection, object, field)
  return collection[object] and collection[object][field]
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
      local text = table.concat(list)
      object[field] = text
      fields[field] = { text }
    end
  end
end

return pieces
