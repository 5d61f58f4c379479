-- Bounds of time that hold on a busy machine and are tight on an idle one:
-- what took longer than it should is held against what the machine does just
-- now, which other specs, servers and programs have their part of.

local core = require "oai.core"

local timing = {
  idle = 0.5, -- a share of a processor: who waits uses less, and who turns in place all of one
}

local PROBE = 0.1 -- seconds of a processor
local GAPS = 20 -- how often what is measured may have stood still as long as the probe did

--- How many times slower than on an idle machine things go, and the longest
--- time in seconds that this process stood still.
local function probe()
  local started, worked = core.clock(), os.clock()
  local last, gap = started, 0
  repeat
    local now = core.clock()
    gap, last = math.max(gap, now - last), now
  until os.clock() - worked >= PROBE
  return math.max(1, (last - started) / PROBE), gap
end

--- Whether what took `seconds` was done within `bound` seconds, or within as
--- many as that is on this machine at the moment.
---@param seconds number
---@param bound number
---@return boolean
function timing.within(seconds, bound)
  if seconds < bound then
    return true
  end
  local slower, gap = probe()
  return seconds < bound * slower + GAPS * gap
end

--- The share of a processor that this process uses while it does something:
--- nearly nothing where it waits, 1 where it turns in place.
---@param act function
---@return number
function timing.share(act)
  local started, worked = core.clock(), os.clock()
  act()
  return (os.clock() - worked) / (core.clock() - started)
end

return timing
