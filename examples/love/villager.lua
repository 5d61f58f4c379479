-- Somebody who answers, and who may walk about when asked to. The request is
-- polled, frame by frame: what has come of the answer is in `request.text`, and
-- `request.done` says when it is whole.
-- luacheck: globals love

local Bubble = require "bubble"
local s = require("oai").schema

local MODEL = "gpt-4o-mini" -- a relay may well decide for itself
local MEMORY = 1000 -- tokens
local STEPS, SPEED = 60, 50 -- pixels; a second
local WAYS = { north = { 0, -1 }, south = { 0, 1 }, west = { -1, 0 }, east = { 1, 0 } }

---@class Villager
---@field name string
---@field trade string
---@field x number
---@field y number
---@field color number[]
---@field questions string[]
---@field question string
---@field bubble Bubble
---@field goal { x: number, y: number }  where he walks, or stands
---@field talk? oai.Talk
---@field asked integer
---@field age number
---@field request? oai.Task
local Villager = {}
Villager.__index = Villager

---@param about table  { name, trade, x, y, color, questions }
---@param font table
function Villager.new(about, font)
  local self = setmetatable({ bubble = Bubble.new(font), asked = 0, age = about.x,
    goal = { x = about.x, y = about.y } }, Villager)
  for key, value in pairs(about) do
    self[key] = value
  end
  return self
end

local function within(value, lowest, highest)
  return math.max(lowest, math.min(highest, value))
end

--- What the model may do: have somebody walk.
---@return table<string, oai.ToolSpec>
function Villager:tools()
  return { walk = {
    description = "You walk a few steps. Call it only when somebody wants you to go somewhere.",
    parameters = s.object { { "direction", s.enum { "north", "south", "west", "east" } } },
    run = function(arguments)
      local way = WAYS[arguments.direction]
      self.goal = { x = within(self.x + way[1] * STEPS, 20, 780), y = within(self.y + way[2] * STEPS, 250, 560) }
      return "You are walking " .. arguments.direction .. "."
    end,
  } }
end

--- Who the model is to be.
---@return string
function Villager:instructions()
  return ("You are %s, the %s of a small village in a game. Answer in one or two short sentences.")
    :format(self.name, self.trade)
end

--- Begins a talk, which remembers what was said. All that it needs is loaded
--- here, so that no frame has to.
---@param client oai.Client
function Villager:meet(client)
  self.talk = client:talk {
    api = "chat",
    model = MODEL,
    instructions = self:instructions(),
    tools = self:tools(),
    max_input_tokens = MEMORY,
    max_completion_tokens = 120,
  }
end

--- Is asked the next question; what it was saying ends.
function Villager:ask()
  self:hush()
  self.asked = self.asked % #self.questions + 1
  self.question = self.questions[self.asked]
  self.bubble:open()
  self.request = self.talk:stream(self.question, { wait = false }) --[[@as oai.Task]]
end

--- Stops talking at once; the transfer ends with it.
function Villager:hush()
  if self.request then
    self.request:cancel()
    self.request = nil
    self.bubble:end_with("...")
  end
end

--- Ends an answer, or tells what went wrong.
local function finish(self, request)
  self.request = nil
  if request.err then
    self.bubble:end_with(" (" .. request.err.message .. ")")
  end
end

--- Walks on towards the goal.
local function walk(self, dt)
  local dx, dy = self.goal.x - self.x, self.goal.y - self.y
  local far = math.sqrt(dx * dx + dy * dy)
  local part = far > 0 and math.min(1, SPEED * dt / far) or 0
  self.x, self.y = self.x + dx * part, self.y + dy * part
end

---@param dt number
function Villager:update(dt)
  self.age = self.age + dt
  walk(self, dt)
  local request = self.request
  if request then
    self.bubble:say(request.text or "")
    if request.done then
      finish(self, request)
    end
  end
  self.bubble:update(dt)
end

function Villager:is_talking()
  return self.request ~= nil
end

function Villager:draw()
  local lift = self.request and math.abs(math.sin(self.age * 8)) * 3 or 0
  local x, y = self.x, self.y - lift
  love.graphics.setColor(0, 0, 0, 0.2)
  love.graphics.ellipse("fill", x, self.y, 14, 4)
  love.graphics.setColor(self.color)
  love.graphics.rectangle("fill", x - 10, y - 27, 20, 26, 6, 6)
  love.graphics.setColor(0.96, 0.82, 0.68)
  love.graphics.circle("fill", x, y - 34, 9)
  love.graphics.setColor(0.16, 0.16, 0.2)
  love.graphics.circle("fill", x - 3, y - 35, 1.4)
  love.graphics.circle("fill", x + 3, y - 35, 1.4)
end

function Villager:draw_bubble()
  self.bubble:draw(self.x, self.y - 46, self.request ~= nil)
end

return Villager
