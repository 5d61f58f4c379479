-- What the player says, piece by piece: PCM of 16 bits and one channel, as
-- conversations have it.
-- luacheck: globals love

local RATE, LEAST = 24000, 240 -- samples a second, and in a piece: 10 ms

---@class Microphone
---@field device any  love's
local Microphone = {}
Microphone.__index = Microphone

--- The first one that can be started, or nil.
---@return Microphone?
function Microphone.new()
  for _, device in ipairs(love.audio and love.audio.getRecordingDevices() or {}) do
    if device:start(RATE, RATE, 16, 1) then
      return setmetatable({ device = device }, Microphone)
    end
  end
  return nil
end

--- What it has heard since the last time, or nil where that is no piece yet.
---@return string? bytes
function Microphone:heard()
  local sound = self.device:getSampleCount() >= LEAST and self.device:getData()
  return sound and sound:getString() or nil
end

function Microphone:stop()
  self.device:stop()
end

return Microphone
