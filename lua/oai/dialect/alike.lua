-- Events that are alike, as they come: where the quotes of one field are is
-- another text each time, and so it is behind "obfuscation", by which the API
-- hides its length. If nothing else differs, nothing else needs to be looked
-- at.

local alike = {}

-- What may be between a key and its text.
local COLONS = { '":"', '": "' }

--- Where the text of a field begins, and where its closing quote is. Nil where
--- there is none, or more than one, or one with escapes. (Within a text the
--- quotes of a key would be escaped.)
local function place_of(text, field)
  for _, colon in ipairs(COLONS) do
    local key = '"' .. field .. colon
    local _, quote = text:find(key, 1, true)
    if quote and not text:find(key, quote, true) then
      return text:match('^()[^"\\]*()"', quote + 1)
    end
  end
  return nil
end

--- What an event is like that brings a text: itself, and where others may
--- differ from it, for json.alike. False where that cannot be told.
---@param text string     the event as it came
---@param field string
---@param content any     what it brings in the field
---@return table|false  { text, from, to, from, to }, without the last two where one place is all
function alike.new(text, field, content)
  local from, to = place_of(text, field)
  if not from or text:sub(from, to - 1) ~= content then
    return false
  end
  local from_2, to_2 = place_of(text, "obfuscation")
  if from_2 and from_2 < from then
    return { text, from_2, to_2, from, to }
  end
  return { text, from, to, from_2, to_2 }
end

return alike
