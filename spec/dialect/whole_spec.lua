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

  it("keeps the index that a choice has, and has each message as a delta", function()
    local event = whole.events("chat", '{"id":"x","choices":[{"index":4,"message":{"content":"a"}},'
      .. '{"message":{"tool_calls":[]}},{"message":"b"}]}')[1]
    assert.equal("x", event.id)
    assert.same({ index = 4, delta = { content = "a" } }, event.choices[1])
    assert.same({ 1, 2 }, { event.choices[2].index, event.choices[3].index })
    assert.equal("b", event.choices[3].delta)
  end)

  it("has each text of a response as a delta, and nothing else of it", function()
    local events = whole.events("responses", '{"output":[{"content":[{"type":"refusal","text":"no"},'
      .. '{"type":"output_text","text":1},{"type":"output_text","text":"a"}]},{"type":"reasoning"},'
      .. '{"content":[{"type":"output_text","text":"b"}]}]}')
    assert.equal(3, #events)
    assert.same({ type = "response.output_text.delta", output_index = 0, content_index = 2, delta = "a" }, events[1])
    assert.same({ type = "response.output_text.delta", output_index = 2, content_index = 0, delta = "b" }, events[2])
    assert.same({ "response.completed", "b" }, { events[3].type, events[3].response.output[3].content[1].text })
  end)

  it("has the fields of a reply in each of its images, and in a transcription's end", function()
    assert.same({
      { type = "image_generation.completed", created = 5, created_at = 5, size = "s", b64_json = "QQ==" },
      { type = "image_generation.completed", created = 5, created_at = 5, size = "t", b64_json = "Qg==" },
    }, whole.events("images", '{"created":5,"size":"s","data":[{"b64_json":"QQ=="},{"b64_json":"Qg==","size":"t"}]}'))
    assert.same({
      { type = "transcript.text.delta", delta = "a" }, { type = "transcript.text.done", text = "a", language = "en" },
    }, whole.events("transcription", '{"text":"a","language":"en"}'))
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
    for _, media_type in ipairs { "audio/mpeg", "Audio/WAV", "application/octet-stream" } do
      assert.same({ { type = "speech.audio.delta", audio = "QUI=" }, { type = "speech.audio.done" } },
        whole.events("speech", "AB", media_type))
    end
    assert.is_nil(whole.events("speech", "AB", "text/plain"))
    assert.is_nil(whole.events("speech", "AB", "x-audio/mpeg"))
  end)
end)
