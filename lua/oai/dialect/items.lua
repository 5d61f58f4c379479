-- The items of a response's output while it arrives, in order and without
-- holes: which of them an event is about. Its item's id and its index may
-- both be missing, or change, or be the same for all.

local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local places = require "oai.dialect.places"

local items = {}

-- How far an item has come as a whole.
items.ADDED, items.DONE = 1, 2

--- What is known of the items of a response. What each was before a whole
--- response came is in `earlier`.
---@return table
function items.new()
  return { by_id = {}, stages = {}, places = places.new(), earlier = {}, last = nil }
end

local function id_of(value)
  return value ~= "" and type(value) == "string" and value or nil
end

local function note(state, item, id)
  if id then
    state.by_id[id] = item
  end
  state.last = item
  return item
end

--- Makes the output of a response ours: what is no item is left out.
---@param state table
---@param output any
---@return table output
function items.take(state, output)
  local list = {}
  for _, item in ipairs(kind.list(output)) do
    if kind.is_object(item) then
      list[#list + 1] = item
      state.stages[item] = items.ADDED
      note(state, item, id_of(item.id))
    end
  end
  return list
end

--- The item that an event brings something for, which is made where there is
--- none. An id that is known tells it, else the index, else it is the last.
---@param state table
---@param output table
---@param event table
---@return table item
function items.entry(state, output, event)
  local id, index = id_of(event.item_id), places.index(event.output_index)
  local item = id and state.by_id[id] or places.find(state.places, output, index) or not id and not index and state.last
  if item then
    return note(state, item, nil) -- ids that change are nobody's
  end
  return note(state, places.insert(state.places, output, index, { id = id }), id)
end

--- Whether an item that comes as a whole is another one than `here`, which has
--- its index.
local function is_another(state, here, item, stage)
  local id, id_here = id_of(item.id), id_of(here.id)
  if here.type ~= nil and item.type ~= nil and here.type ~= item.type then
    return true
  elseif id and id_here and id ~= id_here then
    return (state.stages[here] or 0) >= stage
  end
  return stage == items.ADDED and state.stages[here] == items.DONE
end

--- Puts an item that comes as a whole into its place.
---@param state table
---@param output table
---@param event table
---@param item table   a copy of the event's
---@param stage integer
function items.put(state, output, event, item, stage)
  local id, index = id_of(item.id) or id_of(event.item_id), places.index(event.output_index)
  local known = id and state.by_id[id]
  if not known then
    local here = places.find(state.places, output, index)
    known = here and not is_another(state, here, item, stage) and here or places.insert(state.places, output, index, {})
  end
  latest.renew(known, item)
  state.stages[known] = math.max(stage, state.stages[known] or 0)
  note(state, known, id)
end

--- Pairs each item with the one that it was before: that of its id, else the first
--- of its type that is in no pair.
local function pair(now, before)
  local by_id, place_of, taken = {}, {}, {}
  for place, item in ipairs(before) do
    by_id[id_of(item.id) or item] = place
  end
  for _, item in ipairs(now) do
    local place = by_id[id_of(item.id) or item]
    if place and not taken[place] then
      place_of[item], taken[place] = place, true
    end
  end
  for _, item in ipairs(now) do
    for place, other in ipairs(place_of[item] and {} or before) do
      if not taken[place] and (other.type == nil or other.type == item.type) then
        place_of[item], taken[place] = place, true
        break
      end
    end
  end
  return place_of, taken
end

--- The output of a response as it is in the end. What an item leaves out is
--- as it was before; items that came and are left out stay where they were.
---@param state table
---@param now table     ours to change
---@param before table
---@return table output
function items.merge(state, now, before)
  if #now == 0 then
    return before
  end
  local place_of, taken = pair(now, before)
  for item, place in pairs(place_of) do
    state.earlier[item] = before[place]
    latest.fill(item, before[place])
  end
  for place, item in ipairs(before) do
    if not taken[place] and state.stages[item] then
      table.insert(now, math.min(place, #now + 1), item)
    end
  end
  return now
end

require "oai.interpret" ()

return items
