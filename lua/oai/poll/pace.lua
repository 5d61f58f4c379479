-- When a wait looks next: as the program says, as the server asks, or later and
-- later. Pure.

local pace = {}

local FIRST, GROWTH, LONGEST = 0.5, 1.5, 8 -- seconds until the second look, then longer and longer
local FLOOR = 0.005                        -- seconds between looks, whatever the program says
local SHORTEST, LONGEST_ASKED = 0.1, 60    -- seconds: what a server may ask for

local HEADER = "openai-poll-after-ms"

---@class oai.PollPace
---@field given? number   seconds between looks, as the program says
---@field next number     seconds until the next look, where nobody says it
---@field longest number  what those come to

---@param given? number
---@param first? number
---@param longest? number
---@return oai.PollPace
function pace.new(given, first, longest)
  return { given = given, next = first or FIRST, longest = longest or LONGEST }
end

--- The seconds that a reply asks to wait, or nil.
local function asked(headers)
  local text = headers and headers[HEADER]
  local milliseconds = type(text) == "string" and tonumber(text:match "^%s*%d+%s*$")
  return milliseconds and math.max(SHORTEST, math.min(milliseconds / 1000, LONGEST_ASKED)) or nil
end

--- Seconds until the next look.
---@param self oai.PollPace
---@param facts oai.Response|oai.Error  of the last look
---@return number
function pace.seconds(self, facts)
  local seconds = self.given and math.max(FLOOR, self.given) or asked(facts.headers)
  if not seconds then
    seconds = self.next
    self.next = math.min(seconds * GROWTH, self.longest)
  end
  return math.max(seconds, facts.retry_after or 0)
end

require "oai.interpret" ()

return pace
