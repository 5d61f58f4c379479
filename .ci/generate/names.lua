-- Names: from those of schemas, resources and labels to those of types. Pure.

local names = {}

--- "vector_stores.files" is VectorStoresFiles; what is no letter or digit
--- ends a word.
---@param text string
---@return string
function names.camel(text)
  local words = {}
  for word in text:gmatch("[%w]+") do
    words[#words + 1] = word:sub(1, 1):upper() .. word:sub(2)
  end
  return table.concat(words)
end

--- "vector_stores.files" is vector_stores_files, the name of a local.
---@param text string
---@return string
function names.snake(text)
  return (text:gsub("[^%w]+", "_"))
end

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch("%a+") do
  KEYWORDS[word] = true
end

--- A field as LuaCATS writes it: `name`, or `["end"]`.
---@param name string
---@return string
function names.field(name)
  if name:find("^[%a_][%w_]*$") and not KEYWORDS[name] then
    return name
  end
  return ('["%s"]'):format(name)
end

return names
