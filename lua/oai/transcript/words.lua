-- What is said, as words: which texts are acknowledgments, and which are joined
-- by a space. Pure.

local words = {}

-- Spaces beyond ASCII, as patterns of their UTF-8.
local SPACES = {
  "\194\160", "\225\154\128", "\226\128[\128-\138\168\169\175]", "\226\129\159", "\227\128\128", "\239\187\191",
}

-- Acknowledgments as they are compared.
local KNOWN = {
  "aha", "alright", "gotcha", "hm", "hmm", "mhm", "mm", "mm hmm", "ok", "okay", "right", "sure", "uh huh", "yeah",
  "yep", "yes",
}

--- The code point with which a text begins or ends; nil where it has none.
local function code_point(sequence)
  local first = sequence and sequence:byte()
  if not first or first < 0x80 then
    return first
  end
  local code = first < 0xE0 and first % 0x20 or first < 0xF0 and first % 0x10 or first % 0x08
  for i = 2, #sequence do
    code = code * 0x40 + sequence:byte(i) % 0x40
  end
  return code
end

local function two_bytes(code)
  return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40)
end

-- Capital letters of two bytes: from, to, how far their small ones are. 1: every
-- other one is capital, beginning with the first.
local CAPITALS = {
  { 0xC0, 0xD6, 32 }, { 0xD8, 0xDE, 32 }, { 0x100, 0x12F, 1 }, { 0x132, 0x137, 1 }, { 0x139, 0x148, 1 },
  { 0x14A, 0x177, 1 }, { 0x179, 0x17E, 1 }, { 0x386, 0x386, 38 }, { 0x388, 0x38A, 37 }, { 0x38C, 0x38C, 64 },
  { 0x38E, 0x38F, 63 }, { 0x391, 0x3A1, 32 }, { 0x3A3, 0x3AB, 32 }, { 0x400, 0x40F, 80 }, { 0x410, 0x42F, 32 },
  { 0x460, 0x481, 1 }, { 0x48A, 0x4BF, 1 }, { 0x531, 0x556, 48 },
}

--- The small letter of a sequence of two bytes.
local function small(sequence)
  local code = code_point(sequence) --[[@as integer]]
  for _, range in ipairs(CAPITALS) do
    if code >= range[1] and code <= range[2] then
      local is_small = range[3] == 1 and (code - range[1]) % 2 == 1
      return two_bytes(is_small and code or code + range[3])
    end
  end
end

local function small_ascii(letters)
  return letters:lower()
end

--- A text as acknowledgments are compared: small letters, one space between
--- words, no punctuation around them.
---@param text string
---@return string
function words.plain(text)
  text = text:gsub("[A-Z]+", small_ascii):gsub("[\195-\213][\128-\191]", small):gsub("%-", " ")
  for _, space in ipairs(SPACES) do
    text = text:gsub(space, " ")
  end
  text = text:gsub("^[ \t-\r.,!?;:\"'()%[%]{}]+", ""):gsub("[ \t-\r.,!?;:\"'()%[%]{}]+$", "")
  return (text:gsub("[ \t-\r]+", " "))
end

---@class oai.Acknowledgments
---@field known table<string, true>
---@field begun table<string, true>  all texts with which one of them begins, itself too

local function add(self, phrase)
  if phrase ~= "" then
    self.known[phrase] = true
    for length = 1, #phrase do
      self.begun[phrase:sub(1, length)] = true
    end
  end
end

--- The acknowledgments that are known, and more.
---@param more string[]
---@return oai.Acknowledgments
function words.acknowledgments(more)
  local self = { known = {}, begun = {} }
  for _, phrase in ipairs(KNOWN) do
    add(self, phrase)
  end
  for _, phrase in ipairs(more) do
    add(self, words.plain(phrase))
  end
  return self
end

-- What is neither letter nor number, as far as texts that are spoken have it:
-- first and last code point.
local OTHERS = {
  { 0x80, 0xA9 }, { 0xAB, 0xB1 }, { 0xB4, 0xB4 }, { 0xB6, 0xB8 }, { 0xBB, 0xBB }, { 0xBF, 0xBF }, { 0xD7, 0xD7 },
  { 0xF7, 0xF7 }, { 0x300, 0x36F }, { 0x37E, 0x37E }, { 0x387, 0x387 }, { 0x55A, 0x55F }, { 0x589, 0x58A },
  { 0x5BE, 0x5BE }, { 0x5F3, 0x5F4 }, { 0x600, 0x61F }, { 0x66A, 0x66D }, { 0x6D4, 0x6D4 }, { 0x964, 0x965 },
  { 0xE2F, 0xE2F }, { 0x1FBD, 0x1FBD }, { 0x2000, 0x206F }, { 0x20A0, 0x20FF }, { 0x2190, 0x245F },
  { 0x2500, 0x2775 }, { 0x2794, 0x2BFF }, { 0x2E00, 0x2E2E }, { 0x2E30, 0x3004 }, { 0x3008, 0x3020 },
  { 0x3030, 0x3030 }, { 0x30FB, 0x30FB }, { 0xE000, 0xF8FF }, { 0xFE00, 0xFE6F }, { 0xFEFF, 0xFEFF },
  { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 }, { 0xFFE0, 0xFFFF },
  { 0x1F000, 0x1F0FF }, { 0x1F10D, 0x1FAFF },
}

local function is_word(sequence)
  local code = code_point(sequence)
  if not code then
    return false
  elseif code < 0x80 then
    return sequence:find "^[0-9A-Za-z]" ~= nil
  end
  for _, range in ipairs(OTHERS) do
    if code >= range[1] and code <= range[2] then
      return false
    end
  end
  return true
end

local CHARACTER = "[%z\1-\127\192-\255][\128-\191]*"

--- Whether two texts would run into one word if nothing stood between them.
---@param before string
---@param behind string
---@return boolean
function words.would_merge(before, behind)
  return is_word(before:match(CHARACTER .. "$")) and is_word(behind:match("^" .. CHARACTER))
end

return words
