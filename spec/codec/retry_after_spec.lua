-- How long a server asks to wait. Facts are in spec/support/facts/retry.lua.

local facts = require "spec.support.facts.retry"
local retry_after = require "oai.codec.retry_after"

describe("codec.retry_after", function()
  for i, fact in ipairs(facts.asked) do
    it(("reads fields %d"):format(i), function()
      assert.equal(fact[2] or nil, retry_after.seconds(fact[1], facts.now))
    end)
  end
end)
