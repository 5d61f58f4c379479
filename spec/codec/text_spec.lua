-- What of parameters cannot be sent, and where it is.

local text = require "oai.codec.text"

local BAD, NO_UTF8 = "a\255", "the text is not valid UTF-8"

local faults = {
  { BAD, "", NO_UTF8 }, { { a = BAD }, "a", NO_UTF8 }, { { a = { b = BAD } }, "a.b", NO_UTF8 },
  { { a = { "x", BAD } }, "a[2]", NO_UTF8 }, { { a = { { c = BAD } } }, "a[1].c", NO_UTF8 },
  { { d = { [BAD] = 1 } }, "d", NO_UTF8 }, { { ok = "\195\164", e = "\237\160\128" }, "e", NO_UTF8 },
  { { a = { print } }, "a[1]", "a function cannot be sent" },
  { { a = coroutine.create(function() end) }, "a", "a thread cannot be sent" },
  { { a = 0 / 0 }, "a", "the number is not finite" }, { { a = { math.huge } }, "a[1]", "the number is not finite" },
}

describe("text.fault", function()
  for i, fact in ipairs(faults) do
    it(("finds what is at '%s' (%d)"):format(fact[2], i), function()
      assert.same({ fact[2], fact[3], fact[3] == NO_UTF8 }, { text.fault(fact[1]) })
    end)
  end

  it("finds none where all can be sent", function()
    local value = { a = "\195\164", b = { 1, true, "x", { c = "" } }, ["\240\159\152\128"] = "" }
    assert.same({}, { text.fault(value) })
    assert.same({}, { text.fault(nil) })
  end)

  it("finds a table that is in itself", function()
    local value = { "x", {} }
    value[2].a = value
    assert.same({ "[2].a", "the table contains itself", false }, { text.fault(value) })
  end)

  it("finds what is behind a table that is there twice", function()
    local twice = { "x" }
    assert.same({ "[3]", NO_UTF8, true }, { text.fault { twice, twice, BAD } })
  end)

  it("looks through a table once, however often it is there", function()
    local value = { "x" }
    for _ = 1, 100 do
      value = { value, value }
    end
    assert.is_nil(text.fault(value))
  end)
end)
