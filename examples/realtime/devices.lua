-- The microphone and the speaker, through programs that many systems have:
-- ALSA's arecord and aplay, or SoX.

local devices = {}

local MICROPHONES = {
  { "arecord", "-q -t raw -f S16_LE -r 24000 -c 1" }, { "rec", "-q -t raw -b 16 -e signed -r 24000 -c 1 -" },
}
local SPEAKERS = {
  { "aplay", "-q -t raw -f S16_LE -r 24000 -c 1" }, { "play", "-q -t raw -b 16 -e signed -r 24000 -c 1 -" },
}

--- Whether there is a program. Lua 5.1 gives the status itself.
local function has(program)
  local done = os.execute("command -v " .. program .. " >/dev/null 2>&1")
  return done == true or done == 0
end

local function open(list, mode)
  for _, entry in ipairs(list) do
    if has(entry[1]) then
      return io.popen(entry[1] .. " " .. entry[2] .. " 2>/dev/null", mode)
    end
  end
end

--- Both, as pipes of samples; nil where one of them is missing.
---@return any microphone
---@return any speaker
function devices.open()
  local microphone = open(MICROPHONES, "r")
  local speaker = microphone and open(SPEAKERS, "w")
  if microphone and not speaker then
    microphone:close()
    return nil
  end
  return microphone, speaker
end

return devices
