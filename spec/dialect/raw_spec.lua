-- A stream of which nothing is known: any end is one, the last event stays.

local raw = require "oai.dialect.raw"

describe("dialect.raw", function()
  it("keeps the last event", function()
    local state = raw.new_state()
    assert.same({ n = 2, nil, false }, { n = select("#", raw.result(state)), raw.result(state) })
    raw.fold(state, { n = 1 })
    raw.fold(state, { n = 2 })
    assert.same({ n = 2 }, (raw.result(state)))
  end)

  it("has no text, no last event, and any end", function()
    assert.is_nil(raw.text)
    assert.is_nil(raw.is_last)
    assert.is_true(raw.may_end(raw.new_state()))
  end)
end)
