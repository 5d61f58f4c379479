-- Base64 to bytes and back, held against another library.

local base64 = require "oai.codec.base64"
local mime = require "mime"

-- Every byte, in an order that gives each digit all its values.
local function bytes(count)
  local codes = {}
  for i = 1, count do
    codes[i] = string.char((i * 7 + math.floor(i / 256) * 31) % 256)
  end
  return table.concat(codes)
end

describe("base64", function()
  for _, fact in ipairs { -- RFC 4648, 10
    { "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" }, { "Zm9v", "foo" }, { "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" },
    { "Zm9vYmFy", "foobar" },
  } do
    it(("decodes '%s'"):format(fact[1]), function()
      assert.equal(fact[2], base64.decode(fact[1]))
    end)
  end

  it("decodes any bytes of any length", function()
    local whole = bytes(100000)
    assert.equal(whole, base64.decode((mime.b64(whole))))
    for length = 1, 50 do
      local text = mime.b64(whole:sub(1, length))
      assert.equal(whole:sub(1, length), base64.decode(text))
      assert.equal(whole:sub(1, length), base64.decode((text:gsub("=", ""))))
    end
  end)

  it("encodes bytes of any length", function()
    local whole = bytes(1000)
    for length = 0, 50 do
      assert.equal((mime.b64(whole:sub(1, length))) or "", base64.encode(whole:sub(1, length)))
    end
    assert.equal((mime.b64(whole)), base64.encode(whole))
  end)

  it("takes the alphabet of URLs", function()
    assert.equal("\251\255\254\255", base64.decode("-__-_w"))
    assert.equal("\251\255\254\255", base64.decode("+//+/w=="))
  end)

  for _, text in ipairs {
    "A", "AAAAA", "=", "====", "A===", "AA=", "AA===", "AAAA=", "A=AA", "AA==AA==", "AA AA", "AAAA\n", "AA.A",
    "\195\169AA", "AAA\0",
  } do
    it(("refuses '%s'"):format((text:gsub("[%c\128-\255]", "?"))), function()
      assert.is_nil(base64.decode(text))
    end)
  end
end)
