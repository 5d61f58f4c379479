-- A speech bubble: types what it is told to say, a few letters a frame, and
-- shows the last lines of it.
-- luacheck: globals love

local letters = require "letters"

local WIDTH, LINES, PADDING = 164, 5, 8
local SPEED = 40 -- letters a second; more when the speaker is far ahead
local SECONDS = 6 -- it stays after the last word

---@class Bubble
---@field font table       love's
---@field text string
---@field source? string
---@field lines string[]
---@field shown integer    bytes
---@field owed number      letters
---@field age number       seconds
local Bubble = {}
Bubble.__index = Bubble

---@param font table  love's
function Bubble.new(font)
  return setmetatable({ font = font, text = "", lines = {}, shown = 0, owed = 0, age = math.huge }, Bubble)
end

--- Starts anew, with dots.
function Bubble:open()
  self.text, self.source, self.lines, self.shown, self.owed, self.age = "", "", {}, 0, 0, 0
end

--- What is to be in it by and by: all of the text so far.
---@param text string
function Bubble:say(text)
  if text ~= self.source then
    self.source, self.text = text, letters.whole(text)
  end
end

--- What stands there at once, in place of the rest.
---@param text string
function Bubble:end_with(text)
  self:say(self.text:sub(1, self.shown) .. text)
end

--- Breaks the lines as if the word that is being typed stood there whole, so
--- that it does not jump.
local function wrap(self)
  local word_end = (self.text:find("%s", self.shown + 1) or #self.text + 1) - 1
  local _, lines = self.font:getWrap(self.text:sub(1, word_end), WIDTH)
  local last = lines[#lines]
  if last then
    lines[#lines] = last:sub(1, math.max(0, #last - (word_end - self.shown)))
  end
  self.lines = lines
end

--- Types on.
---@param dt number  seconds
function Bubble:update(dt)
  self.age = self.age + dt
  local left = #self.text - self.shown
  if left <= 0 then
    return
  end
  self.age = 0
  self.owed = self.owed + dt * math.max(SPEED, 2 * left)
  local count = math.floor(self.owed)
  if count > 0 then
    self.owed = self.owed - count
    self.shown = letters.advance(self.text, self.shown, count)
    wrap(self)
  end
end

local function draw_box(x, y, width, height)
  love.graphics.setColor(1, 1, 1, 0.94)
  love.graphics.polygon("fill", x - 6, y - 9, x + 6, y - 9, x, y)
  love.graphics.rectangle("fill", x - width / 2, y - 8 - height, width, height, 7, 7)
end

local function draw_dots(x, y, age)
  for i = -1, 1 do
    love.graphics.setColor(0.3, 0.3, 0.35, 0.4 + 0.6 * math.abs(math.sin(age * 3 - i)))
    love.graphics.circle("fill", x + i * 9, y, 2.5)
  end
end

--- Draws it with its tip at x, y. `waiting`: more is to come.
function Bubble:draw(x, y, waiting)
  if not waiting and self.age > SECONDS then
    return
  end
  local line = self.font:getHeight()
  local first = math.max(1, #self.lines - LINES + 1)
  local height = math.max(1, #self.lines - first + 1) * line + 2 * PADDING
  draw_box(x, y, WIDTH + 2 * PADDING, height)
  if #self.lines == 0 then
    return draw_dots(x, y - 8 - height / 2, self.age)
  end
  love.graphics.setColor(0.16, 0.16, 0.2)
  love.graphics.setFont(self.font)
  for i = first, #self.lines do
    love.graphics.print(self.lines[i], x - WIDTH / 2, y - 8 - height + PADDING + (i - first) * line)
  end
end

return Bubble
