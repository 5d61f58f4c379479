-- A village whose people answer, in streams, while the game keeps its frame
-- rate. What matters here: a client with `loop = "frame"`, `client:update`
-- once a frame, and nothing that waits.
-- luacheck: globals love

local Hero = require "hero"
local Voice = require "voice"
local graph = require "graph"
local relay = require "relay"
local village = require "village"

local BUDGET = 0.002 -- seconds of a frame for the client; what is left waits for the next one
local HELP = "arrows: walk    E: ask    V: talk    A: ask all    C: silence    R: measure    F12: photo    Esc: quit"

local client, loading, hero, font, small ---@type oai.Client, any, any, any, any
local voice ---@type Voice?
local due = 0 ---@type number

function love.load()
  font, small = love.graphics.newFont(13), love.graphics.newFont(11)
  village.load(small)
  hero = Hero.new(400, 400)
  client = relay.client()
  village.meet(client)
  loading = client:preconnect()
end

--- Ends the conversation aloud.
local function hang_up()
  if voice then
    voice:stop()
    voice = nil
  end
end

--- Sixty frames a second also where the display does not pace them.
local function pace()
  local left = due - love.timer.getTime()
  if love.window.getVSync() == 0 and left > 0 then
    love.timer.sleep(left)
  end
  due = math.max(due, love.timer.getTime() - 1 / 60) + 1 / 60
end

function love.update(dt)
  pace()
  graph.begin()
  graph.measure(client.update, client, BUDGET)
  if loading and loading.done then
    loading = nil
    graph.reset()
  end
  hero:update(dt)
  village.update(dt)
  if voice then
    voice:update(dt)
    if voice:is_over() then
      hang_up()
    end
  end
end

local function draw_loading()
  love.graphics.clear(0.1, 0.1, 0.15)
  love.graphics.setColor(1, 1, 1)
  love.graphics.setFont(font)
  love.graphics.printf("Walking to the village ...", 0, 290, 800, "center")
end

local function draw_hint()
  local somebody = village.nearest(hero.x, hero.y)
  love.graphics.setFont(small)
  love.graphics.setColor(1, 1, 1)
  if somebody then
    love.graphics.printf(somebody.name .. ", " .. somebody.trade, somebody.x - 80, somebody.y + 6, 160, "center")
  end
  love.graphics.print(voice and voice:line() or HELP, 12, 580)
  love.graphics.print(("%d frames a second, %d talking"):format(love.timer.getFPS(), village.talking()), 292, 14)
end

function love.draw()
  if loading then
    return draw_loading()
  end
  village.draw(hero)
  draw_hint()
  graph.draw(12, 8, small)
end

local keys = {
  e = function()
    local somebody = village.nearest(hero.x, hero.y)
    if somebody then
      somebody:ask()
    end
  end,
  v = function()
    local somebody = not voice and village.nearest(hero.x, hero.y)
    hang_up()
    voice = somebody and Voice.new(client, somebody) or nil
  end,
  a = village.ask_all,
  c = village.hush_all,
  r = graph.reset,
  f12 = function()
    love.graphics.captureScreenshot("village.png") -- into the game's save folder
  end,
  escape = function()
    if not voice then
      love.event.quit()
    end
    hang_up()
  end,
}

function love.keypressed(key)
  local is_typed = voice and voice:press(key)
  if keys[key] and not loading and not is_typed then
    keys[key]()
  end
end

function love.textinput(text)
  if voice then
    voice:type(text)
  end
end

--- Whatever is still talking ends at once.
function love.quit()
  client:close()
end
