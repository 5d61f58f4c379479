-- Deltas of objects, folded as the official libraries fold them: texts are
-- joined, numbers added, objects folded field by field, and the entries of
-- lists into those of the same index. No part of a delta is kept.

local copy = require "oai.dialect.copy"
local pieces = require "oai.dialect.pieces"

local delta = {}

--- What is known of one object that deltas are folded into.
---@return table
function delta.new()
  return { pieces = pieces.new(), places = {} }
end

-- oai differs: a text that names something is not doubled when it comes again.
local NAMES = { id = true, type = true, object = true, role = true, name = true, status = true }

local function is_name(field)
  return NAMES[field] or field:find("_id$") ~= nil
end

--- The objects of a list by index, and their indexes by object. Those that
--- came without one stand by their place.
local function places_of(state, list)
  local places = state.places[list]
  if not places then
    places = {}
    state.places[list] = places
    for place, entry in ipairs(list) do
      if type(entry) == "table" then
        places[place - 1], places[entry] = entry, place - 1
      end
    end
  end
  return places
end

--- Puts a new entry before those with a greater index.
local function add_entry(places, list, index)
  local at, entry = #list + 1, {}
  while at > 1 and (places[list[at - 1]] or index) > index do
    at = at - 1
  end
  table.insert(list, at, entry)
  places[index], places[entry] = entry, index
  return entry
end

local function fold_list(state, list, entries)
  for _, entry in ipairs(entries) do
    local index = type(entry) == "table" and entry.index
    if type(index) == "number" then
      local places = places_of(state, list)
      delta.fold(state, places[index] or add_entry(places, list, index), entry)
    else
      list[#list + 1] = copy(entry)
    end
  end
end

--- Puts something else in the place of what was folded.
local function replace(state, object, field, value)
  pieces.drop(state.pieces, object, field)
  object[field] = value
  return value
end

local function fold_table(state, object, field, value)
  local before = rawget(object, field)
  if type(before) ~= "table" then
    before = replace(state, object, field, setmetatable({}, getmetatable(value)))
  end
  local fold = value[1] ~= nil and fold_list or delta.fold
  fold(state, before, value)
end

local function fold_field(state, object, field, value)
  local before = rawget(object, field)
  if type(value) == "table" then
    fold_table(state, object, field, value)
  elseif type(before) ~= type(value) or type(value) == "boolean" or is_name(field) then
    replace(state, object, field, value)
  elseif type(value) == "string" then
    pieces.add(state.pieces, object, field, value)
  else
    object[field] = before + value
  end
end

--- Folds a delta into an object. An `index` is the place of an entry, not
--- part of it.
---@param state table
---@param object table
---@param fields table  the delta
function delta.fold(state, object, fields)
  for field, value in pairs(fields) do
    if field ~= "index" then
      fold_field(state, object, field, value)
    end
  end
end

--- Puts the texts into the object. More deltas may follow.
---@param state table
function delta.join(state)
  pieces.join(state.pieces)
end

require "oai.interpret" ()

return delta
