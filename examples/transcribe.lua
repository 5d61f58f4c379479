-- Recordings as text:
--
--   lua examples/transcribe.lua [--srt | --vtt] [--language CODE] RECORDING...
--
-- Writes a file beside each recording: talk.mp3 becomes talk.txt, or subtitles
-- with times, talk.srt or talk.vtt. Four go on at once. OPENAI_API_KEY has the key.

local oai = require "oai"

local AT_ONCE = 4
local MOST = 25 * 1024 * 1024 -- bytes that the API takes
local MODEL = { txt = "gpt-4o-transcribe", srt = "whisper-1", vtt = "whisper-1" } -- who writes subtitles, too

local function fail(message)
  io.stderr:write(message, "\n")
  os.exit(1)
end

--- The options and recordings that are asked for.
local function read_arguments(words)
  local asked, at = { ending = "txt", paths = {} }, 1
  while words[at] do
    local word = words[at]
    if word == "--srt" or word == "--vtt" then
      asked.ending = word:sub(3)
    elseif word == "--language" then
      at = at + 1
      asked.language = words[at] or fail "--language: which one? Such as: en"
    elseif word:sub(1, 1) == "-" then
      fail(word .. ": there is no such option")
    else
      table.insert(asked.paths, word)
    end
    at = at + 1
  end
  return asked
end

--- Whether a recording can be sent; else why not.
local function check(path)
  local file, reason = io.open(path, "rb")
  if not file then
    return nil, reason
  end
  local size = file:seek "end"
  file:close()
  if size > MOST then
    return nil, ("%s: %d MB is more than the API takes, which is 25"):format(path, math.ceil(size / 1024 / 1024))
  end
  return true
end

local function write(path, text)
  local file, reason = io.open(path, "wb")
  if not file then
    return nil, reason
  end
  file:write(text)
  file:close()
  return path
end

local asked = read_arguments(arg)
if not asked.paths[1] then
  fail "usage: transcribe.lua [--srt | --vtt] [--language CODE] RECORDING..."
end

local client = oai.client {}

local function transcribe(path)
  local is_good, reason = check(path)
  if not is_good then
    return nil, reason
  end
  local text, err = client.audio.transcriptions:create {
    model = MODEL[asked.ending], file = path, language = asked.language,
    response_format = asked.ending == "txt" and "text" or asked.ending --[[@as any]],
  }
  if not text then
    return nil, path .. ": " .. tostring(err)
  end
  local target = path:gsub("%.%w+$", "") .. "." .. asked.ending
  local written, why = write(target, text)
  if written then
    print(path .. " -> " .. target)
  end
  return written, why
end

local _, errors = client:map(asked.paths, transcribe, { concurrency = AT_ONCE, errors = "collect" })
client:close()
local has_failed = false
for _, err in pairs(errors or {}) do
  has_failed = true
  io.stderr:write(tostring(err), "\n")
end
os.exit(has_failed and 1 or 0)
