-- Iterates over the tables in a list of a server's, which may be no list and
-- hold anything.

local NOTHING = {}

local function following(list, at)
  local item
  repeat
    at = at + 1
    item = list[at]
  until type(item) == "table" or item == nil
  if item ~= nil then
    return at, item
  end
end

---@param list any
---@return fun(list: table, at: integer): integer?, table?
---@return table list
---@return integer at
return function(list)
  return following, type(list) == "table" and list or NOTHING, 0
end
