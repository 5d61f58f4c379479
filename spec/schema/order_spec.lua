-- The names of an object in their order.

local oai = require "oai"
local order = require "oai.schema.order"

describe("schema.order", function()
  it("is the object's own, and then that of the alphabet", function()
    assert.same({ "b", "a" }, order(oai.object({ a = 1, b = 2 }, { "b", "a" })))
    assert.same({ "b", "a", "y", "z" }, order(oai.object({ z = 1, a = 2, y = 3, b = 4 }, { "b" })))
    local many, names = {}, {}
    for i = 1, 30 do
      many[("n%02d"):format(i)], names[i] = i, ("n%02d"):format(i)
    end
    assert.same(names, order(many))
    assert.same({}, order {})
  end)

  it("has no name twice, and none that is not there", function()
    assert.same({ "b", "a" }, order(oai.object({ a = 1, b = 2 }, { "c", "b", "b", "c", "a", "b" })))
  end)
end)
