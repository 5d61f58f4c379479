-- What a `$ref` points to within its schema: a JSON Pointer in a fragment.

local function number_of(part)
  return part:find "^%d+$" and part + 1 or nil
end

local function unescaped(part)
  return (part:gsub("~1", "/"):gsub("~0", "~"))
end

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16) --[[@as integer]])
  end))
end

---@param root table
---@param ref any
---@return table|boolean|nil schema
return function(root, ref)
  local path = type(ref) == "string" and ref:match "^#(.*)$"
  path = path and decoded(path)
  if not path or path ~= "" and path:sub(1, 1) ~= "/" then
    return nil
  end
  local found = root
  for escaped in path:gmatch "/([^/]*)" do
    local part = unescaped(escaped)
    if type(found) ~= "table" then
      return nil
    end
    local index = found[1] ~= nil and number_of(part)
    found = found[index or part]
  end
  return (type(found) == "table" or type(found) == "boolean") and found or nil
end
