-- SHA-1 (FIPS 180-4) of short texts. All that needs it is the handshake of
-- WebSockets, once for a connection: in the core it would cost every program.

local floor = math.floor

local WORD = 2 ^ 32

-- The exclusive or of two digits of four bits, at 16 times the one and the
-- other.
local XOR = {}

for i = 0, 15 do
  for j = 0, 15 do
    local sum, bit, a, b = 0, 1, i, j
    while bit < 16 do
      sum = sum + (a % 2 ~= b % 2 and bit or 0)
      a, b, bit = floor(a / 2), floor(b / 2), bit * 2
    end
    XOR[i * 16 + j] = sum
  end
end

-- Words are numbers without a sign, and Lua 5.1 has no operators for bits.
local function xor(a, b)
  local sum, place = 0, 1
  while a > 0 or b > 0 do
    local x, y = a % 16, b % 16
    sum = sum + XOR[x * 16 + y] * place
    a, b, place = (a - x) / 16, (b - y) / 16, place * 16
  end
  return sum
end

local function both(a, b)
  return (a + b - xor(a, b)) / 2
end

local function turn(word, bits)
  local low = word % 2 ^ (32 - bits)
  return low * 2 ^ bits + (word - low) / 2 ^ (32 - bits)
end

local function choose(b, c, d)
  return xor(d, both(b, xor(c, d)))
end

local function odd(b, c, d)
  return xor(xor(b, c), d)
end

local function most(b, c, d)
  return xor(both(b, c), both(d, xor(b, c)))
end

local MIXED = { choose, odd, most, odd }
local ADDED = { 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6 }

local function padded(text)
  local zeros, bits = (55 - #text) % 64, #text * 8
  local length = {}
  for i = 8, 1, -1 do
    length[i] = string.char(bits % 256)
    bits = floor(bits / 256)
  end
  return text .. "\128" .. ("\0"):rep(zeros) .. table.concat(length)
end

local function words_of(block)
  local words = {}
  for i = 1, 16 do
    local a, b, c, d = block:byte(4 * i - 3, 4 * i)
    words[i] = ((a * 256 + b) * 256 + c) * 256 + d
  end
  for i = 17, 80 do
    words[i] = turn(xor(xor(words[i - 3], words[i - 8]), xor(words[i - 14], words[i - 16])), 1)
  end
  return words
end

local function add_block(state, block)
  local a, b, c, d, e = state[1], state[2], state[3], state[4], state[5]
  for i, word in ipairs(words_of(block)) do
    local quarter = floor((i - 1) / 20) + 1
    local sum = (turn(a, 5) + MIXED[quarter](b, c, d) + e + ADDED[quarter] + word) % WORD
    a, b, c, d, e = sum, a, turn(b, 30), c, d
  end
  for i, value in ipairs { a, b, c, d, e } do
    state[i] = (state[i] + value) % WORD
  end
end

--- The digest of a text, as 20 bytes.
---@param text string
---@return string
return function(text)
  local state = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 }
  text = padded(text)
  for at = 1, #text, 64 do
    add_block(state, text:sub(at, at + 63))
  end
  return (("%08x"):rep(5):format(state[1], state[2], state[3], state[4], state[5]):gsub("%x%x", function(digits)
    return string.char(tonumber(digits, 16) --[[@as integer]])
  end))
end
