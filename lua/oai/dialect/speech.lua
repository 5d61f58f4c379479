-- The stream of speech: pieces of audio, each base64 of its own, then the
-- usage; the connection's end ends it. It has no text.

local base64 = require "oai.codec.base64"
local copy = require "oai.dialect.copy"
local kind = require "oai.dialect.kind"

---@class oai.SpeechDialect : oai.Dialect
local speech = { name = "speech", typed = true }

function speech.new_state()
  return { pieces = {} }
end

--- Whether the stream may end here: all of the audio has come.
function speech.may_end(state)
  return state.done ~= nil
end

local function has_audio(event)
  return kind.object(event).type == "speech.audio.delta"
end

local function decoded(audio)
  return type(audio) == "string" and base64.decode(audio) or nil
end

--- The bytes of an event that has audio.
---@return string?
function speech.audio(event)
  local bytes = has_audio(event) and decoded(event.audio)
  return bytes ~= "" and bytes or nil
end

--- Takes an event into the state; what is wrong with one whose audio cannot
--- be read.
---@return string? reason
function speech.fold(state, event)
  if has_audio(event) then
    local bytes = decoded(event.audio)
    if not bytes then
      return "the audio of an event is not base64"
    end
    state.pieces[#state.pieces + 1] = bytes
  elseif kind.object(event).type == "speech.audio.done" then
    state.done = { usage = copy(event.usage) }
  end
  return nil
end

--- The audio so far, in bytes, and the usage; whether there is more to come.
---@return { audio: string, usage?: table }? speech
---@return boolean incomplete
function speech.result(state)
  local done = state.done
  if not done and #state.pieces == 0 then
    return nil, false
  end
  local audio = table.concat(state.pieces)
  state.pieces = { audio }
  return { audio = audio, usage = done and done.usage }, not done
end

return speech
