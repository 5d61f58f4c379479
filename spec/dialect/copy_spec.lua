-- Copies of values that an event brought.

local copy = require "oai.dialect.copy"
local json = require "oai.codec.json"

describe("dialect.copy", function()
  it("copies all that is in a value", function()
    local value = { a = { b = { 1, "x", false } } }
    local copied = copy(value)
    assert.same(value, copied)
    assert.are_not.equal(value, copied)
    assert.are_not.equal(value.a.b, copied.a.b)
  end)

  it("gives anything but a table back", function()
    assert.same({ 1, "x", false, json.null }, { copy(1), copy "x", copy(false), copy(json.null) })
    assert.is_nil(copy(nil))
  end)

  it("keeps empty arrays empty arrays", function()
    assert.equal('{"a":[]}', (json.encode(copy(json.decode '{"a":[]}'))))
  end)
end)
