-- Plays sound as it comes: PCM of 16 bits and one channel, as conversations
-- have it.
-- luacheck: globals love

local ffi = require "ffi"

local RATE, BUFFERS = 24000, 64

---@class Speaker
---@field source any      love's
---@field waiting any[]   sounds for which there is no buffer yet
---@field added number    seconds, since it was silenced
---@field played number   of these
local Speaker = {}
Speaker.__index = Speaker

--- A speaker, or nil where there is no sound.
---@return Speaker?
function Speaker.new()
  local source = love.audio and love.audio.newQueueableSource(RATE, 16, 1, BUFFERS)
  if not source or source:getFreeBufferCount() == 0 then
    return nil
  end
  return setmetatable({ source = source, waiting = {}, added = 0, played = 0 }, Speaker)
end

---@param bytes string
function Speaker:add(bytes)
  local samples = math.floor(#bytes / 2)
  if samples > 0 then
    local sound = love.sound.newSoundData(samples, RATE, 16, 1)
    ffi.copy(sound:getFFIPointer(), bytes, 2 * samples)
    table.insert(self.waiting, sound)
    self.added = self.added + samples / RATE
  end
end

--- Hands over what there is room for. A source that ran dry has stopped.
---@param dt number
function Speaker:update(dt)
  while self.waiting[1] and self.source:getFreeBufferCount() > 0 do
    self.source:queue(table.remove(self.waiting, 1))
  end
  if self.source:isPlaying() then
    self.played = math.min(self.played + dt, self.added)
  elseif self.source:getFreeBufferCount() < BUFFERS then
    self.source:play()
  end
end

--- Is silent at once. Seconds of what was added that were heard, where that is
--- not all of it.
---@return number? played
function Speaker:silence()
  local played = self.played < self.added and self.played or nil
  self.source:stop()
  self.waiting, self.added, self.played = {}, 0, 0
  return played
end

return Speaker
