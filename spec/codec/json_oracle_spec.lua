-- JSON held against lua-cjson: random texts, most of them damaged, of which
-- both must make the same value, or none. What is read otherwise by design
-- (docs/json.md) is written for lua-cjson as it is meant (`plain`); what it
-- takes and RFC 8259 does not, is known (`is_loose`). Numbers are held against
-- Lua's own. JSON_TEXTS=10000000 takes more of each; JSON_SEED others.

local cjson = require "cjson"
local json = require "oai.codec.json"
local printable = require "oai.printable"

local TEXTS = tonumber(os.getenv "JSON_TEXTS") or 20000

local strict = cjson.new()
strict.decode_invalid_numbers(false)

local state = tonumber(os.getenv "JSON_SEED") or 1

local function below(n)
  state = state * 16807 % 2147483647
  return state % n
end

local function one_of(list)
  return list[1 + below(#list)]
end

--- A float of any 53 bits.
local function random_float(most)
  return (2 ^ 52 + below(2 ^ 26) * 2 ^ 26 + below(2 ^ 26)) * 2 ^ (below(2 * most) - most - 52)
end

-- Texts ----------------------------------------------------------------------

local SPACES = { "", "", "", "", "", " ", "\n", "\t", "\r\n", "  " }
local WORDS = { "null", "true", "false", "null", "NaN", "Infinity", "-Infinity", "nan", "-inf" }
local NAMES = { '"a"', '"b"', '"id"', '"object"', '"content"', '"\\u0061"', '"a\\n"', '""', '"\195\164"',
  '"a name of more than forty bytes, which none of the API is"' }
local PIECES = { "a", "token", " of text that goes on ", "\\n", '\\"', "\\\\", "\\/", "\\b", "\\f", "\\r", "\\t",
  "\\u00e4", "\\uD83D\\uDE00", "\\u0000", "\195\164", "\226\130\172", "\240\159\152\128", "/", "1",
  "{", "]", "\n", "\127", "\1" }
local ODD_PIECES = { "\\ud83d", "\\uDE00", "\\ud83dx", "\\ud83d\\u0041", "\255", "\195", "\226\130", "\237\160\128",
  "\192\128", "\240\159\152", "\\", "\\x", "\\u12", "\0", '"' }
local BYTES = { '"', "\\", ",", ":", "{", "}", "[", "]", "0", "1", "-", ".", "e", "u", "n", " ", "\n", "\0", "\255",
  "\195", "\128", "/", "t", "d8", "+", "E", "\239\187\191" }

local function random_number()
  local kind = below(8)
  if kind < 3 then
    return ("%d"):format(below(10 ^ below(9)))
  end
  local digits = {}
  for i = 1, 1 + below(kind == 3 and 25 or 9) do
    digits[i] = below(10)
  end
  local whole = below(2) == 0 and "0" or ("%d"):format(below(10 ^ below(9)))
  local fraction = below(6) > 0 and "." .. table.concat(digits) or ""
  local exponent = below(4) == 0 and one_of { "e", "E", "e+", "e-" } .. below(one_of { 5, 25, 60, 330 }) or ""
  return (below(2) == 0 and "-" or "") .. whole .. fraction .. exponent
end

local function random_string()
  local pieces = {}
  for i = 1, below(below(20) == 0 and 60 or 5) do
    pieces[i] = below(60) == 0 and one_of(ODD_PIECES) or one_of(PIECES)
  end
  return '"' .. table.concat(pieces) .. '"'
end

local random_value

local function random_table(depth, open, close, member)
  local members = {}
  for i = 1, below(below(40) == 0 and 80 or 5) do
    members[i] = one_of(SPACES) .. member(depth) .. one_of(SPACES)
  end
  return open .. (one_of(SPACES)) .. table.concat(members, ",") .. close
end

local function random_field(depth)
  local name = below(4) == 0 and random_string() or below(3) == 0 and one_of(NAMES) or '"k' .. below(60) .. '"'
  return name .. one_of(SPACES) .. ":" .. one_of(SPACES) .. random_value(depth)
end

function random_value(depth)
  local kind = below(depth > 3 and 5 or 8)
  if kind < 2 then
    return random_string()
  elseif kind < 4 then
    return random_number()
  elseif kind == 4 then
    return one_of(WORDS)
  elseif kind < 7 then
    return random_table(depth + 1, "{", "}", random_field)
  end
  return random_table(depth + 1, "[", "]", random_value)
end

local function damaged(text)
  local at = 1 + below(#text)
  local kind = below(4)
  if kind == 0 then
    return text:sub(1, at - 1) .. text:sub(at + 1)
  elseif kind == 1 then
    return text:sub(1, at - 1) .. one_of(BYTES) .. text:sub(at)
  elseif kind == 2 then
    return text:sub(1, at - 1) .. one_of(BYTES) .. text:sub(at + 1)
  end
  return text:sub(1, at)
end

local function random_text()
  local text = random_value(below(4))
  for _ = 1, below(4) do
    text = damaged(text)
    if text == "" then
      return text
    end
  end
  return text
end

-- What lua-cjson is given ------------------------------------------------------

local REPLACEMENT = "\239\191\189"
local SEQUENCES = {
  "^[\194-\223][\128-\191]", "^\224[\160-\191][\128-\191]", "^[\225-\236\238\239][\128-\191][\128-\191]",
  "^\237[\128-\159][\128-\191]", "^\240[\144-\191][\128-\191][\128-\191]",
  "^[\241-\243][\128-\191][\128-\191][\128-\191]", "^\244[\128-\143][\128-\191][\128-\191]",
}

local function sequence_end(text, at)
  for _, pattern in ipairs(SEQUENCES) do
    local _, last = text:find(pattern, at)
    if last then
      return last
    end
  end
  return nil
end

local function mend_bytes(text)
  local pieces, at = {}, 1
  while at <= #text do
    local odd = text:find("[\128-\255]", at) or #text + 1
    pieces[#pieces + 1] = text:sub(at, odd - 1)
    local last = odd <= #text and sequence_end(text, odd)
    if last then
      pieces[#pieces + 1] = text:sub(odd, last)
    elseif odd <= #text then
      pieces[#pieces + 1] = REPLACEMENT
      last = select(2, text:find("^[\128-\191]*", odd + 1))
    end
    at = (last or odd) + 1
  end
  return table.concat(pieces)
end

local function is_half(digits, first, last)
  local unit = tonumber(digits, 16)
  return unit and unit >= first and unit <= last
end

--- Writes U+FFFD for every half of a UTF-16 pair that is alone.
local function mend_escapes(text)
  local pieces, at = {}, 1
  while true do
    local escape = text:find("\\", at, true)
    if not escape then
      pieces[#pieces + 1] = text:sub(at)
      return table.concat(pieces)
    end
    local length = 2
    local digits = text:match("^\\u(%x%x%x%x)", escape)
    local low = digits and text:match("^\\u(%x%x%x%x)", escape + 6)
    local piece = text:sub(escape, escape + 1)
    if is_half(digits or "", 0xD800, 0xDBFF) and is_half(low or "", 0xDC00, 0xDFFF) then
      length, piece = 12, text:sub(escape, escape + 11)
    elseif is_half(digits or "", 0xD800, 0xDFFF) then
      length, piece = 6, "\\ufffd"
    end
    pieces[#pieces + 1] = text:sub(at, escape - 1) .. piece
    at = escape + length
  end
end

--- Applies a function to what is not in strings.
local function outside_strings(text, change)
  local pieces, at = {}, 1
  while at <= #text do
    local open = text:find('"', at, true) or #text + 1
    local close = open + 1
    while close <= #text and text:sub(close, close) ~= '"' do
      close = close + (text:sub(close, close) == "\\" and 2 or 1)
    end
    pieces[#pieces + 1] = change(text:sub(at, open - 1)) .. text:sub(open, close)
    at = close + 1
  end
  return table.concat(pieces)
end

local NO_NUMBER = { nan = " null ", ["-nan"] = " null ", inf = " 1e999 ", infinity = " 1e999 ", ["-inf"] = " -1e999 ",
  ["-infinity"] = " -1e999 " }

--- Null for what is not a number, which has no other writing in JSON.
local function write_numbers(text)
  return (text:gsub("%-?%a+", function(word)
    return NO_NUMBER[word:lower()]
  end))
end

--- What is forgiven, written as it is meant.
local function plain(text)
  if text:sub(1, 3) == "\239\187\191" then
    text = text:sub(4)
  end
  if text:find "[\128-\255]" then
    text = mend_bytes(text)
  end
  if text:find "\\u[dD][89a-fA-F]" then
    text = mend_escapes(text)
  end
  return text:find "[iInN][nNaA][fFnN]" and outside_strings(text, write_numbers) or text
end

--- Numbers that strtod takes and RFC 8259 does not.
local function is_loose(text)
  local loose = false
  outside_strings(text, function(outside)
    loose = loose or outside:find "%-%." or (outside .. " "):find "%d%.[^%d]"
    return outside
  end)
  return loose
end

-- Values -----------------------------------------------------------------------

local function is_nan(value)
  return value ~= value
end

-- Some read whole numbers as integers of C: without the sign of zero, and none
-- beyond 2^63.
local HAS_INTEGERS = 1 / strict.decode("[-0]")[1] > 0

local equal

local function equal_tables(ours, theirs)
  for key, value in pairs(theirs) do
    local missing = value == cjson.null and type(key) == "string" and ours[key] == nil
    if not missing and not equal(ours[key], value) then
      return false
    end
  end
  for key in pairs(ours) do
    if theirs[key] == nil then
      return false
    end
  end
  return true
end

function equal(ours, theirs)
  if type(ours) == "table" and type(theirs) == "table" then
    return equal_tables(ours, theirs)
  elseif ours == 0 and theirs == 0 then
    return HAS_INTEGERS or 1 / ours == 1 / theirs
  end
  if type(ours) == "number" and type(theirs) == "number" then
    return ours == theirs or ours + 0.0 == theirs -- which may be a float where ours is exact
      or HAS_INTEGERS and math.abs(ours) >= 2 ^ 63
  end
  return ours == theirs or is_nan(ours) and theirs == cjson.null
end

local function is_same(text)
  local ours, reason = json.decode(text)
  local done, theirs = pcall(strict.decode, plain(text))
  if reason then
    return not done or text:find("\0", 1, true) or is_loose(text)
  end
  return done and (equal(ours, theirs) or ours == nil and theirs == cjson.null)
end

-- The specs ----------------------------------------------------------------

describe("codec.json beside lua-cjson", function()
  it("makes the same of " .. TEXTS .. " random and damaged texts", function()
    local values = 0
    for i = 1, TEXTS do
      local before = state
      local text = random_text()
      if not is_same(text) then
        error(("text %d (JSON_SEED=%d): %s"):format(i, before, printable(text)), 0)
      end
      values = values + (select(2, json.decode(text)) and 0 or 1)
    end
    assert.is_true(values > TEXTS / 10 and values < TEXTS * 9 / 10)
  end)

  it("reads " .. TEXTS .. " random numbers as Lua does", function()
    for _ = 1, TEXTS do
      local text = random_number()
      if json.decode(text) ~= tonumber(text) then
        assert.equal(tonumber(text), json.decode(text), text)
      end
    end
  end)

  it("reads what is halfway between two floats, and what is nearly so, as Lua does", function()
    for _, text in ipairs {
      "13608892695902346.0", "13608892695902347.0", "13608892695902348.0", "15466003216171314.0",
      "15466003216171315.0", "15466003216171316.0", "6746869392724852.4", "6746869392724852.5", "6746869392724852.6",
      "4970654338331221.4", "4970654338331221.5", "4970654338331221.6", "2958197167011101.74", "2958197167011101.75",
      "2958197167011101.76", "3926208089524347.24", "3926208089524347.25", "3926208089524347.26",
      "1983290534254954.124", "1983290534254954.125", "1983290534254954.126", "1355525548472922.124",
      "1355525548472922.125", "1355525548472922.126", "843671471503848.6874", "843671471503848.6875",
      "843671471503848.6876", "1022486874387284.3124", "1022486874387284.3125", "1022486874387284.3126",
    } do
      assert.equal(tonumber(text), json.decode(text), text)
    end
  end)

  -- What is halfway between two texts LuaJIT rounds otherwise than C does.
  local function is_as_good(text, like, number)
    return rawget(_G, "jit") and #text == #like and tonumber(text) == number
  end

  it("writes " .. TEXTS .. " random floats with the fewest digits, as C does", function()
    for i = 1, TEXTS do
      local number, text = random_float(i % 2 == 0 and 20 or 140)
      for digits = 15, 17 do
        text = ("%." .. digits .. "g"):format(number)
        if tonumber(text) == number then
          break
        end
      end
      local written = json.encode(number)
      if number ~= math.floor(number) and written ~= text and not is_as_good(written, text, number) then
        assert.equal(text, written)
      end
    end
  end)
end)
