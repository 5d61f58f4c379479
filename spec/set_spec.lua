-- A list of names as a set.

local set = require "oai.set"

describe("set", function()
  it("holds the names and no other", function()
    assert.same({ a = true, b = true }, set { "a", "b", "a" })
    assert.same({}, set {})
  end)
end)
