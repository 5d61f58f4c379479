-- The stream of a transcription: pieces, segments and the whole.

local answer = require "spec.support.answer"
local connect = require "spec.support.connect"
local server = require("spec.support.server").start { tls = true }
local transcription = require "oai.dialect.transcription"

local USAGE = { type = "tokens", input_tokens = 1, output_tokens = 2, total_tokens = 3 }
local TOKEN = { token = "a", logprob = -0.5, bytes = { 97 } }

local function delta(text, logprobs)
  return { type = "transcript.text.delta", delta = text, logprobs = logprobs }
end

local function segment(id, text)
  return { type = "transcript.text.segment", id = id, start = 0, ["end"] = 1.5, text = text, speaker = "A" }
end

local function done(text, logprobs)
  return { type = "transcript.text.done", text = text, usage = USAGE, logprobs = logprobs }
end

local function fold_all(...)
  local state = transcription.new_state()
  for i = 1, select("#", ...) do
    transcription.fold(state, (select(i, ...)))
  end
  return state
end

describe("dialect.transcription", function()
  it("gives what a call without streaming gives", function()
    local state = fold_all(delta "Hel", delta "lo", done "Hello")
    assert.same({ { text = "Hello", usage = USAGE }, false }, { transcription.result(state) })
    assert.is_true(transcription.may_end(state))
  end)

  it("gives the whole as one piece where none came before", function()
    assert.equal("Hello", transcription.text(done "Hello", fold_all(done "Hello")))
    assert.is_nil(transcription.text(done "Hello", fold_all(delta "Hello", done "Hello")))
    assert.is_nil(transcription.text(done "", fold_all(done "")))
  end)

  it("has log probabilities where they are sent", function()
    assert.same({ text = "ab", usage = USAGE, logprobs = { TOKEN, TOKEN } },
      (transcription.result(fold_all(delta("a", { TOKEN }), done("ab", { TOKEN, TOKEN })))))
  end)

  it("has segments where they are sent", function()
    local state = fold_all(delta "Hi.", segment("seg_1", "Hi."), delta " Yes?", segment("seg_2", " Yes?"),
      done "Hi. Yes?")
    assert.same({ text = "Hi. Yes?", usage = USAGE, segments = { segment("seg_1", "Hi."), segment("seg_2", " Yes?") } },
      (transcription.result(state)))
  end)

  it("keeps what is new in the whole", function()
    local whole = done "a"
    whole.languages = { { code = "en" } }
    assert.same({ text = "a", usage = USAGE, languages = { { code = "en" } } }, (transcription.result(fold_all(whole))))
  end)

  it("has the part of a cut stream", function()
    local state = fold_all(delta("a", { TOKEN }), segment("seg_1", "a"), delta("b", { TOKEN }))
    assert.same({ { text = "ab", logprobs = { TOKEN, TOKEN }, segments = { segment("seg_1", "a") } }, true },
      { transcription.result(state) })
    assert.is_false(transcription.may_end(state))
    transcription.fold(state, done "ab!")
    assert.equal("ab!", transcription.result(state).text)
  end)

  it("loses no text to a whole that is empty", function()
    local state = fold_all(delta("Hel", { TOKEN }), delta "lo", segment("seg_1", "Hello"),
      { type = "transcript.text.done", text = "", logprobs = {}, usage = USAGE })
    assert.same({ { text = "Hello", usage = USAGE, logprobs = { TOKEN }, segments = { segment("seg_1", "Hello") } },
      false }, { transcription.result(state) })
    assert.equal("a", transcription.result(fold_all(delta "a", { type = "transcript.text.done" })).text)
  end)

  it("takes chunks of a chat", function()
    local function chunk(text, reason, usage)
      return { object = "transcription.chunk", usage = usage,
        choices = { { delta = { content = text }, finish_reason = reason } } }
    end
    local state = fold_all(chunk " My", chunk(" word", "stop"), { choices = {}, usage = USAGE })
    assert.same({ { text = " My word", usage = USAGE }, false }, { transcription.result(state) })
    assert.is_true(transcription.may_end(state))
    assert.equal(" My", transcription.text(chunk " My"))
    assert.is_false(transcription.may_end(fold_all(chunk " My")))
    assert.same({ { text = " My" }, true }, { transcription.result(fold_all(chunk(" My", "length"))) })
  end)

  it("takes a reply that came in one event", function()
    local state = fold_all { text = "Hello", usage = USAGE }
    assert.same({ { text = "Hello", usage = USAGE }, false }, { transcription.result(state) })
  end)

  it("has nothing before the first event", function()
    assert.same({ n = 2, nil, false }, { n = select("#", transcription.result(transcription.new_state())),
      transcription.result(transcription.new_state()) })
    assert.is_nil((transcription.result(fold_all({ type = "transcript.text.future", delta = 1 }, {}))))
  end)

  it("changes no event", function()
    local first, last = delta("a", { TOKEN }), done "a"
    transcription.result(fold_all(first, segment("seg_1", "a"), delta("b", { TOKEN }), last))
    assert.same({ delta("a", { TOKEN }), done "a" }, { first, last })
  end)

  it("gives text", function()
    assert.equal("a", transcription.text(delta "a"))
    assert.is_nil(transcription.text(segment("seg_1", "a")))
    assert.is_nil(transcription.text(done "a"))
    assert.is_nil(transcription.is_last)
  end)
end)

describe("a stream of a transcription", function()
  local function open(...)
    local scene = server:scenario { replies = { answer.events(...) } }
    local params = { model = "m", stream = true, file = { data = "RIFF", filename = "a.wav" } }
    return assert(connect.to(scene).audio.transcriptions:create(params)), scene
  end

  it("gives text, and the transcription in the end", function()
    local stream, scene = open(delta "Hel", delta "lo", segment("seg_1", "Hello"), done "Hello")
    local texts = {}
    for text in stream:text() do
      texts[#texts + 1] = text
    end
    assert.same({ "Hel", "lo" }, texts)
    assert.same({ text = "Hello", usage = USAGE, segments = { segment("seg_1", "Hello") } }, stream:final())
    assert.equal("complete", stream.status)
    local request = scene:requests()[1]
    assert.equal("text/event-stream", request.header.accept)
    assert.truthy(request.body:find('name="stream"\r\n\r\ntrue', 1, true))
  end)

  it("that is cut leaves the part that came", function()
    local part, err = open(delta "Hel"):final()
    assert.same({ "stream", { text = "Hel" }, { text = "Hel" } }, { err.kind, part, err.partial })
  end)
end)
