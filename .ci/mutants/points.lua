-- The mutants that there are of a source, and which of all of them a seed
-- picks. A mutant is known by what its lines were and what they become, not by
-- their number: what a seed picks stays the same while the rest of the code
-- changes.

local operators = require "operators"
local tokens = require "tokens"

local points = {}

local NAMES = {} ---@type string[]
for name in pairs(operators) do
  NAMES[#NAMES + 1] = name
end
table.sort(NAMES)

local function trimmed(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""):gsub("\n%s*", " "))
end

local function line_begin(text, at)
  while at > 1 and text:byte(at - 1) ~= 10 do
    at = at - 1
  end
  return at
end

local function mutant(file, text, operator, token, from, to, new)
  local old = text:sub(from, to)
  local becomes = new:find("%s", 1, true) and new:gsub("%%s", function() return old end) or new
  local first, last = line_begin(text, from), (text:find("\n", to, true) or #text + 1) - 1
  return {
    file = file,
    operator = operator,
    line = token.line,
    was = trimmed(text:sub(first, last)),
    now = trimmed(text:sub(first, from - 1) .. becomes .. text:sub(to + 1, last)),
    from = from,
    to = to,
    becomes = becomes,
  }
end

--- The whole source with the fault in it.
function points.apply(text, one)
  return text:sub(1, one.from - 1) .. one.becomes .. text:sub(one.to + 1)
end

--- Equal lines are told apart by a count.
local function name_all(list)
  local seen = {}
  for _, one in ipairs(list) do
    local name = ("%s: %s => %s"):format(one.file, one.was, one.now)
    seen[name] = (seen[name] or 0) + 1
    one.name = seen[name] > 1 and ("%s (%d)"):format(name, seen[name]) or name
  end
  return list
end

--- All mutants of a source.
function points.of(file, text)
  local language = file:match("%.c$") and "c" or "lua"
  local list, found = tokens(text, language), {}
  for i, token in ipairs(list) do
    for _, operator in ipairs(NAMES) do
      local from, to, new = operators[operator](list, i, language)
      if from then
        found[#found + 1] = mutant(file, text, operator, token, from, to, new)
      end
    end
  end
  return name_all(found)
end

--- A number that is the same for a text on every Lua.
function points.hash(text)
  local h = 5381
  for i = 1, #text do
    h = (h * 65599 + text:byte(i)) % 4294967291
  end
  for _ = 1, 4 do
    h = (h * 69069 + 12345) % 4294967291
  end
  return h
end

--- Sorts mutants as a seed would have them.
function points.shuffle(list, seed)
  local place = {}
  for _, one in ipairs(list) do
    place[one] = points.hash(seed .. " " .. one.name .. " " .. seed)
  end
  table.sort(list, function(a, b)
    if place[a] ~= place[b] then
      return place[a] < place[b]
    end
    return a.name < b.name
  end)
end

return points
