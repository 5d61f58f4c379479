-- The stream of speech: pieces of audio to the whole of it.

local answer = require "spec.support.answer"
local connect = require "spec.support.connect"
local server = require("spec.support.server").start { tls = true }
local speech = require "oai.dialect.speech"

local USAGE = { input_tokens = 1, output_tokens = 2, total_tokens = 3 }

local function delta(audio)
  return { type = "speech.audio.delta", audio = audio }
end

local function done()
  return { type = "speech.audio.done", usage = USAGE }
end

local function fold_all(...)
  local state = speech.new_state()
  for i = 1, select("#", ...) do
    assert.is_nil((speech.fold(state, (select(i, ...)))))
  end
  return state
end

describe("dialect.speech", function()
  it("gives the whole audio in bytes", function()
    local state = fold_all(delta "AP8=", delta "gA==", delta "", delta "AAEC", done())
    assert.same({ { audio = "\0\255\128\0\1\2", usage = USAGE }, false }, { speech.result(state) })
    assert.is_true(speech.may_end(state))
  end)

  it("has the part of a cut stream", function()
    local state = fold_all(delta "AAEC")
    assert.same({ { audio = "\0\1\2" }, true }, { speech.result(state) })
    speech.fold(state, delta "AwQF")
    assert.same({ audio = "\0\1\2\3\4\5" }, (speech.result(state)))
    assert.is_false(speech.may_end(state))
  end)

  it("has nothing before the first event", function()
    assert.same({ n = 2, nil, false }, { n = select("#", speech.result(speech.new_state())),
      speech.result(speech.new_state()) })
    assert.is_false(speech.may_end(speech.new_state()))
  end)

  it("says what cannot be read", function()
    for _, audio in ipairs { "A", "????", 1 } do
      assert.equal("the audio of an event is not base64", speech.fold(speech.new_state(), delta(audio)))
    end
    assert.equal("the audio of an event is not base64", speech.fold(speech.new_state(), delta(nil)))
  end)

  it("passes unknown events by", function()
    assert.is_nil((speech.result(fold_all({ type = "speech.audio.future", audio = 1 }, {}))))
  end)

  it("has no text and no last event", function()
    assert.is_nil(speech.text)
    assert.is_nil(speech.is_last)
  end)
end)

describe("a stream of speech", function()
  local function open(...)
    local scene = server:scenario { replies = { answer.events(...) } }
    local params = { model = "m", voice = "v", input = "hi", stream_format = "sse" }
    return assert(connect.to(scene).audio.speech:create(params)), scene
  end

  it("gives events, and the audio in the end", function()
    local stream, scene = open(delta "AP8=", delta "gA==", done())
    local kinds = {}
    for event in stream:events() do
      kinds[#kinds + 1] = event.type
    end
    assert.same({ "speech.audio.delta", "speech.audio.delta", "speech.audio.done" }, kinds)
    assert.same({ audio = "\0\255\128", usage = USAGE }, stream:final())
    assert.equal("complete", stream.status)
    local request = scene:requests()[1]
    assert.equal("text/event-stream", request.header.accept)
    assert.truthy(request.body:find('"stream_format":"sse"', 1, true))
  end)

  it("that is cut leaves the part that came", function()
    local audio, err = open(delta "AP8="):final()
    assert.same({ "stream", { audio = "\0\255" }, { audio = "\0\255" } }, { err.kind, audio, err.partial })
  end)

  it("breaks where the audio cannot be read", function()
    local stream = open(delta "AP8=", delta "A", done())
    local audio, err = stream:final()
    assert.same({ "decode", "the audio of an event is not base64", { audio = "\0\255" }, "cut" },
      { err.kind, err.message, audio, stream.status })
    assert.truthy(err.body:find('"audio":"A"', 1, true))
  end)

  it("has no text", function()
    local stream = open(done())
    local raised, message = pcall(function()
      return stream:text()
    end)
    assert.is_false(raised)
    assert.truthy(message:find("speech_spec.lua:%d+: oai: audio.speech.create: its stream has no text$"), message)
    stream:close()
  end)

  it("gives the pieces of sound in bytes", function()
    local stream = open(delta "AP8=", delta "", delta "gAAB", done())
    local pieces = {}
    for bytes in stream:audio() do
      pieces[#pieces + 1] = bytes
    end
    assert.same({ "\0\255", "\128\0\1" }, pieces)
  end)
end)
