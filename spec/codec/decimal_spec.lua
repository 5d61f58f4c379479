-- Decimal numbers of header fields, in any locale.

local decimal = require "oai.codec.decimal"
local locale = require "spec.support.locale"

local NUMBERS = {
  ["0"] = 0, ["20"] = 20, ["007"] = 7, ["-10"] = -10, ["+3"] = 3, [" 20\t"] = 20, ["0.5"] = 0.5, ["7.66"] = 7.66,
  ["179.56"] = 179.56, [".25"] = 0.25, ["5."] = 5, ["1e3"] = 1000, ["1.5E-3"] = 0.0015, ["1e308"] = 1e308,
  ["99999999999999999999999999999999999"] = 1e35, ["0." .. ("3"):rep(400)] = 1 / 3, ["1e-400"] = 0,
}

local NONE = { "", " ", ".", "-", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "1_000", "nan", "-nan", "inf", "infinity",
  "1e309", "-1e309", "1e99999999999999999999", "0e9999", ("9"):rep(400), "1 2", "20, 30", "--1", "5-", "many", "1\0" }

-- What would follow a locale if it were read by Lua.
local IN_A_LOCALE = [[
  local decimal = require "oai.codec.decimal"
  local rate_limit = require "oai.codec.rate_limit"
  local retry_after = require "oai.codec.retry_after"
  assert(decimal.parse "7.66" == 766 / 100 and decimal.parse "1,5" == nil)
  assert(rate_limit.duration "2m7.5s" == 255 / 2)
  assert(retry_after.seconds({ ["retry-after"] = "1.5" }, 0) == 3 / 2)
  print "all read"
]]

describe("codec.decimal", function()
  for text, number in pairs(NUMBERS) do
    it("reads '" .. text:sub(1, 40) .. "'", function()
      local read = decimal.parse(text)
      assert.is_true(math.abs(read - number) <= 1e-15 * math.abs(number), tostring(read))
    end)
  end

  for _, text in ipairs(NONE) do
    it("reads no number in '" .. text:sub(1, 40):gsub("%z", "") .. "'", function()
      assert.is_nil(decimal.parse(text))
    end)
  end

  it("reads none where there is no text", function()
    assert.is_nil(decimal.parse(nil))
  end)

  it("reads a thousand bytes", function()
    assert.equal(1, decimal.parse(("0"):rep(999) .. "1"))
    assert.is_nil(decimal.parse(("0"):rep(1000) .. "1"))
  end)

  it("is quick with what is long #timed", function()
    local begun = os.clock()
    for _, text in ipairs { "1" .. (" "):rep(1e5) .. "2", ("1"):rep(1e5) .. "x", "1" .. ("e1"):rep(5e4) } do
      assert.is_nil(decimal.parse(text))
    end
    assert.is_true(os.clock() - begun < 1)
  end)

  it("does not follow the locale, and neither do limits and delays", function()
    local said, status = locale.run_with_comma(IN_A_LOCALE)
    if not said then
      pending "no locale with a decimal comma can be made here"
      return
    end
    assert.same({ "all read\n", 0 }, { said, status })
  end)
end)
