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

  it("takes a name for another that is wrong in a third of its letters, or in one", function()
    local real = { [1] = { ab = "a", abcde = "axcde" }, [2] = { abcdef = "abxxef" }, [3] = { abcdefghi = "xxxdefghi" } }
    for _, pairs_of_names in ipairs(real) do
      for name, other in pairs(pairs_of_names) do
        assert.equal(other, suggest.nearest(name, { [other] = true }))
      end
    end
    for name, other in pairs { ab = "xy", abcde = "axxde", abcdef = "axxxef", abcdefgh = "xxxdefgh" } do
      assert.is_nil(suggest.nearest(name, { [other] = true }), name)
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

  describe("takes for a slip", function()
    local function slip(name, real)
      return suggest.slip(name, { [real] = true })
    end

    it("letters in another order", function()
      for name, real in pairs { modle = "model", omdel = "model", usgae = "usage", finish_raeson = "finish_reason" } do
        assert.equal(real, slip(name, real), name)
      end
    end)

    it("one letter within that is missing, or too many", function()
      for _, name in ipairs { "cntents", "contens", "conents", "cxontents", "contentxs", "contxents" } do
        assert.equal("contents", slip(name, "contents"), name)
      end
      assert.equal("abcdef", slip("abcdf", "abcdef"))
      assert.equal("abcde", slip("abccde", "abcde"))
    end)

    it("no other real word, no short one, and no other letter", function()
      for name, real in pairs { deleted = "delete", delete = "deleted", xdelete = "delete", elete = "delete",
        nmae = "name", namme = "name", mdel = "model", model = "model", modal = "model", contents = "cotnt",
        cxntxents = "contents", cntets = "contents" } do
        assert.is_nil(slip(name, real), name)
      end
    end)

    it("nothing that is no name", function()
      for _, name in ipairs { 12345, true, {} } do
        assert.is_nil(slip(name, "12345"))
      end
    end)
  end)
end)
