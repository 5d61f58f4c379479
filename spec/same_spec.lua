-- Whether two values are the same.

local same = require "oai.same"

local function deep(value)
  return { a = { 1, 2, { b = value } }, c = "x" }
end

describe("two values", function()
  it("are the same by what is in them", function()
    assert.is_true(same(1, 1))
    assert.is_true(same(nil, nil))
    assert.is_true(same({}, {}))
    assert.is_true(same(deep(true), deep(true)))
  end)

  it("differ in a value, a name too few or too many, or a kind", function()
    assert.is_false(same(1, "1"))
    assert.is_false(same({}, nil))
    assert.is_false(same(deep(true), deep(false)))
    assert.is_false(same(deep(true), deep()))
    assert.is_false(same(deep(), deep(true)))
    assert.is_false(same({ 1 }, { 1, 2 }))
    assert.is_false(same({ 1, 2 }, { 1 }))
  end)

  it("are what somebody takes for alike", function()
    local function are_texts(a, b)
      return type(a) == "string" and type(b) == "string"
    end
    assert.is_true(same(deep "a", deep "b", are_texts))
    assert.is_false(same(deep "a", deep(1), are_texts))
    assert.is_false(same(deep "a", deep {}, are_texts))
  end)
end)
