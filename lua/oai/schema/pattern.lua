-- Whether a text has what a regular expression of JSON Schema says: compiled
-- to a graph of states, all of which are followed at once, so that no pattern
-- takes longer than its length times the text's. Characters are code points.

local chars = require "oai.schema.pattern_chars"
local pattern_parser = require "oai.schema.pattern_parser"

local pattern = {}

local KEPT_MOST = 100

--- The code points of a text. What is no UTF-8 counts byte by byte.
local function points_of(text)
  local points = {}
  for char in text:gmatch "[%z\1-\127\192-\255][\128-\191]*" do
    points[#points + 1] = chars.code_of(char)
  end
  return points
end

local function is_word(point)
  return point ~= nil and (point >= 48 and point <= 57 or point >= 65 and point <= 90 or point == 95
    or point >= 97 and point <= 122)
end

local ASSERTIONS = {
  first = function(_, at)
    return at == 1
  end,
  last = function(points, at)
    return at == #points + 1
  end,
  edge = function(points, at)
    return is_word(points[at - 1]) ~= is_word(points[at])
  end,
  inside = function(points, at)
    return is_word(points[at - 1]) == is_word(points[at])
  end,
}

--- Adds a state and all that it leads to without a character.
local function follow(list, seen, state, points, at)
  local waiting = { state }
  while #waiting > 0 do
    local one = table.remove(waiting)
    if not seen[one] then
      seen[one] = true
      list[#list + 1] = one
      if not one.holds or ASSERTIONS[one.holds](points, at) then
        for _, following in ipairs(one.free) do
          waiting[#waiting + 1] = following
        end
      end
    end
  end
end

local function has_end(list)
  for _, state in ipairs(list) do
    if state.is_end then
      return true
    end
  end
  return false
end

local function step(list, points, at)
  local following, seen = {}, {}
  for _, state in ipairs(list) do
    if state.takes and state.takes(points[at]) then
      follow(following, seen, state.to, points, at + 1)
    end
  end
  return following, seen
end

local function runs(start, points)
  local list, seen = {}, {}
  for at = 1, #points + 1 do
    follow(list, seen, start, points, at)
    if has_end(list) then
      return true
    end
    list, seen = step(list, points, at)
  end
  return false
end

local kept, count = {}, 0

local function compiled(source)
  if not kept[source] then
    if count == KEPT_MOST then
      kept, count = {}, 0
    end
    local start, reason = pattern_parser.parse(source)
    kept[source], count = { start = start, reason = reason }, count + 1
  end
  return kept[source]
end

--- Whether a text has a match of the pattern, wherever it stands.
---@param source any
---@param text string
---@return boolean? found
---@return string? reason  why the pattern is not one
function pattern.find(source, text)
  if type(source) ~= "string" then
    return nil, "it is no text"
  end
  local program = compiled(source)
  if not program.start then
    return nil, program.reason
  end
  return runs(program.start, points_of(text))
end

return pattern
