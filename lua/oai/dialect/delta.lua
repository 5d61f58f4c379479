-- Deltas of objects, folded as the official libraries fold them: texts are
-- joined, numbers added, objects folded field by field, and the entries of
-- lists into those of the same index, or put behind them. Here, what names
-- something is whole, and what says nothing takes nothing away. No part of a
-- delta is kept.

local copy = require "oai.dialect.copy"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"
local places = require "oai.dialect.places"
local set = require "oai.set"

local delta = {}

--- What is known of the objects that deltas are folded into.
---@param keeps_index? boolean  entries of lists have their index in the end, too
---@return table
function delta.new(keeps_index)
  return { pieces = pieces.new(), places = places.new(), whole = {}, keeps_index = keeps_index or false }
end

-- Fields that are whole wherever they stand, so that they are neither doubled
-- nor added up when they come again.
local WHOLE = set {
  "id", "index", "type", "object", "role", "name", "status", "model", "created", "format", "provider", "usage",
  "finish_reason", "stop_reason", "native_finish_reason", "service_tier", "system_fingerprint",
}

--- Whether a field is whole. What was found out is kept for the next time.
local function is_whole(state, field)
  local found = state.whole[field]
  if found == nil then
    found = WHOLE[field] or field:find("_id$") ~= nil or field:find("_at$") ~= nil or field:find("_index$") ~= nil
    state.whole[field] = found
  end
  return found
end

-- What the entry of a list has that is one more piece of text: text, and
-- what says which.
local TEXTUAL = { text = true, thinking = true, reasoning = true, summary = true, refusal = true, signature = true,
  type = false, id = false, format = false }

local function is_piece_of_text(entry)
  local has_text = false
  for field in pairs(entry) do
    if TEXTUAL[field] == nil then
      return false
    end
    has_text = has_text or TEXTUAL[field]
  end
  return has_text
end

--- Whether an entry without an index goes on with the last one: it is text
--- of the same type, and that one was not signed before.
local function goes_on(last, entry)
  return type(last) == "table" and type(entry.type) == "string" and last.type == entry.type
    and (entry.id == nil or last.id == nil or entry.id == last.id)
    and (last.signature == nil or entry.signature ~= nil)
    and is_piece_of_text(entry)
end

--- The entry of a list that a delta's is about, or nil for a new one.
local function entry_for(state, list, entry)
  local index = places.index(entry.index)
  if index then
    return places.entry(state.places, list, index)
  end
  local last = list[#list]
  return goes_on(last, entry) and last or nil
end

--- Folds the entries of a list into a list.
---@param state table
---@param list table
---@param entries table
function delta.extend(state, list, entries)
  for _, entry in ipairs(entries) do
    local known = type(entry) == "table" and entry_for(state, list, entry)
    if known then
      delta.fold(state, known, entry)
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

local function new_like(value)
  return setmetatable({}, getmetatable(value)) -- an empty array is one
end

--- The table in a field that a delta's can be folded into: a list for a list.
local function table_for(state, object, field, value)
  local before = rawget(object, field)
  if type(before) ~= "table" or next(before) == nil or (before[1] == nil) ~= (value[1] == nil) then
    return replace(state, object, field, new_like(value))
  end
  return before
end

local function fold_table(state, object, field, value)
  local before = table_for(state, object, field, value)
  local fold = value[1] ~= nil and delta.extend or delta.fold
  fold(state, before, value)
end

local function is_finite(number)
  return number - number == 0
end

--- Whether a value takes nothing away: it says nothing, or is none that could
--- stand where something else is.
local function is_less(value, before)
  return before ~= nil and (latest.is_nothing(value) or latest.is_bare(value) and not latest.is_bare(before))
end

--- Folds the value of one field.
---@param state table
---@param object table
---@param field string
---@param value any
function delta.add(state, object, field, value)
  local before = rawget(object, field)
  local kind_of = type(value)
  if is_less(value, before) then
    return
  elseif kind_of ~= type(before) and kind_of ~= "table" or is_whole(state, field) then
    replace(state, object, field, copy(value))
  elseif kind_of == "string" then
    pieces.add(state.pieces, object, field, value)
  elseif kind_of == "table" then
    fold_table(state, object, field, value)
  elseif kind_of == "boolean" then
    object[field] = value
  elseif is_finite(before + value) then
    object[field] = before + value
  end
end

--- Folds a delta into an object. An `index` is the place of an entry, and
--- part of it only where that is asked for.
---@param state table
---@param object table
---@param fields table  the delta
function delta.fold(state, object, fields)
  for field, value in pairs(fields) do
    if field ~= "index" or state.keeps_index then
      delta.add(state, object, field, value)
    end
  end
end

--- Puts the texts into the objects. More deltas may follow.
---@param state table
function delta.join(state)
  pieces.join(state.pieces)
end

require "oai.interpret" ()

return delta
