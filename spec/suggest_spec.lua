-- The nearest real name to a misspelt one.

local suggest = require "oai.suggest"

local NAMES = { timeout = true, connect_timeout = true, max_retries = true, base_url = true, api_key = true, log = true,
  [1] = true }

local nearest = {
  timeot = "timeout", timeuot = "timeout", Timeout = "timeout", TIMEOUT = "timeout", timeouts = "timeout",
  max_retry = "max_retries", maxretries = "max_retries", apikey = "api_key", api_kye = "api_key", baseurl = "base_url",
  lgo = "log", lo = "log",
}

describe("suggest", function()
  for name, expected in pairs(nearest) do
    it(("takes %s for %s"):format(name, expected), function()
      assert.equal(expected, suggest.nearest(name, NAMES))
    end)
  end

  it("takes nothing for what is far", function()
    for _, name in ipairs { "x", "", "proxy", "something_else", "timeoutxxxx" } do
      assert.is_nil(suggest.nearest(name, NAMES), name)
    end
  end)

  it("takes nothing for what is no name", function()
    for _, name in ipairs { 1, true, {}, print } do
      assert.is_nil(suggest.nearest(name, NAMES))
    end
    assert.is_nil(suggest.nearest(nil, NAMES))
    assert.is_nil(suggest.nearest("timeout", {}))
  end)

  it("takes the first in the alphabet of two that are as near", function()
    assert.equal("aab", suggest.nearest("aax", { aac = true, aab = true }))
  end)

  it("says so, or nothing", function()
    assert.equal("; did you mean 'timeout'?", suggest.hint("timeot", NAMES))
    assert.equal("", suggest.hint("proxy", NAMES))
  end)
end)
