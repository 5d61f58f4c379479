-- The last so many measurements of something, and the worst of them.

---@class Samples
---@field most integer
---@field at integer
---@field count integer
---@field values number[]
---@field total integer
local Samples = {}
Samples.__index = Samples

---@param most integer
function Samples.new(most)
  return setmetatable({ most = most, at = 0, count = 0, values = {}, total = 0 }, Samples)
end

---@param value number
function Samples:add(value)
  self.at = self.at % self.most + 1
  self.values[self.at] = value
  self.count = math.min(self.count + 1, self.most)
  self.total = self.total + 1
end

--- The value of so many measurements ago: 0 is the last.
---@param ago integer
---@return number?
function Samples:past(ago)
  return self.values[(self.at - ago - 1) % self.most + 1]
end

--- The value below which that part of them is; 1 gives the worst.
---@param part number
---@return number
function Samples:quantile(part)
  local sorted = {}
  for i = 1, self.count do
    sorted[i] = self.values[i]
  end
  table.sort(sorted)
  return sorted[math.max(1, math.ceil(part * self.count))] or 0
end

return Samples
