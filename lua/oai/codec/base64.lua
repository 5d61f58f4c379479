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

--- Puts the bytes of the first `count` digits, a multiple of sixteen, in pieces.
local function decode_sixteens(text, count, pieces)
  for i = 1, count, 16 do
    local a, b, c, d, e, f, g, h, j, k, l, m, n, o, p, q = byte(text, i, i + 15)
    pieces[#pieces + 1] = char(first1[a] + first2[b], second2[b] + second3[c], third3[c] + third4[d],
      first1[e] + first2[f], second2[f] + second3[g], third3[g] + third4[h],
      first1[j] + first2[k], second2[k] + second3[l], third3[l] + third4[m],
      first1[n] + first2[o], second2[o] + second3[p], third3[p] + third4[q])
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
  local pieces, sixteens = {}, digits - digits % 16
  decode_sixteens(text, sixteens, pieces)
  for i = sixteens + 1, digits, 4 do
    pieces[#pieces + 1] = decode_four(text, i, math.min(i + 3, digits))
  end
  return table.concat(pieces)
end

-- The code of a digit by its six bits; of three bytes, what each is by itself:
-- the code of the first and the last digit, and its parts of those between.
local digit_of = {}
local head, from_first, to_second, from_second, to_third, tail = {}, {}, {}, {}, {}, {}

for bits = 0, 63 do
  digit_of[bits] = ALPHABETS[1]:byte(bits + 1)
end
for value = 0, 255 do
  head[value], from_first[value] = digit_of[math.floor(value / 4)], value % 4 * 16
  to_second[value], from_second[value] = math.floor(value / 16), value % 16 * 4
  to_third[value], tail[value] = math.floor(value / 64), digit_of[value % 64]
end

--- The digits of three bytes.
local function encode_three(a, b, c)
  return char(head[a], digit_of[from_first[a] + to_second[b]], digit_of[from_second[b] + to_third[c]], tail[c])
end

--- Puts the digits of the first `count` bytes, a multiple of twelve, in pieces.
local function encode_twelves(bytes, count, pieces)
  for i = 1, count, 12 do
    local a, b, c, d, e, f, g, h, j, k, l, m = byte(bytes, i, i + 11)
    pieces[#pieces + 1] = char(
      head[a], digit_of[from_first[a] + to_second[b]], digit_of[from_second[b] + to_third[c]], tail[c],
      head[d], digit_of[from_first[d] + to_second[e]], digit_of[from_second[e] + to_third[f]], tail[f],
      head[g], digit_of[from_first[g] + to_second[h]], digit_of[from_second[h] + to_third[j]], tail[j],
      head[k], digit_of[from_first[k] + to_second[l]], digit_of[from_second[l] + to_third[m]], tail[m])
  end
end

--- Encodes bytes, with padding.
---@param bytes string
---@return string
function base64.encode(bytes)
  local pieces, twelves, rest = {}, #bytes - #bytes % 12, #bytes % 3
  encode_twelves(bytes, twelves, pieces)
  for i = twelves + 1, #bytes - rest, 3 do
    pieces[#pieces + 1] = encode_three(byte(bytes, i, i + 2))
  end
  if rest > 0 then
    local a, b = byte(bytes, #bytes - rest + 1, #bytes)
    pieces[#pieces + 1] = encode_three(a, b or 0, 0):sub(1, rest + 1) .. ("="):rep(3 - rest)
  end
  return table.concat(pieces)
end

return base64
