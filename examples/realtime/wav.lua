-- WAV files of one channel of 16-bit samples at 24,000 a second, which Realtime
-- speaks: their bytes, and files of such bytes.

local wav = {}

wav.rate = 24000

-- Bytes of a second.
wav.second = 2 * wav.rate

local function number_at(bytes, at, size)
  local value = 0
  for i = at + size - 1, at, -1 do
    value = value * 256 + bytes:byte(i)
  end
  return value
end

local function as_bytes(value, size)
  local bytes = {}
  for i = 1, size do
    bytes[i] = string.char(value % 256)
    value = math.floor(value / 256)
  end
  return table.concat(bytes)
end

--- The part of a file that begins with a name, by what follows the name.
local function chunk(text, wanted)
  local at = 13
  while at + 8 <= #text do
    local size = number_at(text, at + 4, 4)
    if text:sub(at, at + 3) == wanted then
      return text:sub(at + 8, at + 7 + size)
    end
    at = at + 8 + size + size % 2
  end
end

--- The samples of a file's text; nil and why there are none.
local function samples_of(text)
  local format = text:sub(1, 4) == "RIFF" and chunk(text, "fmt ")
  if not format or #format < 16 then
    return nil, "it is no WAV file"
  elseif number_at(format, 3, 2) ~= 1 or number_at(format, 5, 4) ~= wav.rate or number_at(format, 15, 2) ~= 16 then
    return nil, "one channel of 16 bits at 24000 Hz is wanted: sox IN.wav -c 1 -b 16 -r 24000 OUT.wav"
  end
  return chunk(text, "data") or ""
end

--- Reads a file.
---@param path string
---@return string? samples
---@return string? reason
function wav.read(path)
  local file, reason = io.open(path, "rb")
  if not file then
    return nil, reason
  end
  local text = file:read "*a"
  file:close()
  local samples, fault = samples_of(text)
  return samples, fault and path .. ": " .. fault
end

--- Writes a file.
---@param path string
---@param samples string
---@return true? written
---@return string? reason
function wav.write(path, samples)
  local file, reason = io.open(path, "wb")
  if not file then
    return nil, reason
  end
  file:write("RIFF", as_bytes(36 + #samples, 4), "WAVEfmt ", as_bytes(16, 4), as_bytes(1, 2), as_bytes(1, 2),
    as_bytes(wav.rate, 4), as_bytes(wav.second, 4), as_bytes(2, 2), as_bytes(16, 2), "data", as_bytes(#samples, 4),
    samples)
  file:close()
  return true
end

return wav
