-- Base64 (RFC 4648) to bytes, also of its URL alphabet, and back. Pure Lua:
-- sums of looked up parts, since Lua 5.1 has no operators on bits.

local base64 = {}

local ALPHABETS = {
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
}

-- Four digits of six bits are three bytes. What a digit, by its code, adds to
-- a byte: first2 is the second digit's part of the first byte.
local first1, first2, second2, second3, third3, third4 = {}, {}, {}, {}, {}, {}

for _, alphabet in ipairs(ALPHABETS) do
  for digit = 0, 63 do
    local code = alphabet:byte(digit + 1)
    first1[code], first2[code] = digit * 4, math.floor(digit / 16)
    second2[code], second3[code] = digit % 16 * 16, math.floor(digit / 4)
    third3[code], third4[code] = digit % 4 * 64, digit
  end
end

local byte, char = string.byte, string.char

--- Puts the bytes of the first `count` digits, a multiple of eight, in pieces.
local function decode_eights(text, count, pieces)
  for i = 1, count, 8 do
    local a, b, c, d, e, f, g, h = byte(text, i, i + 7)
    pieces[#pieces + 1] = char(first1[a] + first2[b], second2[b] + second3[c], third3[c] + third4[d],
      first1[e] + first2[f], second2[f] + second3[g], third3[g] + third4[h])
  end
end

--- The bytes of up to four digits: none, or two and more.
local function decode_four(text, from, to)
  local a, b, c, d = byte(text, from, to)
  local bytes = b and char(first1[a] + first2[b]) or ""
  if c then
    bytes = bytes .. char(second2[b] + second3[c])
  end
  return d and bytes .. char(third3[c] + third4[d]) or bytes
end

--- How many digits a text has before its padding; nil when it is no base64.
local function digits_of(text)
  local after, padding = text:match("^[A-Za-z0-9+/_-]*()(=?=?)$")
  if not after or (after - 1) % 4 == 1 or padding ~= "" and (after - 1 + #padding) % 4 ~= 0 then
    return nil
  end
  return after - 1
end

--- Decodes a text; its padding may be missing.
---@param text string
---@return string? bytes  nil when it is no base64
function base64.decode(text)
  local digits = digits_of(text)
  if not digits then
    return nil
  end
  local pieces, eights = {}, digits - digits % 8
  decode_eights(text, eights, pieces)
  pieces[#pieces + 1] = decode_four(text, eights + 1, math.min(eights + 4, digits))
  pieces[#pieces + 1] = decode_four(text, eights + 5, digits)
  return table.concat(pieces)
end

local DIGITS = ALPHABETS[1]

-- The two digits of twelve bits, made when they are first asked for.
local pairs_of = setmetatable({}, {
  ---@param bits integer
  __index = function(self, bits)
    local high, low = math.floor(bits / 64) + 1, bits % 64 + 1
    local digits = DIGITS:sub(high, high) .. DIGITS:sub(low, low)
    self[bits] = digits
    return digits
  end,
})

--- The digits of three bytes.
local function encode_three(a, b, c)
  local second = b % 16
  return pairs_of[a * 16 + (b - second) / 16] .. pairs_of[second * 256 + c]
end

--- Encodes bytes, with padding.
---@param bytes string
---@return string
function base64.encode(bytes)
  local pieces, rest = {}, #bytes % 3
  for i = 1, #bytes - rest, 3 do
    pieces[#pieces + 1] = encode_three(byte(bytes, i, i + 2))
  end
  if rest > 0 then
    local a, b = byte(bytes, #bytes - rest + 1, #bytes)
    pieces[#pieces + 1] = encode_three(a, b or 0, 0):sub(1, rest + 1) .. ("="):rep(3 - rest)
  end
  return table.concat(pieces)
end

return base64
