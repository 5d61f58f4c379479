-- Rate limits: durations and the snapshot of the x-ratelimit-* fields. Facts
-- are in spec/support/facts/rate_limit.lua.

local facts = require "spec.support.facts.rate_limit"
local header = require "oai.codec.header"
local rate_limit = require "oai.codec.rate_limit"

describe("codec.rate_limit", function()
  for text, seconds in pairs(facts.durations) do
    it("reads the duration '" .. text .. "'", function()
      local read = rate_limit.duration(text)
      if seconds then
        assert.is_true(math.abs(read - seconds) < 1e-9, tostring(read))
      else
        assert.is_nil(read)
      end
    end)
  end

  for i, fact in ipairs(facts.snapshots) do
    it(("makes snapshot %d"):format(i), function()
      assert.same(fact[2], rate_limit.parse(fact[1]))
    end)
  end

  it("reads a hundred bytes", function()
    assert.equal(1, rate_limit.duration(("0"):rep(98) .. "1s"))
    assert.is_nil(rate_limit.duration(("0"):rep(99) .. "1s"))
  end)

  it("is quick with what is long #timed", function()
    local begun = os.clock()
    for _, text in ipairs { ("1ms"):rep(3e4), ("1"):rep(1e5) } do
      assert.is_nil(rate_limit.duration(text))
    end
    assert.is_true(os.clock() - begun < 1)
  end)

  it("reads the fields of a reply", function()
    local headers = header.parse("HTTP/1.1 200 OK\r\nX-RateLimit-Limit-Requests: 60\r\n\r\n")
    assert.same({ requests = { limit = 60 } }, rate_limit.parse(headers))
  end)
end)
