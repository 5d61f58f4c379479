-- Events by their numbers: each once and in order.

local alike = require "oai.dialect.alike"
local numbered = require "oai.follow.numbered"
local responses = require "oai.dialect.responses"

local function delta(number, text)
  return { type = "response.output_text.delta", item_id = "m", output_index = 0, content_index = 0, delta = text or "a",
    sequence_number = number }
end

describe("a numbered dialect", function()
  it("is the dialect in all else", function()
    local dialect = numbered.of(responses)
    assert.equal("responses", dialect.name)
    assert.equal(responses.text, dialect.text)
    assert.equal(responses.is_last, dialect.is_last)
    assert.is_nil(dialect.failure {})
  end)

  it("passes over what was there before", function()
    local dialect = numbered.of(responses)
    local state = dialect.new_state()
    assert.is_nil(dialect.fold(state, delta(5, "a")))
    assert.is_true(dialect.fold(state, delta(5, "b")))
    assert.is_true(dialect.fold(state, delta(2, "c")))
    assert.is_nil(dialect.fold(state, delta(6, "d")))
    assert.equal("ad", dialect.result(state).output[1].content[1].text)
  end)

  it("says what is missing", function()
    local dialect = numbered.of(responses)
    local state = dialect.new_state()
    dialect.fold(state, delta(5))
    assert.equal("event 6 of the stream is missing: 7 follows 5", dialect.fold(state, delta(7)))
    assert.equal("events 6 to 8 of the stream are missing: 9 follows 5", dialect.fold(state, delta(9)))
    assert.equal("events 6 to 8 of the stream are missing: 9 follows 5", dialect.failure({}).message)
    assert.equal(5, state.sequence_number)
  end)

  it("takes what has no number", function()
    local dialect = numbered.of(responses)
    local state = dialect.new_state()
    dialect.fold(state, delta(5))
    assert.is_nil(dialect.fold(state, { type = "keepalive" }))
    assert.is_nil(dialect.fold(state, delta("x")))
    assert.is_nil(dialect.fold(state, "text"))
  end)

  it("leaves no template, as which events are not looked at", function()
    local dialect = numbered.of(responses)
    local state = dialect.new_state()
    alike.begin(state)
    for i = 1, 12 do
      dialect.fold(state, delta(i), '{"delta":"a"}', "x")
      assert.is_false(state.template)
    end
  end)
end)
