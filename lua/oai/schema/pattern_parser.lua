-- A regular expression, as JSON Schema has them (ECMA-262), to a graph of
-- states. What no graph can say (looking ahead or behind, back references) is
-- refused.

local chars = require "oai.schema.pattern_chars"

local pattern_parser = {}

local peek, take, next_char, refuse, taker = chars.peek, chars.take, chars.next_char, chars.refuse, chars.taker

local ASSERTED = { b = "edge", B = "inside" }

local STATES_MOST = 20000 -- of one pattern: `(a{1000}){1000}` is none
local REPEATS_MOST = 1000
local DEPTH_MOST = 100

---@class oai.PatternState
---@field takes? fun(point: integer?): boolean  whether a character leads to `to`
---@field to? oai.PatternState
---@field holds? string   what must hold for `free`
---@field free oai.PatternState[]  what follows without a character
---@field is_end? boolean

local function new_state(parser, fields)
  parser.states = parser.states + 1
  if parser.states > STATES_MOST then
    refuse "it is too large"
  end
  fields.free = fields.free or {}
  return fields
end

--- A piece of the graph: where it begins, and where it ends.
local function piece(first, last)
  return { first = first, last = last }
end

local function empty(parser, holds)
  local first, last = new_state(parser, { holds = holds }), new_state(parser, {})
  first.free[1] = last
  return piece(first, last)
end

local function character(parser, takes)
  local last = new_state(parser, {})
  return piece(new_state(parser, { takes = takes, to = last }), last)
end

local function parse_escape(parser)
  local char = next_char(parser)
  if ASSERTED[char] then
    return empty(parser, ASSERTED[char])
  elseif chars.CLASSES[char] then
    return character(parser, taker(chars.CLASSES[char]))
  end
  local point = chars.escaped_point(parser, char)
  return character(parser, taker { point, point })
end

local parse_choices

local function parse_group(parser)
  if take(parser, "?") and not take(parser, ":") then
    if not take(parser, "<") or peek(parser) == "=" or peek(parser) == "!" then
      refuse "it looks ahead or behind"
    end
    repeat
    until next_char(parser) == ">"
  end
  if parser.depth == DEPTH_MOST then
    refuse "it is nested too deeply"
  end
  parser.depth = parser.depth + 1
  local inside = parse_choices(parser)
  parser.depth = parser.depth - 1
  return take(parser, ")") and inside or refuse "a group has no end"
end

local ATOMS = {
  ["("] = parse_group,
  ["["] = function(parser)
    return character(parser, chars.parse_set(parser))
  end,
  ["\\"] = parse_escape,
  ["."] = function(parser)
    return character(parser, taker(chars.NOT_DOT, true))
  end,
  ["^"] = function(parser)
    return empty(parser, "first")
  end,
  ["$"] = function(parser)
    return empty(parser, "last")
  end,
}

local function parse_atom(parser)
  local char = next_char(parser)
  if ATOMS[char] then
    return ATOMS[char](parser)
  elseif char:find "^[*+?]$" then
    refuse(("nothing stands before '%s'"):format(char))
  end
  local point = chars.code_of(char)
  return character(parser, taker { point, point })
end

local REPEATS = { ["*"] = { 0 }, ["+"] = { 1 }, ["?"] = { 0, 1 } }

--- The bounds of `{2,5}`, `{2,}` or `{2}`; nil where a brace is a character.
---@return table?
local function parse_bounds(parser)
  local text = table.concat(parser.chars, "", parser.at, math.min(#parser.chars, parser.at + 20))
  local all, least, comma, most = text:match "^({(%d+)(,?)(%d*)})"
  if not all then
    return nil
  end
  parser.at = parser.at + #all
  return { tonumber(least), comma == "" and tonumber(least) or tonumber(most) }
end

local function bounds(parser)
  local char = peek(parser)
  local found = char == "{" and parse_bounds(parser) or REPEATS[char]
  if found and char ~= "{" then
    parser.at = parser.at + 1
  end
  if found then
    take(parser, "?") -- how much it takes is the same to whether it does
  end
  return found
end

local function join(a, b)
  a.last.free[#a.last.free + 1] = b.first
  return piece(a.first, b.last)
end

--- What may be left out.
local function skippable(parser, inside)
  local last = new_state(parser, {})
  local first = new_state(parser, { free = { inside.first, last } })
  inside.last.free[#inside.last.free + 1] = last
  return piece(first, last)
end

local function repeated(parser, inside)
  local again = skippable(parser, inside)
  inside.last.free[#inside.last.free + 1] = inside.first
  return again
end

--- Reads an atom anew, for another copy of its states.
local function again(parser, from)
  local at = parser.at
  parser.at = from
  local copy = parse_atom(parser)
  parser.at = at
  return copy
end

local function parse_repeated(parser)
  local from = parser.at
  local atom = parse_atom(parser)
  local range = bounds(parser)
  if not range then
    return atom
  end
  local least, most = range[1], range[2]
  if math.max(least, most or 0) > REPEATS_MOST or most and most < least then
    refuse "a bound is too large"
  end
  local all = empty(parser)
  for _ = 1, least do
    all = join(all, again(parser, from))
  end
  for _ = least + 1, most or least do
    all = join(all, skippable(parser, again(parser, from)))
  end
  return most and all or join(all, repeated(parser, again(parser, from)))
end

local function parse_sequence(parser)
  local all = empty(parser)
  while peek(parser) and peek(parser) ~= "|" and peek(parser) ~= ")" do
    all = join(all, parse_repeated(parser))
  end
  return all
end

function parse_choices(parser)
  local all = parse_sequence(parser)
  while take(parser, "|") do
    local other, last = parse_sequence(parser), new_state(parser, {})
    local first = new_state(parser, { free = { all.first, other.first } })
    all.last.free[#all.last.free + 1], other.last.free[#other.last.free + 1] = last, last
    all = piece(first, last)
  end
  return all
end

local function parse_all(parser)
  local all = parse_choices(parser)
  if peek(parser) then
    refuse "a parenthesis closes nothing"
  end
  all.last.is_end = true
  return all.first
end

--- The state in which a pattern begins; why it cannot be taken.
---@param source string
---@return oai.PatternState?
---@return string? reason
function pattern_parser.parse(source)
  local parser = { chars = {}, at = 1, states = 0, depth = 0 }
  for char in source:gmatch "[%z\1-\127\192-\255][\128-\191]*" do
    parser.chars[#parser.chars + 1] = char
  end
  local well, result = pcall(parse_all, parser)
  if well then
    return result --[[@as oai.PatternState]]
  elseif type(result) == "table" and result.pattern then
    return nil, result.pattern
  end
  error(result, 0)
end

return pattern_parser
