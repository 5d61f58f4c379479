-- Which events have been seen of late, by their ids: a server may send one
-- again. Pure.

local recent = {}

local MOST = 1024

local Recent = {}
Recent.__index = Recent

--- A memory of the last 1,024 ids.
---@return table
function recent.new()
  return setmetatable({ seen = {}, ring = {}, at = 0 }, Recent)
end

--- Notes an id; whether it is new. What has none is.
---@param id any
---@return boolean
function Recent:add(id)
  if type(id) ~= "string" then
    return true
  elseif self.seen[id] then
    return false
  end
  self.at = self.at % MOST + 1
  local oldest = self.ring[self.at]
  if oldest then
    self.seen[oldest] = nil
  end
  self.ring[self.at], self.seen[id] = id, true
  return true
end

return recent
