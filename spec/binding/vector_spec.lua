-- Embedding vectors from base64 to numbers. Facts are in
-- spec/support/facts/vector.lua.

local core = require "oai.core"
local facts = require "spec.support.facts.vector"

describe("binding.vector", function()
  for _, fact in ipairs(facts.decoded) do
    it(("decodes '%s'"):format(fact[1]), function()
      assert.same(fact[2], core.vector(fact[1]))
    end)
  end

  it("keeps the sign of zero", function()
    assert.equal(-math.huge, 1 / core.vector("AAAAgA==")[1])
  end)

  it("decodes what is no number", function()
    local number = core.vector("AADAfw==")[1]
    assert.is_true(number ~= number)
  end)

  for _, text in ipairs(facts.refused) do
    it(("refuses '%s'"):format((text:gsub("%c", "?"))), function()
      assert.is_nil(core.vector(text))
    end)
  end

  it("decodes 3072 numbers", function()
    local vector = core.vector(("AACAPwAAAEAAAEBA"):rep(1024))
    assert.equal(3072, #vector)
    assert.same({ 1, 2, 3 }, { vector[3070], vector[3071], vector[3072] })
  end)
end)
