-- How long the frames take, and how much of that the client does: measured,
-- and drawn.
-- luacheck: globals love

local Samples = require "samples"

local graph = {
  frame = Samples.new(600), -- seconds from one frame to the next
  client = Samples.new(600), -- of those, in client:update
}

local WIDTH, HEIGHT = 250, 50
local MOST = 0.025 -- seconds; the height of the graph
local FRAME = 1 / 60

local clock = love.timer.getTime
local last
local told = {}

--- Notes that a frame begins.
function graph.begin()
  local now = clock()
  if last then
    graph.frame:add(now - last)
  end
  last = now
end

--- Calls a function and notes how long it took.
---@param fn function
function graph.measure(fn, ...)
  local started = clock()
  fn(...)
  graph.client:add(clock() - started)
end

--- Forgets what was measured so far.
function graph.reset()
  graph.frame, graph.client, last, told = Samples.new(600), Samples.new(600), nil, {}
end

local function tell(name, samples)
  return ("%s %.2f ms,  p99 %.2f,  worst %.2f"):format(name, 1000 * (samples:past(0) or 0),
    1000 * samples:quantile(0.99), 1000 * samples:quantile(1))
end

local function draw_bars(samples, x, y, color)
  love.graphics.setColor(color)
  for i = 0, math.min(WIDTH, samples.count) - 1 do
    local height = math.min(1, samples:past(i) / MOST) * HEIGHT
    love.graphics.rectangle("fill", x + WIDTH - i - 1, y + HEIGHT - height, 1, height)
  end
end

local function draw_text(x, y, font)
  if not told.at or graph.frame.total - told.at >= 20 then
    told = { at = graph.frame.total, tell("frame", graph.frame), tell("client", graph.client) }
  end
  love.graphics.setFont(font)
  love.graphics.setColor(0.62, 0.82, 0.62)
  love.graphics.print(told[1], x, y)
  love.graphics.setColor(1, 0.62, 0.3)
  love.graphics.print(told[2], x, y + font:getHeight())
end

--- Draws both, one over the other; the line is a sixtieth of a second.
function graph.draw(x, y, font)
  local bottom = y + 16 + HEIGHT
  love.graphics.setColor(0.08, 0.08, 0.12, 0.85)
  love.graphics.rectangle("fill", x, y, WIDTH + 16, HEIGHT + 28 + 2 * font:getHeight(), 5, 5)
  draw_bars(graph.frame, x + 8, y + 8, { 0.42, 0.62, 0.42 })
  draw_bars(graph.client, x + 8, y + 8, { 1, 0.55, 0.2 })
  love.graphics.setColor(1, 1, 1, 0.5)
  local line = y + 8 + HEIGHT * (1 - FRAME / MOST)
  love.graphics.line(x + 8, line, x + 8 + WIDTH, line)
  draw_text(x + 8, bottom, font)
end

return graph
