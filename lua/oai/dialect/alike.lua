-- Events of text that are alike, as they come: where the quotes of one field
-- are is another text each time, so it is behind "obfuscation", by which the
-- API hides its length, and the event may have a number. If nothing else
-- differs, nothing else needs to be looked at.

local json = require "oai.codec.json"

local alike = {}

-- What may be between a key and its value.
local COLONS = { '":', '": ' }

-- What stands in the value of an event for what others have there, and how it
-- is written. The core makes no template of an event that has one itself.
local MARKS = { "\0001", "\0002", "\0003" }
local WRITTEN = { [[\u00001]], [[\u00002]], [[\u00003]] }

-- What a value is from its first byte on, up to its end.
local STRING, NUMBER = '^"()[^"\\]*()"', "^()%d+()[,}%s]"

-- Besides its text, what may be another in each event.
local OTHERS = { { "obfuscation", STRING }, { "sequence_number", NUMBER } }

--- Where the value of a field begins and ends, a string's within its quotes.
--- Nil where there is none, or more than one, or one with escapes. (Within a
--- text the quotes of a key would be escaped.)
local function place_of(text, field, pattern)
  for _, colon in ipairs(COLONS) do
    local key = '"' .. field .. colon
    local _, last = text:find(key, 1, true)
    local from, to = text:match(pattern, (last or #text) + 1)
    if from and not text:find(key, last, true) then
      return { from = from, to = to, is_string = pattern == STRING }
    end
  end
  return nil
end

local function by_place(a, b)
  return a.from < b.from
end

--- The text with a mark in each place.
local function marked(text, places)
  local parts, passed = {}, 1
  for i, place in ipairs(places) do
    local mark = place.is_string and WRITTEN[i] or '"' .. WRITTEN[i] .. '"'
    parts[#parts + 1] = text:sub(passed, place.from - 1) .. mark
    passed = place.to
  end
  return table.concat(parts) .. text:sub(passed)
end

--- Where a text may differ, in order, and which of these places the field is.
--- Nil where that cannot be told.
local function places_of(text, field)
  local own = place_of(text, field, STRING)
  if not own then
    return nil
  end
  local places = { own }
  for _, other in ipairs(OTHERS) do
    places[#places + 1] = other[1] ~= field and place_of(text, other[1], other[2]) or nil
  end
  table.sort(places, by_place)
  for i, place in ipairs(places) do
    if place == own then
      return places, i
    end
  end
end

local function make(text, name, field, pick)
  local places, own = places_of(text, field)
  local prototype = places and json.decode(marked(text, places))
  if type(prototype) ~= "table" or pick(prototype, field) ~= MARKS[own] then
    return nil
  end ---@cast places table[]
  ---@cast own integer
  local bounds = {}
  for i, place in ipairs(places) do
    bounds[2 * i - 1], bounds[2 * i] = place.from, place.to
  end
  return json.template(text, name, prototype, bounds, own)
end

-- After how many events of which none was like the one before not each one is
-- remembered.
local PATIENCE = 8

---@class oai.Alike  what a dialect's state has of it
---@field template userdata|false  what the next event may be like, for the reader of events
---@field missed integer    so many in a row were not; -1, says the dialect: the last one was

--- Begins to look for events that are alike.
---@param state table
function alike.begin(state)
  state.template, state.missed = false, 0
end

--- Forgets the template.
---@param state oai.Alike
function alike.forget(state)
  state.template = false
end

--- Forgets it, since another event came. Whether that is to be remembered.
---@param state oai.Alike
---@return boolean
function alike.miss(state)
  state.missed = state.missed + 1
  state.template = false
  return state.missed <= PATIENCE or state.missed % PATIENCE == 0
end

--- Remembers an event that brings a text in a field, if others that are like
--- it can be told.
---@param state oai.Alike
---@param text string   the event as it came
---@param name? string  of the event
---@param field string
---@param pick fun(event: table, field: string): any  what an event that is like it brings in the field
---@return boolean done
function alike.learn(state, text, name, field, pick)
  state.template = make(text, name, field, pick) or false
  return state.template ~= false
end

return alike
