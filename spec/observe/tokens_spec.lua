-- Tokens that are counted, and what they cost at prices of the program's.

local oai = require "oai"
local tokens = require "oai.observe.tokens"

describe("oai.cost", function()
  local PRICES = { m = { input = 2, cached = 1, output = 10 }, n = { input = 1, output = 1 } }

  it("is of tokens at prices for a million, cached ones at their own", function()
    assert.equal(4 + 1 + 20, oai.cost({ m = { input = 3e6, cached = 1e6, output = 2e6, reasoning = 5, requests = 1 } },
      PRICES))
    assert.equal(3 + 2, oai.cost({ n = { input = 3e6, cached = 1e6, output = 2e6, reasoning = 0, requests = 1 } },
      PRICES))
  end)

  it("takes what replies say of either API, of dated models too", function()
    local cost, unknown = oai.cost({ ["m-2026-01-02"] = { prompt_tokens = 1e6, completion_tokens = 1e6 } }, PRICES)
    assert.same({ 12 }, { cost, unknown })
    assert.equal(11, (oai.cost({ m = { input_tokens = 1e6, output_tokens = 1e6,
      input_tokens_details = { cached_tokens = 1e6 } } }, PRICES)))
  end)

  it("tells which models have no price", function()
    local cost, unknown = oai.cost({ z = {}, y = { input_tokens = 5 }, n = { input_tokens = 1e6 } }, PRICES)
    assert.same({ 1, { "y", "z" } }, { cost, unknown })
  end)

  it("refuses what is no price", function()
    assert.error_matches(function()
      oai.cost({ m = {} }, { m = 5 })
    end, "the price of 'm' must be", 1, true)
    assert.has_error(function()
      oai.cost(5, PRICES)
    end)
  end)
end)

describe("observe.tokens", function()
  it("counts what replies say, to the last token", function()
    local counted = {}
    for _ = 1, 2 do
      tokens.count(counted, "m", { prompt_tokens = 1, completion_tokens = 3, total_tokens = 4 })
    end
    tokens.count(counted, "m", { prompt_tokens = 0, completion_tokens = "3" })
    assert.same({ 2, 6, 3 }, { counted.m.input, counted.m.output, counted.m.requests })
  end)
end)
