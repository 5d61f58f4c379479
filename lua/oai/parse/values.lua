-- Where parsed values are: behind the objects whose text they were, and in no
-- field of theirs, so that what is sent back never has them.

---@class (partial) oai.OutputTextContent
---@field parsed? any  what `parse` has made of its text

---@class (partial) oai.FunctionToolCall
---@field parsed_arguments? any  what `parse` has made of its arguments

---@class (partial) oai.ChatCompletionResponseMessage
---@field parsed? any  what `parse` has made of its content

---@class (partial) oai.ChatCompletionMessageToolCallFunction
---@field parsed_arguments? any  what `parse` has made of its arguments

local values = {}

-- Values, by their objects. A value may not refer to its object, or neither were
-- ever collected.
local kept = setmetatable({}, { __mode = "k" })

local metatables = {}

--- The metatable by which an object has its value under one name more.
local function metatable_for(name)
  metatables[name] = metatables[name] or {
    __name = "oai.Parsed",
    __index = function(object, key)
      if key == name then
        return kept[object]
      end
    end,
  }
  return metatables[name]
end

--- Keeps the value of an object, and gives it the name under which it is found
--- unless the object has methods of its own.
---@param object table
---@param name string
---@param value any
function values.put(object, name, value)
  kept[object] = value
  if getmetatable(object) == nil then
    setmetatable(object, metatable_for(name))
  end
end

--- The value of an object, or nil.
---@param object table
---@return any value
function values.of(object)
  return kept[object]
end

return values
