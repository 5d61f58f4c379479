-- The stream of speech: pieces of audio, each base64 of its own, then the
-- usage; the connection's end ends it. It has no text.

local base64 = require "oai.codec.base64"
local copy = require "oai.dialect.copy"

local speech = { name = "speech" }

function speech.new_state()
  return { pieces = {} }
end

--- Whether the stream may end here: all of the audio has come.
function speech.may_end(state)
  return state.done ~= nil
end

--- The bytes of an event that has audio.
---@return string?
function speech.audio(event)
  return event.type == "speech.audio.delta" and base64.decode(event.audio) or nil
end

--- Takes an event into the state; what is wrong with one whose audio cannot
--- be read.
---@return string? reason
function speech.fold(state, event)
  if event.type == "speech.audio.done" then
    state.done = { usage = copy(event.usage) }
  elseif event.type == "speech.audio.delta" then
    local bytes = type(event.audio) == "string" and base64.decode(event.audio)
    if not bytes then
      return "the audio of an event is not base64"
    end
    state.pieces[#state.pieces + 1] = bytes
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
