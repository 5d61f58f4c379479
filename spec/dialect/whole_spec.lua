-- Whole replies as the events of a stream; spec/call/unstreamed_spec.lua reads
-- them over a wire.

local json = require "oai.codec.json"
local whole = require "oai.dialect.whole"

local function types_of(dialect, value)
  local types = {}
  for i, event in ipairs(whole.events(dialect, assert(json.encode(value))) or {}) do
    types[i] = type(event) == "table" and (event.type or event.event or event.object or "?") or event
  end
  return types
end

describe("dialect.whole", function()
  it("has the events of each dialect's reply", function()
    assert.same({ "chat.completion.chunk", "[DONE]" }, types_of("chat", { choices = { { message = {} } } }))
    assert.same({ "?", "[DONE]" }, types_of("completions", { choices = { { text = "a" } } }))
    assert.same({ "transcript.text.delta", "transcript.text.done" }, types_of("transcription", { text = "a" }))
    assert.same({ "image_generation.completed" }, types_of("images", { data = { { b64_json = "QQ==" } } }))
    assert.same({ "thread.run.queued", "[DONE]" }, types_of("assistants", { object = "thread.run", status = "queued" }))
    assert.same({ "?", "[DONE]" }, types_of("raw", { a = 1 }))
  end)

  it("ends a response as its status says", function()
    for status, expected in pairs { completed = "response.completed", failed = "response.failed",
      incomplete = "response.incomplete", queued = "response.in_progress" } do
      assert.same({ expected }, types_of("responses", { object = "response", status = status }))
    end
  end)

  it("gives each choice and each call its index", function()
    local event = whole.events("chat",
      '{"choices":[{"message":{"tool_calls":[{"id":"a"},{"id":"b"}]}},{"message":{}}]}')[1]
    assert.same({ 0, 1 }, { event.choices[1].index, event.choices[2].index })
    assert.same({ 0, 1 }, { event.choices[1].delta.tool_calls[1].index, event.choices[1].delta.tool_calls[2].index })
  end)

  it("has nothing of what is no answer", function()
    for dialect, bodies in pairs {
      chat = { "{}", '{"choices":[]}', '{"choices":"x"}', '{"choices":[null]}', "[]", "x", "", '{"choices"' },
      completions = { "{}" }, responses = { "{}", '{"output":[]}' }, images = { "{}" }, assistants = { "{}" },
      transcription = { "{}", '{"text":1}', "a text" },
      speech = { "{}", "bytes" },
    } do
      for _, body in ipairs(bodies) do
        assert.is_nil(whole.events(dialect, body), dialect .. " " .. body)
      end
    end
    assert.is_nil(whole.events("transcription", "<html>", "text/html"))
  end)

  it("takes a text for a transcription, and bytes for speech, by their type", function()
    assert.equal("a text", whole.events("transcription", "a text", "text/plain; charset=utf-8")[2].text)
    assert.equal("QUI=", whole.events("speech", "AB", "audio/mpeg")[1].audio)
  end)
end)
