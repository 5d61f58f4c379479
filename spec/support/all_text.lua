-- All texts that can be reached from a value, as one: for a look at what a
-- program might print.

local function all_text(value, seen)
  if type(value) ~= "table" then
    return tostring(value)
  elseif seen[value] then
    return ""
  end
  seen[value] = true
  local texts = { tostring(value) }
  for key, item in next, value do
    texts[#texts + 1] = all_text(key, seen) .. " " .. all_text(item, seen)
  end
  return table.concat(texts, " ")
end

---@param value any
---@return string
return function(value)
  return all_text(value, {})
end
