-- Who walks about.
-- luacheck: globals love

local SPEED = 150 -- pixels a second
local KEYS = {
  left = { -1, 0 }, right = { 1, 0 }, up = { 0, -1 }, down = { 0, 1 },
}

local Hero = {}
Hero.__index = Hero

function Hero.new(x, y)
  return setmetatable({ x = x, y = y, walked = 0 }, Hero)
end

local function within(value, lowest, highest)
  return math.max(lowest, math.min(highest, value))
end

---@param dt number
function Hero:update(dt)
  local dx, dy = 0, 0
  for key, way in pairs(KEYS) do
    if love.keyboard.isDown(key) then
      dx, dy = dx + way[1], dy + way[2]
    end
  end
  if dx ~= 0 or dy ~= 0 then
    local step = SPEED * dt / math.sqrt(dx * dx + dy * dy)
    self.x = within(self.x + dx * step, 20, 780)
    self.y = within(self.y + dy * step, 240, 560)
    self.walked = self.walked + dt
  end
end

function Hero:draw()
  local x, y, swing = self.x, self.y, math.sin(self.walked * 14) * 4
  love.graphics.setColor(0, 0, 0, 0.2)
  love.graphics.ellipse("fill", x, y, 14, 4)
  love.graphics.setColor(0.2, 0.2, 0.3)
  love.graphics.rectangle("fill", x - 7, y - 9 + math.min(0, swing), 5, 9)
  love.graphics.rectangle("fill", x + 2, y - 9 - math.max(0, swing), 5, 9)
  love.graphics.setColor(0.85, 0.2, 0.22)
  love.graphics.rectangle("fill", x - 10, y - 30, 20, 24, 6, 6)
  love.graphics.setColor(0.96, 0.82, 0.68)
  love.graphics.circle("fill", x, y - 36, 9)
  love.graphics.setColor(0.35, 0.2, 0.1)
  love.graphics.arc("fill", x, y - 38, 9, math.pi, 2 * math.pi)
end

return Hero
