-- Texts in pieces: joined when asked for, and on from there.

local pieces = require "oai.dialect.pieces"

describe("dialect.pieces", function()
  it("joins", function()
    local collection, object = pieces.new(), { text = "a" }
    pieces.add(collection, object, "text", "b")
    pieces.add(collection, object, "text", "c")
    pieces.add(collection, object, "other", "d")
    assert.equal("a", object.text)
    pieces.join(collection)
    assert.same({ text = "abc", other = "d" }, object)
  end)

  it("goes on after a join", function()
    local collection, object = pieces.new(), {}
    pieces.add(collection, object, "text", "a")
    pieces.join(collection)
    pieces.add(collection, object, "text", "b")
    pieces.join(collection)
    pieces.join(collection)
    assert.same({ text = "ab" }, object)
  end)

  it("takes pieces in the list itself", function()
    local collection, object = pieces.new(), {}
    assert.is_nil(pieces.list(collection, object, "text"))
    pieces.add(collection, object, "text", "a")
    local list = pieces.list(collection, object, "text")
    list[#list + 1] = "b"
    pieces.join(collection)
    assert.equal("ab", object.text)
    assert.is_nil(pieces.list(collection, object, "other"))
  end)

  it("forgets what is dropped", function()
    local collection, object = pieces.new(), {}
    pieces.add(collection, object, "text", "a")
    pieces.drop(collection, object, "text")
    pieces.drop(collection, {}, "text")
    object.text = "whole"
    pieces.join(collection)
    assert.equal("whole", object.text)
  end)

  it("begins anew where something else than text stood", function()
    local collection, object = pieces.new(), { text = { 1 } }
    pieces.add(collection, object, "text", "a")
    pieces.join(collection)
    assert.equal("a", object.text)
  end)
end)
