-- The nearest real name to a misspelt one, or what other libraries mean by it.
-- Used in messages only.

local lazy = require "oai.lazy"

local elsewhere = lazy "oai.elsewhere"

local suggest = {}

--- The edit distance with swaps of neighbours (optimal string alignment).
local function distance(a, b)
  local before, last = {}, {}
  for j = 0, #b do
    last[j] = j
  end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last = last, row
  end
  return last[#b]
end

--- The key of `names` nearest to `name`, or nil when none is near.
---@param name any
---@param names table<string, any>  a set: its keys are the real names
---@param most? integer  how many letters may be other ones; a third of the name
---@return string?
function suggest.nearest(name, names, most)
  if type(name) ~= "string" then
    return nil
  end
  local best, best_distance
  for candidate in pairs(names) do
    if type(candidate) == "string" then
      local d = distance(name:lower(), candidate)
      if not best or d < best_distance or (d == best_distance and candidate < best) then
        best, best_distance = candidate, d
      end
    end
  end
  if best and best_distance <= math.min(most or #name, math.max(1, math.floor(#name / 3))) then
    return best
  end
  return nil
end

--- The letters of a name in order.
local function sorted(name)
  local letters = {}
  for letter in name:gmatch "." do
    letters[#letters + 1] = letter
  end
  table.sort(letters)
  return table.concat(letters)
end

--- Whether one is the other with a letter more, neither first nor last.
local function has_one_more(longer, shorter)
  if #longer ~= #shorter + 1 then
    return false
  end
  for i = 2, #longer - 1 do
    if longer:sub(1, i - 1) .. longer:sub(i + 1) == shorter then
      return true
    end
  end
  return false
end

local SHORTEST = 5

--- The name of `names` that `name` is without doubt a slip of the keys for:
--- letters of it are swapped, or one within it is missing or too many. Unlike
--- `nearest` it takes no real word for another: "deleted" is not "delete".
---@param name any
---@param names table<string, any>  a set: its keys are the real names
---@return string?
function suggest.slip(name, names)
  if type(name) ~= "string" or #name < SHORTEST then
    return nil
  end
  for real in pairs(names) do
    local is_near = name:byte() == real:byte() and name:byte(-1) == real:byte(-1)
    if real ~= name and #real >= SHORTEST and (#real == #name and sorted(real) == sorted(name)
      or is_near and (has_one_more(real, name) or has_one_more(name, real))) then
      return real
    end
  end
  return nil
end

--- "; see stream:final()", of a name that other libraries have; else nil.
---@param name any
---@param names table<string, any>
---@param where string  what has no such name, as elsewhere.lua calls it
---@return string?
function suggest.elsewhere(name, names, where)
  local called = elsewhere.called(where, name, names)
  return called and "; see " .. called
end

--- "; did you mean 'x'?", or "" when nothing is near. Names of other libraries
--- come first: "; see stream:final()".
---@param name any
---@param names table<string, any>
---@param where? string  what has no such name, as elsewhere.lua calls it
---@return string
function suggest.hint(name, names, where)
  local called = where and suggest.elsewhere(name, names, where)
  if called then
    return called
  end
  local nearest = suggest.nearest(name, names)
  return nearest and ("; did you mean '%s'?"):format(nearest) or ""
end

require "oai.interpret" ()

return suggest
