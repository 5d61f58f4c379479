-- Text of somebody else's, made safe to draw: love.graphics raises an error
-- for bytes that are not UTF-8, and a stream may be cut within a character.

local letters = {}

local UNKNOWN = "\239\191\189" -- U+FFFD

-- Bytes of a character by the first of them, and the range of the second
-- where it is not 0x80 to 0xBF (no overlong forms, no surrogates).
local LENGTH, LOWEST, HIGHEST = {}, { [0xE0] = 0xA0, [0xF0] = 0x90 }, { [0xED] = 0x9F, [0xF4] = 0x8F }

for first = 0x00, 0x7F do
  LENGTH[first] = 1
end
for first = 0xC2, 0xF4 do
  LENGTH[first] = first < 0xE0 and 2 or first < 0xF0 and 3 or 4
end

local function is_fitting(first, place, byte)
  local lowest = place == 2 and LOWEST[first] or 0x80
  local highest = place == 2 and HIGHEST[first] or 0xBF
  return byte >= lowest and byte <= highest
end

--- The byte after the character at `at`, and whether it is one; nil when
--- the text ends within it.
local function following(text, at)
  local first = text:byte(at)
  local length = LENGTH[first]
  if not length then
    return at + 1, false
  end
  for place = 2, length do
    local byte = text:byte(at + place - 1)
    if not byte then
      return nil
    elseif not is_fitting(first, place, byte) then
      return at + place - 1, false
    end
  end
  return at + length, true
end

--- The text without what is no UTF-8, and without a last character of which
--- not all bytes have come.
---@param text string
---@return string
function letters.whole(text)
  local pieces, at, from = {}, 1, 1
  while at <= #text do
    local after, good = following(text, at)
    if not good then
      pieces[#pieces + 1] = text:sub(from, at - 1)
      pieces[#pieces + 1] = after and UNKNOWN
      from = after or #text + 1
    end
    at = after or #text + 1
  end
  return table.concat(pieces) .. text:sub(from)
end

--- The last byte of the character that is `count` characters after the byte
--- `at`, in a whole text.
---@param text string
---@param at integer
---@param count integer
---@return integer
function letters.advance(text, at, count)
  while count > 0 and at < #text do
    at = at + LENGTH[text:byte(at + 1)]
    count = count - 1
  end
  return at
end

return letters
