-- The characters of a regular expression: read one by one, escapes, and sets
-- of them.

local chars = {}

--- The code point of a character in UTF-8.
---@param char string
---@return integer
function chars.code_of(char)
  local first = char:byte()
  local point = first < 0xC0 and first or first < 0xE0 and first % 32 or first < 0xF0 and first % 16 or first % 8
  for i = 2, #char do
    point = point * 64 + char:byte(i) % 64
  end
  return point
end

--- Ends the reading of a pattern.
---@param message string  why it cannot be taken
---@return any never
function chars.refuse(message)
  error({ pattern = message }, 0)
end

--- Sets of characters: lists of ranges, perhaps all but these.
---@param ranges integer[]
---@param inverted? boolean
---@return fun(point: integer?): boolean
function chars.taker(ranges, inverted)
  return function(point)
    if point == nil then
      return false
    end
    for i = 1, #ranges, 2 do
      if point >= ranges[i] and point <= ranges[i + 1] then
        return not inverted
      end
    end
    return inverted == true
  end
end

local MOST = 0x10FFFF
chars.CLASSES = {
  d = { 48, 57 },
  w = { 48, 57, 65, 90, 95, 95, 97, 122 },
  s = { 9, 13, 32, 32, 160, 160, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F,
    0x3000, 0x3000, 0xFEFF, 0xFEFF },
  D = { 0, 47, 58, MOST },
  W = { 0, 47, 58, 64, 91, 94, 96, 96, 123, MOST },
  S = { 0, 8, 14, 31, 33, 159, 161, 0x167F, 0x1681, 0x1FFF, 0x200B, 0x2027, 0x202A, 0x202E, 0x2030, 0x205E, 0x2060,
    0x2FFF, 0x3001, 0xFEFE, 0xFF00, MOST },
}
chars.NOT_DOT = { 10, 10, 13, 13, 0x2028, 0x2029 }
local CONTROLS = { n = 10, r = 13, t = 9, f = 12, v = 11, ["0"] = 0 }

--- The next character, which stays the next.
---@param parser table
---@return string?
function chars.peek(parser)
  return parser.chars[parser.at]
end

--- Takes the next character if it is this one.
---@param parser table
---@param char string
---@return boolean taken
function chars.take(parser, char)
  if parser.chars[parser.at] == char then
    parser.at = parser.at + 1
    return true
  end
  return false
end

--- Takes the next character.
---@param parser table
---@return string
function chars.next_char(parser)
  local char = chars.peek(parser)
  if not char then
    return chars.refuse "it ends too early"
  end
  parser.at = parser.at + 1
  return char --[[@as string]]
end

---@param digits integer
local function hexadecimal(parser, digits)
  local text = table.concat(parser.chars, "", parser.at, math.min(parser.at + digits - 1, #parser.chars))
  if #text ~= digits or text:find "%X" then
    chars.refuse "an escape lacks its digits"
  end
  parser.at = parser.at + digits
  return tonumber(text, 16) --[[@as integer]]
end

---@return integer
local function braced(parser)
  local digits = {}
  while not chars.take(parser, "}") do
    digits[#digits + 1] = chars.next_char(parser)
  end
  return (tonumber(table.concat(digits), 16) or chars.refuse "an escape lacks its digits") --[[@as integer]]
end

--- The code point of an escape, after its backslash.
---@param parser table
---@param char string
---@return integer
function chars.escaped_point(parser, char)
  if char == "x" then
    return hexadecimal(parser, 2)
  elseif char == "u" then
    return chars.take(parser, "{") and braced(parser) or hexadecimal(parser, 4)
  elseif CONTROLS[char] then
    return CONTROLS[char] --[[@as integer]]
  elseif char:find "^%w$" then
    return chars.refuse(("\\%s is not known"):format(char))
  end
  return chars.code_of(char)
end

--- One member of a set: its ranges, or a point that may begin one.
local function set_member(parser)
  local char = chars.next_char(parser)
  if char ~= "\\" then
    return nil, chars.code_of(char)
  end
  char = chars.next_char(parser)
  if char == "b" then
    return nil, 8
  end
  return chars.CLASSES[char], not chars.CLASSES[char] and chars.escaped_point(parser, char) or nil
end

local function add_ranges(ranges, more)
  for _, point in ipairs(more) do
    ranges[#ranges + 1] = point
  end
end

local function has_dash(parser)
  local after = parser.chars[parser.at + 1]
  return chars.peek(parser) == "-" and after ~= nil and after ~= "]"
end

local function add_member(parser, ranges)
  local class, point = set_member(parser)
  if class then
    return add_ranges(ranges, class)
  end
  local last = point
  if has_dash(parser) then
    parser.at = parser.at + 1
    local _, to = set_member(parser)
    last = to or chars.refuse "a range has no end"
  end
  add_ranges(ranges, { point, last })
end

--- Reads a set, after its bracket.
---@param parser table
---@return fun(point: integer?): boolean takes
function chars.parse_set(parser)
  local inverted, ranges = chars.take(parser, "^"), {}
  while not chars.take(parser, "]") do
    add_member(parser, ranges)
  end
  return chars.taker(ranges, inverted)
end

return chars
