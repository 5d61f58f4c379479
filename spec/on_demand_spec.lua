-- Fields that are worked out when they are first asked for.

local on_demand = require "oai.on_demand"

describe("fields on demand", function()
  local calls, Object

  before_each(function()
    calls, Object = 0, {}
    on_demand.install(Object, {
      double = function(self)
        calls = calls + 1
        return self.one * 2
      end,
      nothing = function()
        calls = calls + 1
        return nil
      end,
    }, { name = function() return "a method" end })
  end)

  it("are worked out once, and kept", function()
    local object = setmetatable({ one = 1 }, Object)
    assert.is_nil(rawget(object, "double"))
    assert.same({ 2, 2, 1 }, { object.double, object.double, calls })
    assert.equal(2, rawget(object, "double"))
  end)

  it("are looked at anew while there is nothing", function()
    local object = setmetatable({}, Object)
    assert.is_nil(object.nothing)
    assert.is_nil(object.nothing)
    assert.equal(2, calls)
  end)

  it("stand beside methods, and nothing else is there", function()
    local object = setmetatable({}, Object)
    assert.equal("a method", object:name())
    assert.is_nil(object.other)
    assert.is_nil(setmetatable({}, { __index = {} }).double)
  end)

  it("are known by the metatable", function()
    assert.is_function(on_demand.of(Object).double)
    assert.is_nil(on_demand.of {})
  end)
end)
