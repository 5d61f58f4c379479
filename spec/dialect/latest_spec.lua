-- What comes whole, again and again: the last that says something counts.

local json = require "oai.codec.json"
local latest = require "oai.dialect.latest"

describe("what says nothing", function()
  it("is empty, zero or made of that", function()
    for _, value in ipairs { "", 0, {}, { 0, "" }, { a = { b = {} } }, json.array() } do
      assert.is_true(latest.is_nothing(value))
    end
    assert.is_true(latest.is_nothing(nil))
    for _, value in ipairs { "a", 1, false, true, { false }, { 0, 1 }, { a = { b = { c = "d" } } }, { json.null } } do
      assert.is_false(latest.is_nothing(value))
    end
  end)
end)

describe("latest.put", function()
  for _, case in ipairs {
    { "takes the last", "a", "b", "b" },
    { "takes what is first, though it says nothing", nil, "", "" },
    { "takes nothing for nothing", "a", "", "a" },
    { "takes no zeros for numbers", { n = 3, m = { 1 } }, { n = 0, m = {} }, { n = 3, m = { 1 } } },
    { "takes objects field by field", { a = 1, b = { c = 1, d = 2 } }, { b = { d = 3 }, e = 4 },
      { a = 1, b = { c = 1, d = 3 }, e = 4 } },
    { "takes lists whole", { 1, 2, 3 }, { 4 }, { 4 } },
    { "does not mix entries of lists", { { title = "a", url = "u" } }, { { title = "b" } }, { { title = "b" } } },
    { "leaves texts, lists and objects where a number comes", { "a", { 1 } }, 5, { "a", { 1 } } },
    { "leaves a text where a truth value comes", "a", true, "a" },
    { "takes a text for a list", { 1 }, "a", "a" },
    { "takes a list for an object", { a = 1 }, { 1 }, { 1 } },
  } do
    it(case[1], function()
      local object = { field = case[2] }
      latest.put(object, "field", case[3])
      assert.same(case[4], object.field)
    end)
  end

  it("keeps no part of a value", function()
    local value, object = { a = { 1 } }, {}
    latest.put(object, "field", value)
    object.field.a[2] = 2
    assert.same({ a = { 1 } }, value)
  end)
end)

describe("latest.fill", function()
  it("puts in what is left out", function()
    assert.same({ id = "i", text = "new", content = { { type = "t", text = "x" } } }, latest.fill({ text = "new",
      content = {} }, { id = "i", text = "old", content = { { type = "t", text = "x" } } }))
  end)

  it("fills entries of lists of one type and id", function()
    assert.same({ { type = "t", text = "a" }, { type = "u" }, { type = "t", id = 1 } },
      latest.fill({ l = { { type = "t" }, { type = "u" }, { type = "t", id = 1 } } },
        { l = { { text = "a" }, { type = "t", text = "b" }, { type = "t", id = 2, text = "c" } } }).l)
  end)

  it("does not bring back what is over", function()
    assert.same({ id = "i" }, latest.fill({}, { id = "i", status = "in_progress", error = { 1 },
      incomplete_details = { 1 }, last_error = { 1 }, required_action = { 1 } }))
  end)
end)

describe("latest.renew", function()
  it("makes an object what it is now, in its place", function()
    local object = { id = "i", status = "in_progress", text = "a" }
    latest.renew(object, { text = "", new = 1 })
    assert.same({ id = "i", text = "a", new = 1 }, object)
  end)
end)
