-- Audio: what the general specs of operations cannot say. Forms with lists
-- and objects, and replies that are JSON or text.

local exchange = require "spec.support.exchange"
local multipart = require "spec.support.multipart"
local oai = require "oai"

local AUDIO = { data = "ID3\0\255", filename = "a.mp3" }

local function transcribed(params)
  params.file = AUDIO
  local request = exchange.once(function(client)
    return client.audio.transcriptions:create(params)
  end, { text = "hi" })
  assert.equal("POST", request.method)
  assert.equal("/v1/audio/transcriptions", request.path)
  return multipart.shown(request)
end

describe("audio.transcriptions", function()
  it("send lists and objects in brackets", function()
    assert.same({
      "file (a.mp3, audio/mpeg): ID3\0\255",
      "chunking_strategy[threshold]: 0.5",
      "chunking_strategy[type]: server_vad",
      "include[]: logprobs",
      "keywords[]: one",
      "keywords[]: two",
      "known_speaker_names[]: agent",
      "known_speaker_references[]: data:audio/wav;base64,AAA=",
      "languages[]: en",
      "model: whisper-1",
      "response_format: verbose_json",
      "temperature: 0.2",
      "timestamp_granularities[]: word",
      "timestamp_granularities[]: segment",
    }, transcribed {
      model = "whisper-1", include = { "logprobs" }, timestamp_granularities = { "word", "segment" },
      chunking_strategy = { type = "server_vad", threshold = 0.5 }, temperature = 0.2, languages = { "en" },
      keywords = { "one", "two" }, known_speaker_names = { "agent" }, response_format = "verbose_json",
      known_speaker_references = { "data:audio/wav;base64,AAA=" },
    })
  end)

  it("take a text where they take an object", function()
    assert.same({ "file (a.mp3, audio/mpeg): ID3\0\255", "chunking_strategy: auto", "model: m", "stream: false" },
      transcribed { model = "m", chunking_strategy = "auto", stream = false })
  end)

  it("refuse null, which a form cannot say", function()
    local client = oai.client { api_key = "sk-x", base_url = "http://127.0.0.1:1/v1" }
    local done, message = pcall(client.audio.transcriptions.create, client.audio.transcriptions,
      { file = AUDIO, chunking_strategy = oai.null })
    assert.is_false(done)
    assert.truthy(message:find("audio.transcriptions.create: chunking_strategy: null cannot be sent", 1, true), message)
  end)
end)

for _, name in ipairs { "transcriptions", "translations" } do
  describe("audio." .. name, function()
    local function reply_to(format, reply)
      local _, value, facts = exchange.run({ reply }, function(client)
        return client.audio[name]:create { model = "m", file = AUDIO, response_format = format }
      end)
      return value, facts
    end

    for _, case in ipairs {
      { format = "text", type = "text/plain; charset=utf-8", body = "Hello\n" },
      { format = "srt", type = "text/plain", body = "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n" },
      { format = "vtt", type = "text/vtt", body = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n" },
      { format = "text", type = "text/plain", body = "{\"text\":\"no JSON\"}" },
      { format = "text", type = "text/plain", body = "" },
    } do
      it(("are text in the format %s when the reply is %s"):format(case.format, case.type), function()
        assert.equal(case.body, (reply_to(case.format,
          { body = case.body, headers = { ["content-type"] = case.type } })))
      end)
    end

    for _, content_type in ipairs { "application/json", "application/json; charset=utf-8", "Application/JSON" } do
      it("are values when the reply is " .. content_type, function()
        local value = reply_to("verbose_json",
          { body = '{"text":"hi","segments":[{"start":0.5,"end":1}],"words":[]}',
            headers = { ["content-type"] = content_type } })
        assert.equal("hi", value.text)
        assert.equal(1, value.segments[1]["end"])
        assert.same({}, value.words)
      end)
    end

    it("are an error when they should be JSON and are not", function()
      local value, err = reply_to("json", { body = "<html>", headers = { ["content-type"] = "application/json" } })
      assert.is_nil(value)
      assert.equal("decode", err.kind)
      assert.equal("audio." .. name .. ".create", err.operation)
    end)
  end)
end

describe("audio", function()
  it("takes a voice's recordings as files", function()
    local request = exchange.once(function(client)
      return client.audio.voice_consents:create { name = "Ann", language = "en-US",
        recording = { data = "RIFF", filename = "consent.wav" } }
    end)
    assert.same({ "recording (consent.wav, audio/wav): RIFF", "language: en-US", "name: Ann" },
      multipart.shown(request))
    request = exchange.once(function(client)
      return client.audio.voices:create { name = "Ann", consent = "cons_1",
        audio_sample = { data = "RIFF", filename = "sample.wav" } }
    end)
    assert.same({ "audio_sample (sample.wav, audio/wav): RIFF", "consent: cons_1", "name: Ann" },
      multipart.shown(request))
  end)

  it("speaks in bytes, whatever the reply is called", function()
    local requests, bytes = exchange.run({ { body = "ID3\0\255\r\n", headers = { ["content-type"] = "audio/mpeg" } } },
      function(client)
        return client.audio.speech:create { model = "m", input = "hi", voice = { id = "voice_1" } }
      end)
    assert.equal("ID3\0\255\r\n", bytes)
    assert.same({ model = "m", input = "hi", voice = { id = "voice_1" } }, exchange.body(requests[1]))
    assert.equal("application/octet-stream", requests[1].header.accept)
  end)

  it("speaks an error in words", function()
    local _, bytes, err = exchange.run({ { status = 400, json = { error = { message = "no such voice" } } } },
      function(client)
        return client.audio.speech:create { model = "m", input = "hi", voice = "x" }
      end)
    assert.is_nil(bytes)
    assert.equal("no such voice", err.message)
  end)
end)
