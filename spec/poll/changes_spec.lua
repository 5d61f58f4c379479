-- Which fields of an object two looks differ in.

local changes = require "oai.poll.changes"

local function between(before, now)
  return table.concat(changes.names(changes.fields(before), now), " ")
end

describe("changes", function()
  it("are the fields that are new, gone or another, in order", function()
    assert.equal("a b d", between({ a = 1, b = 2, c = 3 }, { a = 2, c = 3, d = 4 }))
    assert.equal("", between({}, {}))
    assert.equal("a", between({}, { a = false }))
  end)

  it("look into tables", function()
    assert.equal("", between({ counts = { done = 1, list = { 1, 2 } } }, { counts = { done = 1, list = { 1, 2 } } }))
    assert.equal("counts", between({ counts = { done = 1 } }, { counts = { done = 2 } }))
    assert.equal("counts", between({ counts = { done = 1 } }, { counts = { done = 1, more = 1 } }))
    assert.equal("counts", between({ counts = { done = 1, more = 1 } }, { counts = { done = 1 } }))
    assert.equal("counts", between({ counts = { done = 1 } }, { counts = 1 }))
  end)
end)
