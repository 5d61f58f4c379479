-- Events of text that are alike, as they come: what is between the quotes
-- behind "content" is another text each time, and so is what the API puts
-- behind "obfuscation" to hide its length. If nothing else differs, nothing
-- else needs to be looked at.

local alike = {}

-- As a server may write a key; within a text its quotes would be escaped.
local CONTENT = { '"content":"', '"content": "' }
local OBFUSCATION = { '"obfuscation":"', '"obfuscation": "' }

--- Where the text behind a key begins, and where its closing quote is. Nil
--- where there is none, or more than one, or one with escapes.
local function place_of(text, key)
  for _, written in ipairs(key) do
    local _, quote = text:find(written, 1, true)
    if quote and not text:find(written, quote, true) then
      return text:match('^()[^"\\]*()"', quote + 1)
    end
  end
  return nil
end

--- What an event of text is like: itself, and where others may differ from
--- it, for json.alike. False where that cannot be told.
---@param text string     the event as it came
---@param content string  the text that it brings
---@return table|false  { text, from, to, from, to }, without the last two where one place is all
function alike.new(text, content)
  local from, to = place_of(text, CONTENT)
  if not from or text:sub(from, to - 1) ~= content then
    return false
  end
  local from_2, to_2 = place_of(text, OBFUSCATION)
  if from_2 and from_2 < from then
    return { text, from_2, to_2, from, to }
  end
  return { text, from, to, from_2, to_2 }
end

return alike
