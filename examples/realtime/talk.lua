-- A conversation aloud, in a terminal:
--
--   lua examples/realtime/talk.lua                  by microphone and speaker
--   lua examples/realtime/talk.lua IN.wav OUT.wav   what IN.wav says is answered in OUT.wav
--
-- Speak when you like, over the answer too; Ctrl-C ends it. OPENAI_API_KEY has the
-- key, OPENAI_MODEL may name another model.

package.path = arg[0]:match "^(.-)[^/]*$" .. "?.lua;" .. package.path

local devices = require "devices"
local oai = require "oai"
local wav = require "wav"

local MODEL = os.getenv "OPENAI_MODEL" or "gpt-realtime"
local INSTRUCTIONS = "You talk with somebody in a terminal. Be brief and friendly, and answer in their language."
local PIECE = wav.second / 10 -- bytes of a tenth of a second
local LAST = 5 -- seconds without an event that end it where the microphone has ended

---@param detection table?  who says when a turn is over; nil: we do
local function session(detection)
  local input = { turn_detection = detection or oai.null, transcription = { model = "gpt-4o-mini-transcribe" } }
  return {
    type = "realtime", instructions = INSTRUCTIONS, output_modalities = { "audio" }, audio = { input = input },
  }
end

local function fail(message)
  io.stderr:write(message, "\n")
  os.exit(1)
end

-- By files

local function answer_file(connection, from, to)
  local samples, reason = wav.read(from)
  if not samples then
    fail(reason)
  end
  oai.check(connection.session:update { session = session(nil) })
  for at = 1, #samples, PIECE do
    oai.check(connection.input_audio_buffer:append(samples:sub(at, at + PIECE - 1)))
  end
  oai.check(connection.input_audio_buffer:commit())
  oai.check(connection.response:create())
  oai.check(connection:response())
  print(connection:text())
  local written, fault = wav.write(to, connection:audio())
  if not written then
    fail(fault)
  end
end

-- By microphone and speaker

-- What goes on: sound that is still to be played, of which item, how much of
-- that was, and whether an answer is to come.
local now = { queue = "", item = nil, played = 0, is_open = false }

local on = {} ---@type table<string, fun(connection: oai.RealtimeConnection, event: table)>

--- What was being said is cut off where somebody speaks over it, and the model
--- is told how much of it was heard.
on["input_audio_buffer.speech_started"] = function(connection)
  now.is_open = true
  connection:audio()
  if now.item and now.queue ~= "" then
    oai.check(connection.conversation.item:truncate {
      item_id = now.item, content_index = 0, audio_end_ms = math.floor(1000 * now.played / wav.second),
    })
  end
  now.queue = ""
end

on["conversation.item.input_audio_transcription.completed"] = function(_, event)
  print("You: " .. event.transcript)
end

on["response.output_item.added"] = function(_, event)
  now.item, now.played = event.item.id, 0
end

on["response.output_audio.delta"] = function(connection)
  now.queue = now.queue .. connection:audio()
end

on["response.done"] = function(connection, event)
  now.is_open = false
  if event.response.status == "completed" then
    print("It:  " .. connection:text())
  end
end

on.error = function(_, event)
  fail(event.error.message)
end

--- Sees to the next event, if one comes within so many seconds.
local function see(connection, seconds)
  local event, err = connection:next(seconds)
  if not event and not (err and err.reason == "next") then
    fail(err and tostring(err) or "the conversation is over")
  end
  local act = event and on[event.type]
  if act then
    act(connection, event)
  end
  return event ~= nil
end

--- Plays as much as was heard meanwhile: not all at once, or nobody could be cut
--- off.
local function play(speaker, bytes)
  local piece = now.queue:sub(1, bytes)
  now.queue, now.played = now.queue:sub(bytes + 1), now.played + #piece
  speaker:write(piece)
  speaker:flush()
end

--- The microphone is the clock: each piece of it is a tenth of a second.
local function converse(connection, microphone, speaker)
  oai.check(connection.session:update { session = session { type = "server_vad" } })
  print "Speak. Ctrl-C ends it."
  local heard = microphone:read(PIECE)
  while heard do
    oai.check(connection.input_audio_buffer:append(heard))
    while see(connection, 0) do end
    play(speaker, PIECE)
    heard = microphone:read(PIECE)
  end
  now.is_open = true -- for what was said last
  while now.is_open and see(connection, LAST) do end
  play(speaker, #now.queue)
end

local function main(from, to)
  local microphone, speaker
  if not from then
    microphone, speaker = devices.open()
    if not (microphone and speaker) then
      fail "there is no arecord and aplay, and no SoX: give files, talk.lua IN.wav OUT.wav"
    end
  end
  local client = oai.client {}
  local connection = oai.check(client.realtime:connect { model = MODEL })
  if from then
    answer_file(connection, from, to or "answer.wav")
  else
    converse(connection, microphone, speaker)
    microphone:close()
    speaker:close()
  end
  oai.check(connection:close())
end

main(arg[1], arg[2])
