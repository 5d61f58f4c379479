-- SHA-1, held against what its standard and others say of texts.

local base64 = require "oai.codec.base64"
local digest = require "oai.codec.digest"
local sha1 = require "oai.codec.sha1"

describe("codec.sha1", function()
  for text, expected in pairs {
    [""] = "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    abc = "a9993e364706816aba3e25717850c26c9cd0d89d",
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq = "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
  } do
    it("is that of '" .. text .. "'", function()
      assert.equal(expected, digest.hex(sha1(text)))
    end)
  end

  it("pads a text of any length", function()
    -- The digest of the digests of some lengths, as others compute it.
    local all = {}
    for length = 50, 70 do
      all[#all + 1] = sha1(("x"):rep(length))
    end
    local of_all = digest.hex(digest.sha256(table.concat(all)))
    assert.equal("dea80140ecf8ed13fb3567757f44d3178c188ad7f3b7a79161cfc25c8670bb32", of_all)
  end)

  it("is what a WebSocket's server answers", function()
    local answer = sha1 "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    assert.equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", base64.encode(answer))
  end)
end)
