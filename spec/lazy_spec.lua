-- Modules that are loaded when they are touched.

local lazy = require "oai.lazy"

describe("lazy", function()
  after_each(function()
    package.preload["spec.lazy_module"], package.loaded["spec.lazy_module"] = nil, nil
  end)

  it("loads a module when a field of it is first touched", function()
    local loaded = 0
    package.preload["spec.lazy_module"] = function()
      loaded = loaded + 1
      return { answer = 42 }
    end
    local module = lazy "spec.lazy_module"
    assert.equal(0, loaded)
    assert.equal(42, module.answer)
    assert.equal(42, module.answer)
    assert.is_nil(module.other)
    assert.equal(1, loaded)
  end)
end)
