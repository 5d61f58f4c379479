-- oai.base64: what programs see of base64. Its facts are in
-- spec/codec/base64_spec.lua.

local oai = require "oai"

describe("oai.base64", function()
  it("encodes and decodes", function()
    assert.equal("AP/+Zg==", oai.base64.encode "\0\255\254f")
    assert.equal("\0\255\254f", oai.base64.decode "AP_-Zg")
  end)

  it("gives an error for what is none", function()
    local bytes, err = oai.base64.decode "a b"
    assert.is_nil(bytes)
    assert.same({ "decode", "the text is not base64" }, { err.kind, err.message })
  end)

  it("wants strings", function()
    for _, name in ipairs { "encode", "decode" } do
      assert.error_matches(function()
        oai.base64[name](5)
      end, "oai.base64." .. name .. ": expected a string, got number")
    end
  end)
end)
