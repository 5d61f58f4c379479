-- The place and its people.
-- luacheck: globals love

local Villager = require "villager"

local village = {}

local NEAR = 70 -- pixels

local PEOPLE = {
  { name = "Ada", trade = "miller", x = 100, y = 300, color = { 0.36, 0.55, 0.78 },
    questions = { "How does your mill know that there is wind?", "Who buys your flour?" } },
  { name = "Bruno", trade = "smith", x = 300, y = 285, color = { 0.45, 0.42, 0.42 },
    questions = { "What are you forging today?", "Can you mend a sword?" } },
  { name = "Célia", trade = "baker", x = 500, y = 295, color = { 0.9, 0.72, 0.4 },
    questions = { "What smells so good here?", "What is the secret of good bread?" } },
  { name = "Duarte", trade = "fisherman", x = 700, y = 285, color = { 0.25, 0.6, 0.6 },
    questions = { "Did they bite this morning?", "What lives at the bottom of the lake?" } },
  { name = "Elsa", trade = "herbalist", x = 100, y = 525, color = { 0.45, 0.68, 0.35 },
    questions = { "Which herb is good against fear?", "What grows in the old wood?" } },
  { name = "Félix", trade = "bard", x = 300, y = 510, color = { 0.68, 0.4, 0.7 },
    questions = { "Would you sing something about the moon?", "What rhymes with dragon?" } },
  { name = "Graça", trade = "innkeeper", x = 500, y = 520, color = { 0.8, 0.45, 0.35 },
    questions = { "Have you heard any news?", "Is there a bed for tonight?" } },
  { name = "Hugo", trade = "watchman", x = 700, y = 510, color = { 0.35, 0.38, 0.6 },
    questions = { "Is the road to the north safe?", "What did you see last night?" } },
}

local function draw_house(x, y)
  love.graphics.setColor(0.87, 0.8, 0.68)
  love.graphics.rectangle("fill", x - 34, y - 44, 68, 44)
  love.graphics.setColor(0.66, 0.3, 0.24)
  love.graphics.polygon("fill", x - 42, y - 44, x + 42, y - 44, x, y - 78)
  love.graphics.setColor(0.45, 0.3, 0.2)
  love.graphics.rectangle("fill", x - 8, y - 26, 16, 26)
end

local function draw_place()
  love.graphics.clear(0.62, 0.8, 0.92)
  love.graphics.setColor(0.5, 0.7, 0.5)
  love.graphics.ellipse("fill", 190, 230, 330, 90)
  love.graphics.ellipse("fill", 640, 235, 300, 70)
  love.graphics.setColor(0.56, 0.75, 0.42)
  love.graphics.rectangle("fill", 0, 215, 800, 385)
  love.graphics.setColor(0.8, 0.73, 0.55)
  love.graphics.rectangle("fill", 0, 352, 800, 34)
  for _, x in ipairs { 200, 400, 600 } do
    draw_house(x, 270)
  end
end

--- Paints what does not move, once.
local function painted()
  local canvas = love.graphics.newCanvas(800, 600)
  love.graphics.setCanvas(canvas)
  draw_place()
  love.graphics.setCanvas()
  return canvas
end

---@param font table
function village.load(font)
  village.background = painted()
  village.people = {}
  for i, about in ipairs(PEOPLE) do
    village.people[i] = Villager.new(about, font)
  end
end

--- Who stands next to a place, or nil.
function village.nearest(x, y)
  local found, least = nil, NEAR * NEAR ---@type Villager?, number
  for _, somebody in ipairs(village.people) do
    local distance = (somebody.x - x) ^ 2 + (somebody.y - y) ^ 2
    if distance < least then
      found, least = somebody, distance
    end
  end
  return found
end

--- Has all of them answer over a client, from now on.
---@param client oai.Client
function village.meet(client)
  for _, somebody in ipairs(village.people) do
    somebody:meet(client)
  end
end

--- Asks all of them, or has all be silent.
function village.ask_all()
  for _, somebody in ipairs(village.people) do
    somebody:ask()
  end
end

function village.hush_all()
  for _, somebody in ipairs(village.people) do
    somebody:hush()
  end
end

---@return integer
function village.talking()
  local count = 0
  for _, somebody in ipairs(village.people) do
    count = count + (somebody:is_talking() and 1 or 0)
  end
  return count
end

---@param dt number
function village.update(dt)
  for _, somebody in ipairs(village.people) do
    somebody:update(dt)
  end
end

--- Draws place and people; `hero` walks in front of them.
function village.draw(hero)
  love.graphics.setColor(1, 1, 1)
  love.graphics.draw(village.background)
  for _, somebody in ipairs(village.people) do
    somebody:draw()
  end
  hero:draw()
  for _, somebody in ipairs(village.people) do
    somebody:draw_bubble()
  end
end

return village
