-- What is wrong with what the pages are made of: words that are missing, and
-- what no page shows. Each is noted once.

local notes = {}

local Notes = {}
Notes.__index = Notes

---@return table
function notes.new()
  return setmetatable({ list = {}, noted = {} }, Notes)
end

---@param pattern string
---@param ... any
function Notes:add(pattern, ...)
  local text = pattern:format(...)
  if not self.noted[text] then
    self.noted[text] = true
    self.list[#self.list + 1] = text
  end
end

--- Notes each of a list that has no words.
---@param list table[]  fields or parameters
---@param place string  such as "client.lua, client:map"
function Notes:check_words(list, place)
  for _, one in ipairs(list) do
    if one.words == "" then
      self:add("%s: '%s' has no words", place, one.name)
    end
  end
end

--- All of it, in order.
---@return string[]
function Notes:sorted()
  table.sort(self.list)
  return self.list
end

return notes
