-- What somebody else wrote, as one line that is fit for a terminal and a log:
-- nothing in it ends a line, moves the cursor, turns the direction of writing
-- or is no UTF-8. For people alone; values stay as they came.

local NAMES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(byte)
  return NAMES[byte] or ("\\x%02X"):format(byte:byte())
end

local function escape_all(bytes)
  return (bytes:gsub(".", escape))
end

-- Sequences of UTF-8 by their first byte: its pattern, and the least and the
-- greatest second byte (RFC 3629, 4).
local function sequence_at(text, at)
  local first, second = text:byte(at, at + 1)
  local least, most, rest = 0x80, 0xBF, nil
  if first >= 0xC2 and first <= 0xDF then
    rest = ""
  elseif first >= 0xE0 and first <= 0xEF then
    least, most, rest = first == 0xE0 and 0xA0 or least, first == 0xED and 0x9F or most, "[\128-\191]"
  elseif first >= 0xF0 and first <= 0xF4 then
    least, most, rest = first == 0xF0 and 0x90 or least, first == 0xF4 and 0x8F or most, "[\128-\191][\128-\191]"
  end
  if rest and second and second >= least and second <= most then
    return text:match("^.." .. rest, at)
  end
  return nil
end

--- Whether a character does something instead of being seen: the controls of
--- Latin-1, what ends a line or a paragraph, and what turns the direction.
local function is_control(character)
  local first, second, third = character:byte(1, 3)
  if first == 0xC2 then
    return second < 0xA0
  elseif first == 0xD8 then
    return second == 0x9C
  elseif first == 0xE2 and second == 0x80 then
    return third >= 0xA8 and third <= 0xAE or third == 0x8E or third == 0x8F
  end
  return first == 0xE2 and second == 0x81 and third >= 0xA6 and third <= 0xA9
end

--- A run of bytes beyond ASCII.
local function beyond(run)
  local pieces, at = {}, 1
  while at <= #run do
    local character = sequence_at(run, at)
    local seen = character and not is_control(character)
    character = character or run:sub(at, at)
    pieces[#pieces + 1] = seen and character or escape_all(character)
    at = at + #character
  end
  return table.concat(pieces)
end

--- A text as a line.
---@param text string
---@return string
return function(text)
  if not text:find("[^\32-\126]") then
    return text
  end
  return (text:gsub("[%z\1-\31\127]", escape):gsub("[\128-\255]+", beyond))
end
