-- Numbers in header fields, as HTTP writes them: decimal, with a point,
-- whatever the program's locale has. `tonumber` will not do: it may follow
-- the locale, and takes 0x10, nan and inf where Lua or its C library does.

local decimal = {}

local MOST_DIGITS = 17 -- behind the point: more than a number can tell apart
local LONGEST = 1000 -- bytes of a text: no number that is meant takes more

local function mantissa(text)
  local sign, whole, fraction = text:match("^([+-]?)(%d*)%.?(%d*)$")
  if not sign or whole .. fraction == "" then
    return nil
  end
  fraction = fraction:sub(1, MOST_DIGITS)
  local number = tonumber(whole .. fraction)
  if fraction ~= "" then
    number = number / 10 ^ #fraction
  end
  return sign == "-" and -number or number
end

--- The number, or nil when the text is none or says more than a number holds.
---@param text string?
---@return number?
---@return boolean? is_huge  there is none, since it says more
function decimal.parse(text)
  if text and #text < MOST_DIGITS and text:find("^%d+$") then -- as most are
    return tonumber(text)
  elseif not text or #text > LONGEST then
    return nil
  end
  local bare = text:match("^%s*(.-)%s*$") ---@cast bare string
  local before, exponent = bare:match("^(.*)[eE]([+-]?%d+)$")
  local number = mantissa(before or bare)
  if number and exponent then
    number = number * 10 ^ tonumber(exponent)
  end
  if number and math.abs(number) == math.huge then
    return nil, number > 0
  end
  return number == number and number or nil
end

return decimal
