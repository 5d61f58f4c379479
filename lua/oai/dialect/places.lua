-- Lists whose entries come with their index, in any order: they stand in the
-- order of these, and there are no holes. An index is what a server says, so
-- it may be anything.

local kind = require "oai.dialect.kind"

local places = {}

--- What is known of the places in a number of lists.
---@return table
function places.new()
  return {}
end

--- An index as a number, or nil for what is none.
---@param value any
---@return number?
function places.index(value)
  local index = type(value) == "string" and tonumber(value) or value
  return type(index) == "number" and index == index and index or nil -- not a number is no key
end

--- The entries of a list by index, and the indexes of its entries. Entries that
--- the list had before have their places for indexes.
local function of(collection, list)
  local known = collection[list]
  if not known then
    known = { entries = {}, indexes = {} }
    collection[list] = known
    for place, entry in ipairs(list) do
      if kind.is_object(entry) then
        known.entries[place - 1], known.indexes[entry] = entry, place - 1
      end
    end
  end
  return known
end

--- The entry of an index, or nil.
---@param collection table
---@param list table
---@param index number?
---@return table?
function places.find(collection, list, index)
  return index and of(collection, list).entries[index]
end

--- Puts an entry before those with a greater index, and behind the others.
--- Without an index it is the last. It is the one that the index stands for
--- from now on.
---@param collection table
---@param list table
---@param index number?
---@param entry table
---@return table entry
function places.insert(collection, list, index, entry)
  local known, at = of(collection, list), #list + 1
  local indexes = known.indexes
  index = index or indexes[list[at - 1]] or at - 1
  while at > 1 and (indexes[list[at - 1]] or index) > index do
    at = at - 1
  end
  table.insert(list, at, entry)
  known.entries[index], indexes[entry] = entry, index
  return entry
end

--- The entry of an index, which is made where there is none.
---@param collection table
---@param list table
---@param index number?
---@return table
function places.entry(collection, list, index)
  return places.find(collection, list, index) or places.insert(collection, list, index, {})
end

return places
