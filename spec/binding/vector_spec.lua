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

  local ALPHABETS = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
  }

  --- Four bytes, the last of them the highest, as the number that they are.
  local function number_of(bytes, at)
    local low, middle, high, top = bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]
    local sign, exponent = top >= 128 and -1 or 1, top % 128 * 2 + math.floor(high / 128)
    local fraction = (high % 128 * 65536 + middle * 256 + low) / 2 ^ 23
    if exponent == 255 then
      return fraction == 0 and sign * math.huge or nil -- what is no number is not compared
    end
    return exponent == 0 and sign * fraction * 2 ^ -126 or sign * (1 + fraction) * 2 ^ (exponent - 127)
  end

  it("decodes each digit at each place", function()
    for _, alphabet in ipairs(ALPHABETS) do
      for shift = 0, 63 do
        local digits, bytes = {}, {}
        for i = 1, 16, 4 do
          local all = 0
          for j = i, i + 3 do
            local value = (j * 11 + shift) % 64
            digits[j], all = alphabet:sub(value + 1, value + 1), all * 64 + value
          end
          for _, unit in ipairs { 65536, 256, 1 } do
            bytes[#bytes + 1] = math.floor(all / unit) % 256
          end
        end
        local vector = core.vector(table.concat(digits))
        for i = 1, 3 do
          local expected = number_of(bytes, 4 * i - 3)
          assert.is_true(expected == nil or vector[i] == expected, table.concat(digits))
        end
      end
    end
  end)

  it("decodes 3072 numbers", function()
    local vector = core.vector(("AACAPwAAAEAAAEBA"):rep(1024))
    assert.equal(3072, #vector)
    assert.same({ 1, 2, 3 }, { vector[3070], vector[3071], vector[3072] })
  end)
end)
