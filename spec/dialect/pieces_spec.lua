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

  it("keeps few of many pieces, and all of their text", function()
    for _, count in ipairs { 1, 63, 64, 65, 128, 1000 } do
      local collection, object, expected = pieces.new(), {}, {}
      for i = 1, count do
        expected[i] = i .. ","
        pieces.add(collection, object, "text", expected[i])
      end
      assert.is_true(#pieces.list(collection, object, "text") < 70)
      pieces.join(collection)
      assert.equal(table.concat(expected), object.text)
      pieces.add(collection, object, "text", "end")
      pieces.join(collection)
      assert.equal(table.concat(expected) .. "end", object.text)
    end
  end)

  it("takes pieces in the list itself", function()
    local collection, object = pieces.new(), {}
    assert.is_nil(pieces.list(collection, object, "text"))
    pieces.add(collection, object, "text", "a")
    pieces.append(pieces.list(collection, object, "text"), "b")
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
