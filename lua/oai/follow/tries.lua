-- Tries to go on after a cut: so many in a row at the most, and a pause before
-- each, as between the attempts of a call.

local engines = require "oai.engine"
local pause = require "oai.task.pause"
local retry = require "oai.call.retry"

local tries = {}

---@class oai.Tries
---@field client oai.Client
---@field most integer      so many in a row
---@field longest number    seconds that a server may ask to wait
---@field taken integer     since the last that was worth it
local Tries = {}
Tries.__index = Tries

---@param client oai.Client
---@param most integer
---@param longest? number
---@return oai.Tries
function tries.new(client, most, longest)
  return setmetatable({ client = client, most = most, longest = longest or math.huge, taken = 0 }, Tries)
end

--- Seconds until the next try; nil where none is to follow.
local function delay(self, err, deadline)
  if self.taken >= self.most then
    return nil
  end
  local seconds = err.retry_after or retry.backoff(self.taken, engines.random())
  return seconds <= self.longest and engines.clock() + seconds < deadline and seconds or nil
end

--- Tries until one has been of use, or its error is final.
---@param err table  why something is tried
---@param deadline number  on the engines' clock: none begins later
---@param may_pass fun(err: table): boolean
---@param try fun(): any, any  something, or nil and an error
---@return any found
---@return table? err
function Tries:run(err, deadline, may_pass, try)
  while may_pass(err) do
    local seconds = delay(self, err, deadline)
    if not seconds then
      break
    end
    self.taken = self.taken + 1
    local rested, reason = pause(self.client, seconds)
    if not rested then
      return nil, reason
    end
    local found
    found, reason = try()
    if found then
      return found
    end
    err = reason
  end
  return nil, err
end

--- Says that the last try was of use: those that follow are counted anew.
function Tries:reset()
  self.taken = 0
end

require "oai.interpret" ()

return tries
