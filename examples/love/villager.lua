-- Somebody who answers. The request is polled, frame by frame: what has come
-- of the answer is in `request.text`, and `request.done` says when it is whole.
-- luacheck: globals love

local Bubble = require "bubble"

local MODEL = "gpt-4o-mini" -- a relay may well decide for itself
local MEMORY = 8 -- messages

---@class Villager
---@field name string
---@field trade string
---@field x number
---@field y number
---@field color number[]
---@field questions string[]
---@field question string
---@field bubble Bubble
---@field said table[]
---@field asked integer
---@field age number
---@field request? oai.Task
local Villager = {}
Villager.__index = Villager

---@param about table  { name, trade, x, y, color, questions }
---@param font table
function Villager.new(about, font)
  local self = setmetatable({ bubble = Bubble.new(font), said = {}, asked = 0, age = about.x }, Villager)
  for key, value in pairs(about) do
    self[key] = value
  end
  return self
end

local function messages(self, question)
  local list = { {
    role = "system",
    content = ("You are %s, the %s of a small village in a game. Answer in one or two short sentences.")
      :format(self.name, self.trade),
  } }
  for i = math.max(1, #self.said - MEMORY + 1), #self.said do
    list[#list + 1] = self.said[i]
  end
  list[#list + 1] = { role = "user", content = question }
  return list
end

--- Is asked the next question; what it was saying ends.
---@param client oai.Client
function Villager:ask(client)
  self:hush()
  self.asked = self.asked % #self.questions + 1
  self.question = self.questions[self.asked]
  self.bubble:open()
  self.request = client.chat.completions:create({
    model = MODEL,
    messages = messages(self, self.question),
    max_completion_tokens = 120,
    stream = true,
  }, { wait = false }) --[[@as oai.Task]]
end

--- Stops talking at once; the transfer ends with it.
function Villager:hush()
  if self.request then
    self.request:cancel()
    self.request = nil
    self.bubble:end_with("...")
  end
end

--- Remembers a whole answer, or tells what went wrong.
local function finish(self, request)
  self.request = nil
  if request.err then
    return self.bubble:end_with(" (" .. request.err.message .. ")")
  end
  self.said[#self.said + 1] = { role = "user", content = self.question }
  self.said[#self.said + 1] = { role = "assistant", content = self.bubble.text } -- whole letters alone
end

---@param dt number
function Villager:update(dt)
  self.age = self.age + dt
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
